"""When a charge of a plan falls, as FOCUS writes times: of a period, or the day on which something is bought or sold.

A dollar of a purchase or a resale at t years counts (1 + r)^-t K, with r the cost of capital, H the horizon in years
and K = H r / (1 - (1 + r)^-H) (`planner/money.py`); so t = ln(K / factor) / ln(1 + r). Without a cost of capital every
date counts alike, and the charge is given the time from its period's start to the horizon's end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import log
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.plan.schema import Line, Plan

DATED = ("purchase", "resale")
"""Accounts of what is paid on one day."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From a day (inclusive) to a day (exclusive)."""

    start: date
    end: date

    def texts(self) -> tuple[str, str]:
        """Both ends in UTC; a plan's days have no time zone."""
        return f"{self.start.isoformat()}T00:00:00Z", f"{self.end.isoformat()}T00:00:00Z"


class Dates:
    """The periods of a plan, and days on its horizon."""

    def __init__(self, plan: Plan) -> None:
        self.periods: dict[str, Span] = {}
        self.records: list[Mapping[str, Any]] = list(plan.problem["periods"])
        for p in self.records:
            self.periods[str(p["name"])] = Span(date.fromisoformat(p["start"]), date.fromisoformat(p["end"]))
        self.whole = Span(min(s.start for s in self.periods.values()), max(s.end for s in self.periods.values()))
        finance = plan.problem["finance"]
        self.rate, self.horizon = float(finance["cost_of_capital"]), float(finance["horizon_years"])

    def charge(self, line: Line) -> Span:
        """When the charge falls."""
        period = self.periods.get(line.period, self.whole)
        if line.account not in DATED:
            return period
        if self.rate <= 0 or line.factor <= 0:
            return Span(period.start, self.whole.end)
        level = self.horizon * self.rate / (1 - (1 + self.rate) ** -self.horizon)
        day = self.day(log(level / line.factor) / log(1 + self.rate))
        return Span(day, day + DAY)

    def day(self, years: float) -> date:
        """The day so many years after the horizon's start; its last day where that is its end."""
        here = self.records[0]
        for p in self.records:
            here = p if p["begin"] <= years + 1e-6 else here
        span = self.periods[str(here["name"])]
        share = (years - here["begin"]) / here["years"]
        found = span.start + timedelta(days=round(share * (span.end - span.start).days))
        return max(self.whole.start, min(found, self.whole.end - DAY))

    def billing(self, charge: Span, name: str) -> Span:
        """The period in which it is billed: the line's own, or that of the day on which it is paid."""
        inside = [s for s in self.periods.values() if s.start <= charge.start < s.end]
        own = self.periods.get(name)
        return own if own is not None and own in inside else (inside or [self.whole])[0]
