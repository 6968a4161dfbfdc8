"""Several years of a site as one: their hours one after another, each year's own.

Series are laid end to end, (8760 x years,). What is one number for all hours is the same in every year, but for
`market_intensity`, the mean of the years', and the cooling's design overhead, that of the worst of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

import numpy as np

from planner.model import Calendar

T = TypeVar("T")
HOURS_PER_YEAR = 8760
RULES: dict[str, Callable[[Sequence[Any]], Any]] = {
    "market_intensity_kg_per_kwh": lambda found: float(np.mean(found)),
    "design_overhead": max,
    "typical": any,
    "weather": lambda found: "; ".join(dict.fromkeys(found)),
    "notes": lambda found: tuple(dict.fromkeys(note for notes in found for note in notes)),
}
"""What becomes of fields that years do not share."""


def together(years: Sequence[T], name: str = "") -> T:
    """One value of as many as there are years. Raises ValueError where they differ in what no rule tells of."""
    return cast(T, years[0] if len(years) == 1 else _together(years, name))


def _together(years: Sequence[Any], name: str) -> Any:
    first = years[0]
    if isinstance(first, np.ndarray):
        return np.concatenate(years)
    if is_dataclass(first) and not isinstance(first, type):
        made = {f.name: together([getattr(y, f.name) for y in years], f.name) for f in fields(first)}
        return replace(first, **made)
    if name in RULES:
        return RULES[name](years)
    if isinstance(first, tuple) and all(isinstance(y, tuple) and len(y) == len(first) for y in years):
        return tuple(together(parts, name) for parts in zip(*years, strict=True))
    if all(y == first for y in years):
        return first
    raise ValueError(f"{name} differs from year to year: {years}")


def repeated(calendar: Calendar, years: int) -> Calendar:
    """A period's hours once for every year: each a stretch of its own, all of them together weighing what one did."""
    if years == 1:
        return calendar
    n = len(calendar)
    return Calendar(
        np.tile(calendar.hour, years),
        np.tile(calendar.weight, years) / years,
        tuple((begin + k * n, end + k * n) for k in range(years) for begin, end in calendar.stretches),
        calendar.months * years,
        np.concatenate([calendar.hour + k * HOURS_PER_YEAR for k in range(years)]),
    )
