"""The step times that published measurements of training mean: what the coefficients are fitted to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from planner.catalog import load
from planner.estimate.training import BITS
from planner.validate.books import Books, books
from planner.validate.entry import Entry, Excluded
from planner.validate.reading import entries
from planner.validate.training import METRICS, WHOLE_RUNS, Timed, chosen
from planner.validate.training_rows import Case, case

ROWS = Path(__file__).parent / "data" / "training_measurements.yaml"


@dataclass(frozen=True)
class Row:
    """A row with the step time that its measurement means."""

    entry: Entry
    case: Case
    step_s: float

    @property
    def source(self) -> str:
        return str(self.entry.data.get("source"))

    @property
    def bits(self) -> str:
        unit = self.case.chip.multiplies(self.case.precision)
        return BITS[unit if unit in ("fp4", "fp8", "int8") else "bf16"]

    @property
    def key(self) -> tuple[str, str]:
        return self.case.chip.id, self.bits


def measured(unfitted: Callable[[Books], Books], path: Path = ROWS) -> tuple[Books, list[Entry], list[Row]]:
    """The books, every entry of a file, and the rows of it that a fit can use: those that time steps, not whole runs.

    A layout that a row does not give is the planner's choice with the coefficients that `unfitted` puts into the books:
    not those of the catalog, or each fit would depend on the one before.
    """
    known, found = books(load()), entries(path)
    plain = unfitted(known)
    return known, found, [row for entry in found if (row := _row(entry, plain)) is not None]


def _row(entry: Entry, known: Books) -> Row | None:
    metric = entry.data.get("metric")
    if metric not in METRICS or metric in WHOLE_RUNS:
        return None
    try:
        asked = case(entry, known)
        if asked.layout is None:
            asked = replace(asked, layout=chosen(asked, known))
        if metric == "hw_tflops_per_gpu":
            return Row(entry, asked, entry.positive("step_time_s"))
        _, more, formula = METRICS[metric]
        at_one = formula(entry, Timed(asked, 1.0))
        value = entry.positive("value")
        return Row(entry, asked, at_one / value if more else value / at_one)
    except Excluded:
        return None
