"""Training rows: throughput, step time or length of a run of a transformer, by the step model.

    metric                      predicted, with t the step time, B sequences of s tokens a step, n accelerators
    step_time_s                 t
    tokens_per_s_per_gpu        B s / (t n)
    tokens_per_s                B s / t
    samples_per_s               B / t
    model_tflops_per_gpu        B s F / (t n), F as the source counts: 6 P + 12 L a s, half the last where causal
    mfu                         model FLOP/s of an accelerator over its peak at the row's precision; 0 to 1, or percent
    hw_tflops_per_gpu           the same with the forward pass that is done again; t, where the row gives the step time
    minutes_to_train            tokens that the notes name / (B s / t)
    gpu_hours, days_ideal_on_1024   the same times what whole runs took over their steps (training_run_overhead)

Where the layout is unknown it is the planner's own choice for that many accelerators (planner/estimate/training.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import exp

import numpy as np

from planner.estimate.coefficients import DEFAULT, Coefficients
from planner.estimate.training import Run, basis, error, frontier, hardware, rates
from planner.estimate.training_step import Layouts, step_seconds
from planner.validate.books import Books
from planner.validate.entry import Entry, Excluded
from planner.validate.prediction import Prediction
from planner.validate.training_rows import AGAIN, Case, case

CAUSAL = ("llama3_paper",)
"""Sources that count causal attention at half; Megatron-LM, MaxText and most others count it whole."""
_TOKENS = re.compile(r"\b(\d[\d,.]*)\s*(T|B|M)?\+? tokens|trained tokens (\d+)")
_SCALE = {"T": 1e12, "B": 1e9, "M": 1e6, "": 1.0, None: 1.0}
IDEAL_COUNT = 1024
_ALIKE = ((re.compile(r"_per_(chip|device|accelerator)$"), "_per_gpu"), (re.compile(r"per_sec(ond)?(?=_|$)"), "per_s"))
"""Other ways to write a metric."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A case and the seconds of its step."""

    case: Case
    step_s: float

    @property
    def tokens_per_s(self) -> float:
        return self.case.sequences * self.case.sequence / self.step_s


Metric = tuple[str, bool, Callable[[Entry, Timed], float]]
"""Unit, whether more is better, and how it follows from a step."""
METRICS: dict[str, Metric] = {
    "step_time_s": ("s", False, lambda e, t: t.step_s),
    "tokens_per_s_per_gpu": ("tokens/s", True, lambda e, t: t.tokens_per_s / t.case.accelerators),
    "tokens_per_s": ("tokens/s", True, lambda e, t: t.tokens_per_s),
    "samples_per_s": ("samples/s", True, lambda e, t: t.case.sequences / t.step_s),
    "model_tflops_per_gpu": ("TFLOP/s", True, lambda e, t: _tflops(e, t, 0.0)),
    "hw_tflops_per_gpu": ("TFLOP/s", True, lambda e, t: _tflops(e, t, AGAIN.get(e.text("recompute", ""), 0.0))),
    "mfu": ("", True, lambda e, t: _utilisation(e, t)),
    "minutes_to_train": ("min", False, lambda e, t: _tokens(e) / t.tokens_per_s / 60),
    "gpu_hours": ("h", False, lambda e, t: _tokens(e) / t.tokens_per_s * t.case.accelerators / 3600),
    "days_ideal_on_1024": (
        "days", False, lambda e, t: _tokens(e) / t.tokens_per_s * t.case.accelerators / IDEAL_COUNT / 86_400,
    ),
}  # fmt: skip
WHOLE_RUNS = ("gpu_hours", "days_ideal_on_1024")
RUN_ACCELERATORS, RUN_SEQUENCES = 1024, 1024
"""What a run is taken to have used where its row does not say: GPU-hours hardly depend on it."""


def accepts(entry: Entry) -> bool:
    """Rows with a metric whose model, or whose layout, is spelled out."""
    return entry.has("metric") and (isinstance(entry.data.get("model"), Mapping) or entry.has("parallelism"))


def question(entry: Entry, books: Books) -> tuple[str, float, Entry, Case]:
    """The row's metric, or its step time where the metric's convention is the source's own; what was measured; the
    row with what it leaves out; and what it asks. Raises Excluded.
    """
    metric = entry.text("metric").lower()
    for pattern, to in _ALIKE:
        metric = pattern.sub(to, metric)
    if metric not in METRICS:
        raise Excluded(f"no rule for the metric {metric!r}: one of {', '.join(METRICS)}")
    measured = entry.positive("value")
    if metric in WHOLE_RUNS:
        entry = _whole_run(entry)
    asked = case(entry, books)
    if metric == "hw_tflops_per_gpu" and entry.has("step_time_s"):
        metric, measured = "step_time_s", entry.positive("step_time_s")
    return metric, measured, entry, asked


