"""The proof of how far from the optimum the plan can be is arithmetic that holds.

bound <= objective,  gap = max(0, objective - bound) / |objective|      where cost is what was minimised first
gap >= 0;  an optimal plan's gap is no more than was asked for, or a millionth of a dollar
difference = year's cost / weeks' cost - 1                              where the year was computed
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.verdict import RELATIVE, Check, at_least, at_most, equal, true
from planner.audit.view import View

NAME = "gap"
LEAST_USD = 1e-6
"""Solvers call a plan optimal this near its bound, however little it costs."""
STATES = frozenset({"optimal", "limit", "interrupted"})


def check(view: View) -> Iterator[Check]:
    solver = view.plan["solver"]
    cost, bound, gap = solver["objective_usd"], solver["bound_usd"], solver["gap"]
    yield true("solver", f"status {solver['status']!r} is none", solver["status"] in STATES)
    yield true("solver", "what was minimised is not what was asked", solver["objective"] == view.problem["objective"])
    yield equal("solver", "gap_asked", solver["gap_asked"], view.problem["mip_gap"])
    yield at_least("solver", "the gap", gap, 0.0)
    if solver["objective"][:1] == ["cost"]:
        yield at_most("solver", "the bound (USD)", bound, cost)
        yield equal("solver", "the gap", gap, max(0.0, cost - bound) / abs(cost) if cost else 0.0, floor=RELATIVE)
    if solver["status"] == "optimal":
        # Objectives pursued one after the other may each slip by a solver tolerance.
        floor = 2 * RELATIVE + (LEAST_USD / abs(cost) if cost else 0.0)
        yield at_most("solver", "the gap of an optimal plan", gap, solver["gap_asked"], floor=floor)
    yield from _year(view)


def _year(view: View) -> Iterator[Check]:
    accuracy = view.plan["accuracy"]
    year, weeks, difference = accuracy["year_usd"], accuracy["weeks_usd"], accuracy["difference"]
    yield true("accuracy", "year_usd and difference go together", (year is None) == (difference is None) or not weeks)
    if year is not None and difference is not None and weeks:
        yield equal("accuracy", "difference", difference, year / weeks - 1, floor=RELATIVE)
