"""The monolithic engine: solvers agree, order leaves no trace, stores and peaks obey physics, ends are told apart."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from math import inf

import numpy as np
import pytest
import toys
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.blocks import all_blocks, assemble
from planner.model import Calendar
from planner.options.types import OptionSet
from planner.problem import Finance, Period, Problem
from planner.solve.monolithic import NoPlan, solve
from planner.solve.solution import Solution

EXACT = 1e-9


def full(**changes: object) -> Problem:
    """A toy with everything on it: solar, battery, a dataset."""
    place = toys.site(producers=(toys.solar(),), batteries=(toys.battery(),))
    base = toys.problem(sites=(place,), workloads=(toys.workload(), toys.dataset()))
    return replace(base, **changes)  # type: ignore[arg-type]


def answer(problem: Problem, options: OptionSet | None = None, **how: object) -> Solution:
    return solve(assemble(problem, options or toys.options()), objective=problem.objective, gap=EXACT, **how)  # type: ignore[arg-type]


@settings(max_examples=8, deadline=None)
@given(st.floats(100, 1200), st.floats(0.02, 0.3), st.floats(0.9, 0.9999), st.booleans())
def test_highs_and_cbc_agree(demand: float, price: float, availability: float, sun: bool) -> None:
    place = toys.site(
        grid=toys.grid(price_usd_per_kwh=toys.year(price)),
        producers=(toys.solar(),) if sun else (),
        batteries=(toys.battery(),) if sun else (),
    )
    work = toys.workload(demand=(demand,), availability=availability)
    problem = toys.problem(sites=(place,), workloads=(work, toys.dataset()))
    highs, cbc = answer(problem), answer(problem, solver="cbc")
    assert highs.cost_usd == pytest.approx(cbc.cost_usd, rel=1e-7)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6))
def test_block_order_leaves_no_trace(seed: int) -> None:
    problem, blocks = full(), list(all_blocks())
    before = answer(problem)
    random.Random(seed).shuffle(blocks)
    m = assemble(problem, toys.options(), blocks)
    after = solve(m, gap=EXACT)
    assert after.cost_usd == before.cost_usd
    first = assemble(problem, toys.options())
    values = {c.name: v for c, v in zip(first.columns, before.values.tolist(), strict=True)}
    assert values == {c.name: v for c, v in zip(m.columns, after.values.tolist(), strict=True)}


def test_the_store_obeys_its_losses() -> None:
    dear = toys.grid(price_usd_per_kwh=np.tile([0.01, 0.5, 0.5], 2920))
    store = toys.battery(standing_loss_per_hour=0.01)
    problem = toys.problem(sites=(toys.site(grid=dear, batteries=(store,)),))
    m = assemble(problem, toys.options())
    s = solve(m, gap=EXACT)
    d = s.dispatch["power", "s", "y1"]
    charge, discharge, level = d.charge[0], d.discharge[0], d.level[0]
    assert discharge.sum() > 1
    expected = np.roll(level, 1) * 0.99 + charge * 0.95 - discharge / 0.95
    np.testing.assert_allclose(level, expected, atol=1e-6)
    energy = {c.name: v for c, v in zip(m.columns, s.values, strict=True)}["battery.kwh[site=s,battery=cell,period=y1]"]
    assert level.max() <= 0.9 * energy + 1e-6


def test_export_never_above_its_limit_and_paid() -> None:
    sells = toys.grid(export_usd_per_kwh=toys.year(0.09), export_kw=5.0)
    problem = toys.problem(sites=(toys.site(grid=sells, producers=(toys.solar(capex_usd_per_kw=10.0),)),))
    s = answer(problem)
    sold = s.dispatch["power", "s", "y1"].exported[0]
    assert 0 < sold.max() <= 5.0 + 1e-9


def test_typical_stretch_counts_for_all_its_months() -> None:
    """Two stretches, one for eleven months, one for December: each month is billed the peak of its own stretch."""
    hours = Calendar(
        np.arange(6), np.array([8016 / 3] * 3 + [744 / 3] * 3), ((0, 3), (3, 6)), (tuple(range(11)), (11,))
    )
    hot = np.zeros(8760)
    hot[3:6] = 0.5
    place = toys.site(cooling=(toys.cooling(air_overhead=hot, design_overhead=0.5),))
    problem = toys.problem(sites=(place,), periods=(replace(toys.period(), calendar=hours),))
    m = assemble(problem, toys.options())
    s = solve(m, gap=EXACT)
    peaks = {c.keys["month"]: v for c, v in zip(m.columns, s.values, strict=True) if c.family == "grid.month_kw"}
    imports = s.dispatch["power", "s", "y1"].imported[0]
    assert peaks["1"] == pytest.approx(imports[:3].max())
    assert peaks["12"] == pytest.approx(imports[3:].max())
    assert peaks["12"] > peaks["1"]


def test_carbon_first_then_cost() -> None:
    cheap, clean = answer(full()), answer(full(objective=("carbon", "cost")))
    assert clean.objective <= cheap_carbon(cheap) + 1e-6
    assert clean.cost_usd >= cheap.cost_usd - 1e-6


def cheap_carbon(s: Solution) -> float:
    from planner.solve.expand import expand
    from planner.solve.monolithic import goal

    m = assemble(full(), toys.options())
    e = expand(m)
    values = np.zeros(len(e.matrix.lo))
    values[e.column] = s.values
    for key, columns in e.buses.items():
        values[columns.imported[0]] = s.dispatch[key].imported[0]
    return float(e.matrix.dense(goal(e, "carbon")) @ values)


def test_no_plan_names_what_clashes() -> None:
    problem = toys.problem(sites=(toys.site(grid=toys.grid(connection_kw=0.5)),))
    with pytest.raises(NoPlan) as end:
        answer(problem)
    assert end.value.status == "infeasible"
    assert any("connection" in row or "serve.demand" in row for row in end.value.rows)


def test_growth_is_bought_when_it_comes_and_old_machines_are_replaced() -> None:
    """Years 1-3 need 2 machines, years 4-6 need 5; a life of three years means the first two are not there any more."""

    def spell(name: str, begin: float, year: int) -> Period:
        hours = toys.calendar(3, 3 * 8760 / 3)
        return Period(name, date(year, 1, 1), date(year + 3, 1, 1), begin, 3.0, hours, 1.0)

    problem = toys.problem(
        finance=Finance(0.0, 6.0, ""),
        periods=(spell("early", 0.0, 2027), spell("late", 3.0, 2030)),
        machines=(toys.machine(life_years=3.0, failures_per_day=0.0),),
        workloads=(toys.workload(demand=(200.0, 500.0)),),
    )
    m = assemble(problem, toys.options())
    s = solve(m, gap=EXACT)
    bought = {c.keys["period"]: v for c, v in zip(m.columns, s.values, strict=True) if c.family == "servers_bought"}
    assert bought == {"early": 2.0, "late": 5.0}


def test_a_limit_of_time_is_not_a_proof() -> None:
    with pytest.raises(NoPlan) as end:
        answer(full(), time_limit=1e-6)
    assert end.value.status == "limit"


def test_unbounded_is_not_hidden_by_big_numbers() -> None:
    m = assemble(full(), toys.options())
    assert all(c.hi == inf or c.hi < 1e9 for c in m.columns)
