"""Periods and their hours: dates to years of the horizon, and the calendar each period is modelled on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from planner.model import Calendar
from planner.money import Clock
from planner.problem import Period

DAYS_PER_YEAR = 365.0
DEFAULT = (("2027", date(2027, 1, 1), date(2028, 1, 1)),)
"""One calendar year where a scenario names no periods."""


def horizon_years(spans: Sequence[tuple[str, date, date]]) -> float:
    return (spans[-1][2] - spans[0][1]).days / DAYS_PER_YEAR


def periods(
    spans: Sequence[tuple[str, date, date]], rate: float, calendar: Callable[[date, date], Calendar]
) -> tuple[Period, ...]:
    """Typed periods. `calendar(start, end)` gives the hours that stand for one."""
    clock = Clock(rate, horizon_years(spans))
    made = []
    for name, start, end in spans:
        begin = (start - spans[0][1]).days / DAYS_PER_YEAR
        years = (end - start).days / DAYS_PER_YEAR
        made.append(Period(name, start, end, begin, years, calendar(start, end), clock.during(begin, years)))
    return tuple(made)
