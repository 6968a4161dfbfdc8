"""Money of different dates is compared at the cost of capital.

v = 1 / (1 + r);  one USD spent evenly over y years from b on is worth (v^b - v^(b+y)) / y x H / (1 - v^H)
(1 where r is 0), so that a bill that is the same every year counts at par over the horizon H
begin and years of the periods follow from their dates, 365 days to the year; they follow one another, H is their end
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from planner.audit.verdict import Check, at_least, equal, true
from planner.audit.view import View

NAME = "finance"
DAYS_PER_YEAR = 365.0
DAY = 1 / DAYS_PER_YEAR


def check(view: View) -> Iterator[Check]:
    rate, horizon = view.problem["finance"]["cost_of_capital"], view.problem["finance"]["horizon_years"]
    periods = list(view.periods.values())
    yield true("finance", "no period", bool(periods))
    yield true("finance", "two periods have one name", len(periods) == len(view.problem["periods"]))
    yield at_least("finance", "cost of capital", rate, 0.0)
    first, edge = date.fromisoformat(periods[0]["start"]), 0.0
    for period in periods:
        where, begin, years = f"period {period['name']}", period["begin"], period["years"]
        start, end = date.fromisoformat(period["start"]), date.fromisoformat(period["end"])
        yield equal(where, "begin (years)", begin, (start - first).days / DAYS_PER_YEAR)
        yield equal(where, "years", years, (end - start).days / DAYS_PER_YEAR)
        yield true(where, "has no length", years > 0)
        yield at_least(where, "begin (years)", begin, edge, floor=DAY / 2)
        if rate:
            v = 1 / (1 + rate)
            worth = (v**begin - v ** (begin + years)) / years * horizon / (1 - v**horizon)
        else:
            worth = 1.0
        yield equal(where, "value_factor", period["value_factor"], worth)
        edge = begin + years
    yield equal("finance", "horizon (years)", horizon, edge)
