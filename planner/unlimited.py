"""What a scenario that no plan can meet would need: its cheapest plan with its limits left out, beside what they are.

The limits of `limits:` and grid connections are left out, all of them together; demand, availability and rooms are
not. Two typical weeks stand for the year, to one percent: figures to talk about, not to plan by.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

from planner.model import Model, Row, name_keys
from planner.options.types import OptionSet
from planner.problem import Problem, Site
from planner.solve.solution import Solution

if TYPE_CHECKING:
    from planner.plan.schema import Tally

WEEKS, GAP, SECONDS = 2, 0.01, 60.0
FAMILIES = (
    *("annual.matching", "budget.purchase", "budget.total", "carbon.cap", "carbon_free.share", "heat_reuse.share"),
    *("peak.cap", "water.cap"),
)
"""Rows that are left out: what a scenario limits, and no room or demand does."""
SENSES = {"<=": "at most", ">=": "at least", "==": "exactly"}
NEAR = 1e-6


def needed(problem: Problem, options: OptionSet, seconds: float | None = None) -> list[str]:
    """A line for each limit that the cheapest plan without any breaks; none where none such was found either.

    problem: on the hours that are to stand for its year. seconds: what may be spent on it, no more than `SECONDS`.
    """
    from planner.blocks import assemble
    from planner.solve.monolithic import NoPlan, solve

    sites = tuple(_unconnected(site) for site in problem.sites)
    m = assemble(replace(problem, sites=sites), options)
    rows = list(m.rows)
    asked = [row for row in rows if row.name.split("[")[0] in FAMILIES]
    m.rows[:] = [row for row in rows if row.name.split("[")[0] not in FAMILIES]
    try:
        answer = solve(m, gap=GAP, time_limit=SECONDS if seconds is None else min(seconds, SECONDS))
    except NoPlan:
        return []
    m.rows[:] = rows
    return [*_broken(m, answer, asked), *_connections(m, answer, problem)]


def _unconnected(site: Site) -> Site:
    """The site with as large a connection as it likes; an island stays one."""
    return replace(site, grid=replace(site.grid, connection_kw=inf)) if site.grid.connection_kw > 0 else site


def _broken(m: Model, answer: Solution, rows: list[Row]) -> Iterator[str]:
    from planner.plan.tables import books, limits, settle

    answer = settle(m, answer)
    made = books(m, answer)
    used = {limit.name: limit.value for limit in limits(m, answer, made, priced=False)}
    for row in rows:
        over = (used[row.name] - row.rhs) * (1 if row.sense == "<=" else -1)
        if over > NEAR * max(1.0, abs(row.rhs)):
            share = _share(row, used[row.name], made.tallies)
            unit = f" {row.unit}" if row.unit else ""
            asked = f"{SENSES[row.sense]} {_number(row.rhs)}{unit} is asked"
            yield f"{row.label}: {share or f'{_number(used[row.name])}{unit}, where {asked}'} ({row.origin})"


def _share(row: Row, used: float, tallies: Sequence[Tally]) -> str:
    """Of a row that holds what is not covered to a part of consumption: the share that is reached."""
    parts = {key[0]: coefficient for key, coefficient in row.tallies.items()}
    if "power_load_kwh" not in parts or row.sense != "<=":
        return ""
    period = next(key[2] for key in row.tallies)
    energy = ("power_load_kwh", "rented_kwh")
    total = sum(t.quantity for t in tallies if t.tally in energy and t.period == period)
    asked = 1.0 + parts["power_load_kwh"]
    return f"a share of {max(0.0, asked - used / total):.1%}, where {asked:.1%} is asked" if total > 0 else ""


def _connections(m: Model, answer: Solution, problem: Problem) -> Iterator[str]:
    for _, at in m.family("power.peak_kw"):
        keys = name_keys(m.columns[at].name)
        site = problem.site(keys["site"])
        peak, most = float(answer.values[at]), site.grid.connection_kw
        if 0 < most < peak * (1 - NEAR):
            there = f"{_number(peak)} kW at its peak, where at most {_number(most)} kW is asked"
            yield f"{site.id} grid connection: {there} ({site.origin})"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1e3 else f"{value:,.4g}"