def predict(entry: Entry, books: Books) -> list[Prediction]:
    """What a row measured, predicted. Raises Excluded."""
    metric, measured, entry, asked = question(entry, books)
    unit, more, formula = METRICS[metric]
    with np.errstate(all="ignore"):
        value = formula(entry, Timed(asked, step_s(asked, books)))
    spread = error(asked.chip, asked.model, asked.precision, books.coefficients)
    low, high = (value * spread.low, value * spread.high) if more else (value / spread.high, value / spread.low)
    if metric in WHOLE_RUNS:
        longer = books.coefficients.of(DEFAULT, "training_run_overhead")
        value, low, high = value * longer.value, value * longer.low, value * longer.high
    labels = {
        "accelerator": asked.chip.id,
        "kind": "moe" if asked.model.experts else "dense",
        "precision": asked.precision,
        "basis": basis(asked.chip, asked.model, asked.precision, books.coefficients),
    }
    return [Prediction(metric, measured, value, low, high, unit, basis=labels["basis"], labels=labels)]


def step_s(asked: Case, books: Books) -> float:
    """Seconds of a step. Raises Excluded where no layout fits."""
    c = books.coefficients
    hw = hardware(asked.chip, asked.precision, 1.0, c)
    made = step_seconds(
        asked.model,
        hw,
        rates(c, asked.chip.id),
        asked.layout or chosen(asked, books),
        asked.sequence,
        fused=asked.fused,
        fsdp=asked.fsdp,
        frozen=asked.frozen,
        sequence_parallel=asked.sequence_parallel,
        accumulated=asked.accumulated,
        pace=pace(asked.year, c),
    )
    return float(made)


def pace(year: float | None, c: Coefficients) -> float:
    """Rate of the expert layers of software of a year over that of the newest that the fit knows."""
    known = c.of(DEFAULT, "training_moe_year")
    if year is None:
        return 1.0
    return exp(c.constant("training_moe_pace") * (min(max(year, known.low), known.high) - known.high))


def chosen(asked: Case, books: Books) -> Layouts:
    """The planner's own layout: the fastest on no more accelerators than the row has. Raises Excluded."""
    run = Run(1.0, asked.sequence, asked.sequences * asked.sequence, asked.precision, asked.frozen)
    front = frontier(replace(asked.chip, count=1), asked.model, run, 1.0, books.coefficients)
    within = front.machines <= asked.accelerators
    if not within.any():
        raise Excluded(f"no layout of ours fits {asked.accelerators} accelerators")
    lay = front.layouts[int(np.flatnonzero(within)[-1])]
    return Layouts(
        tp=lay.tensor,
        pp=lay.pipeline,
        cp=lay.context,
        ep=lay.expert,
        vp=lay.interleave,
        dp=lay.data,
        micro=lay.micro,
        count=max(1.0, asked.sequences / (lay.data * lay.micro)),
        recompute=float(lay.full_recompute),
    )


def _whole_run(entry: Entry) -> Entry:
    """A row of a whole run: count and batch taken as common where it says nothing of them."""
    data = dict(entry.data)
    data["count"] = data.get("count") or RUN_ACCELERATORS
    spread = dict(entry.part("parallelism").data)
    data["parallelism"] = {**spread, "unknown": True, "global_batch": spread.get("global_batch") or RUN_SEQUENCES}
    return Entry(data, entry.line, entry.index)


def _tokens(entry: Entry) -> float:
    """Tokens of the run: the row's own field, or what its notes say."""
    if entry.has("tokens"):
        return entry.positive("tokens")
    found = _TOKENS.search(entry.text("notes", ""))
    if not found:
        raise Excluded("the row does not say how many tokens were trained")
    number = found.group(3) or found.group(1)
    return float(number.replace(",", "").rstrip(".")) * _SCALE[found.group(2)]


def _tflops(entry: Entry, timed: Timed, again: float) -> float:
    """Model FLOP/s of an accelerator as the source counts them, in TFLOP/s."""
    model, s = timed.case.model, timed.case.sequence
    share = 0.5 if entry.text("source", "") in CAUSAL else 1.0
    linear = model.layers * (model.attention_params + model.ffn_active) + model.hidden * model.vocab
    a_token = (6 * linear + 12 * model.layers * model.attention_width * s * share) * (3 + again) / 3
    return timed.tokens_per_s * a_token / timed.case.accelerators / 1e12


def _utilisation(entry: Entry, timed: Timed) -> float:
    """Model FLOP/s over the peak, a share or, as the row has it, in percent."""
    share = _tflops(entry, timed, 0.0) * 1e12 / timed.case.chip.flops(timed.case.precision)
    return share * (100.0 if entry.positive("value") > 1 else 1.0)
