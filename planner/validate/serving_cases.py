"""A row of a serving benchmark as a question to the roofline: what is asked, on what, under which software.

A case computes its number from coefficients alone, so that validation and fitting ask the same thing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from planner.estimate import bench
from planner.estimate.chip import Chip
from planner.estimate.coefficients import Coefficients
from planner.estimate.model import Transformer, transformer
from planner.estimate.serving import Engine, decode_s, engine, first_s
from planner.validate.books import Books
from planner.validate.entry import Entry, Excluded
from planner.validate.mlperf import LENGTHS, TARGETS_S, tuned
from planner.validate.models import model_row
from planner.validate.software import software, stands_in

PRECISIONS = (
    ("fp4", re.compile(r"fp4")),
    ("int4", re.compile(r"int4|w4a16|awq|gptq")),
    ("fp8", re.compile(r"fp8|e4m3")),
    ("int8", re.compile(r"int8|w8a")),
    ("fp16", re.compile(r"fp16|float16|half")),
    ("bf16", re.compile(r"bf16|bfloat16|^$")),
)
"""Number formats by how they are written; a row that names none ran what weights are published in."""
NARROWEST = ("fp8", "int8", "bf16")
"""What a round of MLPerf ran where it does not say: the narrowest the accelerator multiplies, down to eight bits."""
WEIGHTS_ONLY = "neuron"
"""Software whose eight-bit formats are of weights only: 16-bit units multiply."""
WAYS = (1, 2, 4, 8)
"""Accelerators of a replica that MLPerf submitters choose from."""
MS, THROUGHPUT, TPOT, TTFT, TTFT_ALONE = 1e3, "throughput", "tpot", "ttft", "ttft at batch 1"


@dataclass(frozen=True, slots=True)
class Case:
    """One measured number. `seek` gives the prediction in `unit`; 0 where the work does not fit or is too slow."""

    field: str
    measured: float
    unit: str
    quantity: str
    """throughput, tpot, ttft, or ttft at batch 1."""
    moe: bool
    accelerator: str
    software: str
    foreign: bool
    """Whether that software stands in for another, or none is known."""
    seek: Callable[[Coefficients], float]


@dataclass(frozen=True, slots=True)
class Setting:
    """Model, accelerators and software of a row."""

    model: Transformer
    chip: Chip
    accelerators: int
    ways: float
    precision: str
    software: str
    foreign: bool

    def engine(self, c: Coefficients) -> Engine:
        """The replica: one group, or as many as the link's domain makes necessary. Raises Excluded."""
        stages = max(1, self.accelerators // max(self.chip.domain, 1))
        made = engine(
            self.chip, self.accelerators // stages, stages, self.precision, c, self.software, self.ways / stages
        )
        if made is None:
            raise Excluded(f"the catalog has no peak of {self.chip.id} at {self.precision}")
        return made


def cases(entry: Entry, books: Books) -> list[Case]:
    """Every measured field of a row of language serving but power. Raises Excluded."""
    scenario = entry.text("scenario")
    _behind(entry, books)
    if scenario in ("Offline", "Server", "Interactive"):
        return [_mlperf(entry, books, scenario)]
    s = _setting(entry, books, int(entry.positive("count", 1)), entry.data.get("tp"))
    prompt, answer, metric = entry.positive("isl"), entry.positive("osl"), entry.text("metric")
    if metric.startswith("output_throughput"):
        return _throughput(entry, s, scenario, prompt, answer)
    batch = entry.positive("batch")
    if metric == "tpot":
        return [_case(entry, s, "value", TPOT, lambda m, e: MS * bench.closed_step_s(m, e, batch, prompt, answer))]
    if metric == "ttft" and batch == 1:
        return [_case(entry, s, "value", TTFT_ALONE, lambda m, e: MS * first_s(m, e, prompt))]
    if metric == "ttft":
        return [_case(entry, s, "value", TTFT, lambda m, e: MS * bench.closed_first_s(m, e, batch, prompt, answer))]
    raise Excluded(f"metric {metric!r} is not one of throughput, tpot and ttft")


def _behind(entry: Entry, books: Books) -> None:
    """Raises Excluded where rows of neither the accelerator nor the software stand behind a prediction."""
    chip, c = books.accelerator(entry.text("accelerator")).id, books.coefficients
    used = software(entry, c.engines)
    if not used and not c.own(chip, "serving_compute") and not c.measured(chip, used, "serving_compute"):
        raise Excluded(f"nobody measured {chip} nor this software: a prediction would be a guess")


def _throughput(entry: Entry, s: Setting, scenario: str, prompt: float, answer: float) -> list[Case]:
    if "static" not in scenario:
        return [_case(entry, s, "value", THROUGHPUT, lambda m, e: bench.most_tokens_per_s(m, e, prompt, answer))]
    batch, context = entry.positive("batch"), prompt + answer / 2

    def whole(m: Transformer, e: Engine) -> float:
        return bench.static_tokens_per_s(m, e, batch, prompt, answer)

    def step(m: Transformer, e: Engine) -> float:
        return MS * decode_s(m, e, batch, context)

    def first(m: Transformer, e: Engine) -> float:
        return MS * bench.static_first_s(m, e, batch, prompt)

    found = [_case(entry, s, "value", THROUGHPUT, whole)]
    for field, quantity, seek in (
        ("ttft_p50_ms", TTFT_ALONE if batch == 1 else TTFT, first),
        ("tpot_p50_ms", TPOT, step),
        ("tpot_p99_ms", TPOT, step),
    ):
        if entry.has(field):
            found.append(_case(entry, s, field, quantity, seek))
    return found


def _mlperf(entry: Entry, books: Books, scenario: str) -> Case:
    """Whole systems: the best number of accelerators a replica, as many replicas as there is room for."""
    row = model_row(books.catalog, entry.text("model"))
    if row.id not in LENGTHS:
        raise Excluded(f"the lengths of MLPerf's data set for {row.id} are not known")
    prompt, usual = LENGTHS[row.id]
    answer = entry.positive("osl", usual)
    total, unit = int(entry.positive("count", 1)), entry.text("unit", "")
    per = 1.0 if unit.lower().startswith("tokens") else answer
    bound = TARGETS_S.get((row.id, scenario))
    if scenario != "Offline" and bound is None:
        raise Excluded(f"MLPerf's latency bound of {row.id} in {scenario} is not known")
    settings = [_setting(entry, books, n, None) for n in WAYS if n <= total]

    def seek(c: Coefficients) -> float:
        share = c.constant("power_tuned_throughput") if tuned(entry.text("system", "")) else 1.0
        rates = []
        for s in settings:
            e = s.engine(c)
            rate = (
                bench.most_tokens_per_s(s.model, e, prompt, answer)
                if bound is None
                else bench.targeted_tokens_per_s(s.model, e, prompt, answer, bound[1], c.constant("serving_targets"))
            )
            rates.append(rate * (total // s.accelerators))
        return share * max(rates) / per

    first = settings[0]
    return Case(
        "value",
        entry.positive("value"),
        unit,
        THROUGHPUT,
        bool(first.model.experts),
        first.chip.id,
        first.software,
        first.foreign,
        seek,
    )


def _case(entry: Entry, s: Setting, field: str, quantity: str, seek: Callable[[Transformer, Engine], float]) -> Case:
    unit = entry.text("unit", "") if field == "value" else "ms"
    moe = bool(s.model.experts)
    return Case(
        field,
        entry.positive(field),
        unit,
        quantity,
        moe,
        s.chip.id,
        s.software,
        s.foreign,
        lambda c: seek(s.model, s.engine(c)),
    )


def _setting(entry: Entry, books: Books, accelerators: int, ways: object) -> Setting:
    row = model_row(books.catalog, entry.text("model"))
    try:
        model = transformer({**row.text, **{name: figure.value for name, figure in row.figures.items()}})
    except KeyError as missing:
        raise Excluded(f"model {row.id} has no figure {missing}: not a language model") from None
    chip = books.chip(books.accelerator(entry.text("accelerator")))
    used = software(entry, books.coefficients.engines)
    precision = _precision(entry, chip)
    if used.startswith(WEIGHTS_ONLY):
        chip = _wide(chip)
    split = float(ways) if isinstance(ways, int | float) and ways > 0 else accelerators
    return Setting(model, chip, accelerators, split, precision, used, stands_in(entry, used))


def _precision(entry: Entry, chip: Chip) -> str:
    written = entry.data.get("precision")
    if written is None:
        return next(p for p in NARROWEST if p == "bf16" or chip.multiplies(p) == p)
    name = str(written).lower()
    return next((known for known, pattern in PRECISIONS if pattern.search(name)), name)


def _wide(chip: Chip) -> Chip:
    """The same accelerator with 16-bit units only."""
    rate = chip.flops("bf16")
    return replace(chip, peak=tuple((name, min(peak, rate), "bf16") for name, peak, _ in chip.peak))
