"""Every row of a file past its predictor; what came of each, and the error by group.

error      predicted / measured - 1, signed                 ape   |error|
mape       mean of ape        median_ape, p90_ape           its median and 90th percentile (linear interpolation)
coverage   share of measured values inside low..high        n     fields predicted; `excluded` counts the others
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from math import isfinite
from typing import Any

from planner.validate import predictors
from planner.validate.books import Books
from planner.validate.entry import Entry
from planner.validate.labels import labels_of, name_of
from planner.validate.prediction import Excluded, Prediction, Predictor

COMMON = ("all", "predictor", "field", "accelerator", "family", "source")
"""Groupings that every result belongs to; predictors add more (`kind`: dense or moe)."""

UNKNOWN = "no predictor knows rows with these fields: name a `metric` beside its `value`"
UNREADABLE = "its fields are not of a form that can be read"


@dataclass(frozen=True, slots=True)
class Result:
    """One field of one row. `excluded` is the reason why it is not predicted, empty where it is."""

    entry: Entry
    name: str
    predictor: str
    field: str
    unit: str
    measured: float | None
    predicted: float | None
    low: float | None
    high: float | None
    excluded: str
    basis: str
    labels: Mapping[str, str] = made(default_factory=dict)

    @property
    def error(self) -> float | None:
        """Signed: predicted / measured - 1; none where the field is not predicted."""
        if self.excluded or self.predicted is None or not self.measured:
            return None
        return self.predicted / self.measured - 1

    @property
    def held(self) -> bool:
        """Whether the measured value lies in the interval."""
        if self.measured is None or self.low is None or self.high is None:
            return False
        return self.low <= self.measured <= self.high


@dataclass(frozen=True, slots=True)
class Group:
    """Errors of the results that share a label; the figures are none where nothing is predicted."""

    by: str
    name: str
    n: int
    excluded: int
    mape: float | None
    median_ape: float | None
    p90_ape: float | None
    bias: float | None
    """Mean of the signed error."""
    coverage: float | None


@dataclass(frozen=True, slots=True)
class Validation:
    """What came of a file, in its order, and the groups."""

    results: tuple[Result, ...]
    groups: tuple[Group, ...]


def validate(entries: Iterable[Entry], books: Books) -> Validation:
    """Predict every field of every row. Nothing is dropped: what cannot be predicted carries its reason."""
    known = predictors()
    results = tuple(result for entry in entries for result in _row(entry, known, books))
    return Validation(results, groups(results))


def _row(entry: Entry, known: Sequence[Predictor], books: Books) -> list[Result]:
    predictor = next((p for p in known if p.accepts(entry)), None)
    if predictor is None:
        none = Prediction("", None, excluded=UNKNOWN)
        return [_result(entry, "", none)]
    try:
        found = list(predictor.predict(entry, books))
    except Excluded as why:
        found = _aside(entry, predictor, why.reason)
    except ArithmeticError:  # untrusted numbers, each believable alone, whose products are not
        found = _aside(entry, predictor, "its numbers are beyond what can be computed with")
    except (ValueError, TypeError, LookupError, AttributeError) as fault:  # one row's oddity costs no other its result
        found = _aside(entry, predictor, f"{UNREADABLE}: {type(fault).__name__}")
    found = found or _aside(entry, predictor, "the row has no measured field")
    return [_result(entry, predictor.name, p) for p in found]


def _aside(entry: Entry, predictor: Predictor, reason: str) -> list[Prediction]:
    """Every measured field of a row that is not predicted; one result without a name where none is known."""
    names = list(predictor.fields(entry)) if predictor.fields else []
    if names:
        return [Prediction(name, _number(entry, name), excluded=reason) for name in names]
    name = entry.data.get("metric")
    return [Prediction(name if isinstance(name, str) else "", _number(entry, "value"), excluded=reason)]


def _number(entry: Entry, name: str) -> float | None:
    try:
        return entry.number(name)
    except Excluded:
        return None


def _result(entry: Entry, predictor: str, p: Prediction) -> Result:
    excluded = p.excluded or _unusable(p)
    labels = {**labels_of(entry), **p.labels}
    numbers = (p.predicted, p.low, p.high) if not excluded else (None, None, None)
    return Result(
        entry, name_of(entry), predictor, p.field, p.unit, p.measured, *numbers, excluded, p.basis, dict(labels)
    )


def _unusable(p: Prediction) -> str:
    """Why numbers that came back cannot be compared; empty where they can."""
    if p.measured is None or not isfinite(p.measured):
        return "nothing was measured"
    if p.predicted is None or not isfinite(p.predicted):
        return "the prediction is not a finite number"
    return ""


def groups(results: Sequence[Result]) -> tuple[Group, ...]:
    """Everything, then by each grouping, names in order."""
    found: dict[str, dict[str, list[Result]]] = {}
    for result in results:
        own = {"all": "all", "predictor": result.predictor, "field": result.field, **result.labels}
        for by, name in own.items():
            found.setdefault(by, {}).setdefault(name or "(none)", []).append(result)
    order = [*(by for by in COMMON if by in found), *sorted(set(found) - set(COMMON))]
    return tuple(group(by, name, found[by][name]) for by in order for name in sorted(found[by]))


def group(by: str, name: str, members: Sequence[Result]) -> Group:
    """The errors of some results. A measured zero has no relative error; it counts as right where predicted zero."""
    import numpy as np

    used = [r for r in members if not r.excluded]
    excluded = len(members) - len(used)
    if not used:
        return Group(by, name, 0, excluded, None, None, None, None, None)
    signed = np.array([_signed(r) for r in used])
    ape = np.abs(signed)
    held = sum(r.held for r in used) / len(used)
    numbers: list[Any] = [ape.mean(), np.median(ape), np.quantile(ape, 0.9), signed.mean(), held]
    return Group(by, name, len(used), excluded, *(float(v) for v in numbers))


def _signed(result: Result) -> float:
    error = result.error
    if error is not None:
        return error
    return 0.0 if result.predicted == result.measured else 1.0
