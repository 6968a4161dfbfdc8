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
from planner.estimate.model import Transformer
from planner.estimate.serving import Engine, decode_s, engine, first_s
from planner.validate.books import Books
from planner.validate.entry import Entry, Excluded
from planner.validate.mlperf import LENGTHS, TARGETS_S, tuned
from planner.validate.models import architecture, model_row, named
from planner.validate.serving_fields import METERED, THROUGHPUT, TPOT, TTFT, TTFT_ALONE, Measured, fields, measured
from planner.validate.software import fresh, software, stands_in

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
WHOLE_CACHE = "trtllm"
"""Software that kept the whole context of windowed layers in cache unless told otherwise, through 2025 (TensorRT-LLM,
docs/source/features/kvcache.md: a manager of pools by window came after)."""
WAYS = (1, 2, 4, 8)
"""Accelerators of a replica that MLPerf submitters choose from."""
MLPERF = ("offline", "server", "interactive")

Seek = Callable[[Transformer, Engine], float]


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
    fresh: bool
    """Whether the row's source is none of those that the software was fitted to."""
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
    fresh: bool
    wide: bool
    """Whether each accelerator attends to sequences of its own, and experts are spread over all."""
    ranks: int
    """Accelerators that hold whole experts."""

    def engine(self, c: Coefficients) -> Engine:
        """The replica: one group, or as many as the link's domain makes necessary. Raises Excluded."""
        stages = max(1, self.accelerators // max(self.chip.domain, 1))
        made = engine(
            self.chip,
            self.accelerators // stages,
            stages,
            self.precision,
            c,
            self.software,
            self.ways / stages,
            wide=self.wide,
            ranks=self.ranks,
            windows=not self.software.startswith(WHOLE_CACHE),
        )
        if made is None:
            raise Excluded(f"the catalog has no peak of {self.chip.id} at {self.precision}")
        return made


def cases(entry: Entry, books: Books) -> list[Case]:
    """Every measured field of a row of language serving but power. Raises Excluded."""
    behind(entry, books)
    scenario = entry.text("scenario", "")
    if not scenario and "mlperf" in entry.text("source", "").lower():
        raise Excluded("scenario is missing: MLPerf's Offline, Server or Interactive")
    asked = [measured(entry, name) for name in fields(entry) if name not in METERED] or [measured(entry, "value")]
    if scenario.lower() in MLPERF and asked[0].quantity == THROUGHPUT:
        return [_mlperf(entry, books, scenario.capitalize(), asked[0])]
    s = setting(entry, books, entry.whole("count", 1), entry.number("tp", 0))
    lengths = entry.positive("isl"), entry.positive("osl")
    return [_case(entry, s, what, *_seek(entry, s, what, *lengths)) for what in asked]


def behind(entry: Entry, books: Books) -> None:
    """Raises Excluded where rows of neither the accelerator nor the software stand behind a prediction."""
    chip, c = books.accelerator(entry.text("accelerator")).id, books.coefficients
    used = software(entry, c.engines)
    if not used and not c.own(chip, "serving_compute") and not c.measured(chip, used, "serving_compute"):
        raise Excluded(f"nobody measured {chip} nor this software: a prediction would be a guess")


def _seek(entry: Entry, s: Setting, what: Measured, prompt: float, answer: float) -> tuple[str, Seek]:
    """The quantity of a field, and the estimate of it in the row's unit. Raises Excluded."""
    together = "static" in entry.text("scenario", "")
    if what.quantity == THROUGHPUT:
        rate = _together(entry.positive("batch"), prompt, answer) if together else _flowing(prompt, answer)
        return THROUGHPUT, lambda m, e: what.rate(rate(m, e), prompt, answer, s.accelerators)
    batch = entry.positive("batch")
    alone = what.quantity == TTFT and batch == 1
    if what.quantity == TPOT and together:
        return TPOT, lambda m, e: what.scale * decode_s(m, e, batch, prompt + answer / 2)
    if what.quantity == TPOT:
        return TPOT, lambda m, e: what.scale * bench.closed_step_s(m, e, batch, prompt, answer)
    if together:
        return TTFT_ALONE if alone else TTFT, lambda m, e: what.scale * bench.static_first_s(m, e, batch, prompt)
    if alone:
        return TTFT_ALONE, lambda m, e: what.scale * first_s(m, e, prompt)
    return TTFT, lambda m, e: what.scale * bench.closed_first_s(m, e, batch, prompt, answer)


def _together(batch: float, prompt: float, answer: float) -> Seek:
    """Output tokens/s of a batch that begins and ends together."""
    return lambda m, e: bench.static_tokens_per_s(m, e, batch, prompt, answer)


def _flowing(prompt: float, answer: float) -> Seek:
    """Output tokens/s of a queue that never empties."""
    return lambda m, e: bench.most_tokens_per_s(m, e, prompt, answer)


def _mlperf(entry: Entry, books: Books, scenario: str, what: Measured) -> Case:
    """Whole systems: the best number of accelerators a replica, as many replicas as there is room for."""
    row = model_row(books.catalog, named(entry))
    if row.id not in LENGTHS and not entry.has("isl", "osl"):
        raise Excluded(f"the lengths of MLPerf's data set for {row.id} are not known")
    usual = LENGTHS.get(row.id, (0.0, 0.0))
    prompt, answer = usual[0] or entry.positive("isl"), entry.positive("osl", usual[1])
    total = entry.whole("count", 1)
    bound = TARGETS_S.get((row.id, scenario))
    if scenario != "Offline" and bound is None:
        raise Excluded(f"MLPerf's latency bound of {row.id} in {scenario} is not known")
    settings = [setting(entry, books, n, 0) for n in WAYS if n <= total]

    def best(c: Coefficients) -> float:
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
        return what.rate(share * max(rates), prompt, answer, total)

    return _of(entry, settings[0], what, THROUGHPUT, best)


def _case(entry: Entry, s: Setting, what: Measured, quantity: str, seek: Seek) -> Case:
    return _of(entry, s, what, quantity, lambda c: seek(s.model, s.engine(c)))


def _of(entry: Entry, s: Setting, what: Measured, quantity: str, predict: Callable[[Coefficients], float]) -> Case:
    return Case(
        what.field,
        entry.positive(what.field),
        what.unit,
        quantity,
        bool(s.model.experts),
        s.chip.id,
        s.software,
        s.foreign,
        s.fresh,
        predict,
    )


def setting(entry: Entry, books: Books, accelerators: int, ways: float) -> Setting:
    """Model, accelerators and software of a row. Raises Excluded."""
    model = architecture(entry, books.catalog)
    chip = books.chip(books.accelerator(entry.text("accelerator")))
    used = software(entry, books.coefficients.engines)
    precision = _precision(entry, chip)
    if used.startswith(WEIGHTS_ONLY):
        chip = _wide(chip)
    apart = stands_in(entry, used), fresh(entry, books.coefficients.sources.get(used, ()))
    wide = entry.data.get("attention_dp") is True and bool(model.experts)
    ranks = min(entry.whole("ep", 1), accelerators)
    return Setting(model, chip, accelerators, ways or accelerators, precision, used, *apart, wide, ranks)


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
