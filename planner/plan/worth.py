"""What one more kW or kWh of own supply, and of the grid's connection, would save, beside what it costs."""

from __future__ import annotations

from collections.abc import Iterator

from planner.model import Model, name_keys
from planner.plan.measures import measured
from planner.plan.metered import bought
from planner.plan.schema import Measure
from planner.problem import Problem
from planner.solve.solution import Solution

FULL = 1e-6
"""An import is at its limit where no more than this share of it is left."""


def worth(m: Model, s: Solution, problem: Problem) -> Iterator[Measure]:
    """What one more kW or kWh of own supply would save, had for nothing, beside what it costs; both for a year.

    It saves the worth that the hours (and all else but the row that makes one buy it) give to one unit in use: a
    solver's shadow prices with the whole numbers held, and where several sets of them hold, one of those.
    A connection's price is of the peak that breakers bear. Where an hour's import is at the connection too, one more
    kW would also be worth something in that hour, which no price here says: there is no number then.
    """
    years = {p.name: p.years for p in problem.periods}
    if not any(s.duals.values()):
        return
    for index, column in sorted(enumerate(m.columns), key=lambda ic: ic[1].name):
        need = m.find(column.name.replace("_bought[", "[", 1))
        if column.kind != "generation bought" or column.integer or need is None or not len(s.reduced):
            continue
        family = column.family.replace("_bought", "_owned")
        rows = [r for r in m.rows if r.name.split("[", 1)[0] == family]
        saved = -float(s.reduced[need]) - sum(s.duals.get(r.name, 0.0) * r.terms.get(need, 0.0) for r in rows)
        costs = sum(c.quantity * c.unit_price * c.factor for c in m.ledger if c.column == index)
        served = sum(years[name_keys(r.name)["period"]] for r in rows if index in r.terms)
        place, unit = (column.keys["site"], column.keys["period"]), f"USD per {column.unit}-year"
        yield measured("one_more_saves", saved / years[place[1]], unit, *place, column.item)
        yield measured("one_more_costs", costs / served, unit, *place, column.item)
    for row in (r for r in m.rows if r.name.startswith("facility.connection[")):
        keys = name_keys(row.name)
        if _binds(m, s, problem, keys["site"], keys["period"]):
            continue
        saved = -s.duals.get(row.name, 0.0) / years[keys["period"]]
        yield measured("one_more_saves", saved, "USD per kW-year", keys["site"], keys["period"], "grid connection")


def _binds(m: Model, s: Solution, problem: Problem, site: str, period: str) -> bool:
    """Whether an hour's import is all that the connection bears."""
    most = problem.site(site).grid.connection_kw * (1.0 - FULL)
    found = (bought(bus, s.dispatch[key]) for key, bus in m.buses.items() if key[1:] == (site, period))
    return any(float(kw.max(initial=0.0)) >= most for kw in found)
