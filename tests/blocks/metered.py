"""A site with nothing but a metered load, so that what it imports is known; both engines, and the audited plan."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import toys

from planner.audit import audit
from planner.blocks import assemble
from planner.hours import MONTH_ENDS
from planner.model import Calendar, Model
from planner.options.types import OptionSet
from planner.plan.extract import extract
from planner.plan.schema import Accuracy
from planner.problem import Grid, Period, Problem, Site
from planner.solve import decomposed, monolithic, outage
from planner.solve.memory import Memory
from planner.solve.solution import Solution

HOURS = 8760
NONE = OptionSet((), ())
Series = np.ndarray[Any, np.dtype[np.float64]]


def whole_year() -> Calendar:
    """Every hour of the year, weight one."""
    return Calendar(np.arange(HOURS), np.ones(HOURS), ((0, HOURS),), (tuple(range(12)),))


def a_day_each_month() -> Calendar:
    """The 15th of every month, 24 hours each, the twelve of them for the year."""
    starts = np.concatenate([[0], MONTH_ENDS[:-1]]) + 14 * 24
    hour = (starts[:, None] + np.arange(24)).ravel()
    stretches = tuple((24 * k, 24 * k + 24) for k in range(12))
    return Calendar(hour, np.full(288, HOURS / 288), stretches, tuple((k,) for k in range(12)))


def some_hours(hour: list[int], months: tuple[int, ...]) -> Calendar:
    """A few hours that stand for the year, one stretch."""
    return Calendar(np.array(hour), np.full(len(hour), HOURS / len(hour)), ((0, len(hour)),), (months,))


def period(calendar: Calendar) -> Period:
    return replace(toys.period(rate=0.0), calendar=calendar)


def problem(load: Series, calendar: Calendar, grid: Grid, **site: Any) -> Problem:
    """One year at no cost of capital, a load (8760,) kW, and a grid."""
    place: Site = toys.site(grid=grid, **site)
    work = toys.workload("metered", kind="load", unit="kW", demand=(float(load.max()),), series_kw=load)
    finance = replace(toys.problem().finance, cost_of_capital=0.0)
    return toys.problem(
        finance=finance, periods=(period(calendar),), sites=(place,), workloads=(work,), machines=(), tiers=()
    )


def agreed(problem: Problem, rel: float = 3e-6) -> tuple[Model, Solution]:
    """The reference's answer, once the other engine has given the same and both plans pass the audit."""
    m, same = assemble(problem, NONE), assemble(problem, NONE)
    reference = outage.solve(monolithic.solve, m, memory=None, time_limit=None, gap=1e-9)
    ours = outage.solve(decomposed.solve, same, memory=Memory(), time_limit=None, gap=1e-6)
    assert ours.objective == pytest.approx(reference.objective, rel=rel, abs=1e-6)
    assert ours.bound <= reference.objective + 1e-6 * max(1.0, abs(reference.objective))
    for answer in (reference, ours):
        verdict = audit(plan(problem, m, answer))
        assert verdict.accepted, verdict.findings
        assert not [n for n in verdict.notes if "read by no law" in n or "not recomputed" in n]
    return m, reference


def plan(problem: Problem, m: Model, answer: Solution) -> dict[str, Any]:
    hours = len(problem.periods[0].calendar)
    accuracy = Accuracy(hours=hours, weeks_usd=answer.cost_usd, year_usd=None, difference=None, note="")
    found: dict[str, Any] = json.loads(extract(m, answer, problem, NONE, accuracy=accuracy).model_dump_json())
    return found


def paid(problem: Problem, m: Model, answer: Solution, account: str) -> float:
    return sum(x["amount_usd"] for x in plan(problem, m, answer)["ledger"] if x["account"] == account)


def values(m: Model, answer: Solution, family: str, key: str) -> dict[str, float]:
    """A family's columns by one of their keys."""
    found = zip(m.columns, answer.values.tolist(), strict=True)
    return {c.keys[key]: value for c, value in found if c.family == family}
