"""What a predictor says of one measured field of one row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made

from planner.validate.books import Books
from planner.validate.entry import Entry, Excluded

__all__ = ["Excluded", "Prediction", "Predictor"]


@dataclass(frozen=True, slots=True)
class Prediction:
    """One measured field: what was measured, what is predicted, and the interval it should lie in, all in `unit`.

    `excluded` is the reason why there is no prediction; then the numbers may be None. `labels` add to or replace the
    labels that results are grouped by (accelerator, family, source): `{"kind": "moe"}` adds a grouping by kind.
    """

    field: str
    measured: float | None
    predicted: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    excluded: str = ""
    basis: str = ""
    """`calibrated` (rows of this accelerator stand behind it) or `estimated`."""
    labels: Mapping[str, str] = made(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Predictor:
    """One predictor module, taken apart."""

    name: str
    accepts: Callable[[Entry], bool]
    predict: Callable[[Entry, Books], Sequence[Prediction]]
    fields: Callable[[Entry], Sequence[str]] | None = None
