"""The year's engine against the reference: the same optimum, bounds below it, cuts that hold, refusals with reasons."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import pytest
import random_years
import toys
from both_engines import SAME, agree, optima

from planner.blocks import all_blocks, assemble
from planner.model import Bus, Calendar, Model, Store
from planner.solve import decomposed, monolithic
from planner.solve.condense import condense
from planner.solve.monolithic import NoPlan
from planner.solve.oracle import BusOracle, NotDecomposable


@pytest.mark.parametrize("seed", range(8))
def test_both_engines_agree(seed: int) -> None:
    agree(random_years.problem(seed))


@pytest.mark.full
@pytest.mark.parametrize("seed", range(8, 208))
def test_both_engines_agree_on_many(seed: int) -> None:
    agree(random_years.problem(seed))


@pytest.mark.parametrize("limits", [{}, {"carbon_free": {"share": 0.6, "grid": "included"}}, {"carbon": 20_000.0}])
@pytest.mark.parametrize("seed", [2, 5])
def test_both_engines_agree_on_a_grid_without_limit(seed: int, limits: dict[str, object]) -> None:
    """Peaks are billed and may be overrun without end: what rounding leaves of a price must not count without end.

    In one of the two, buying is paid for in some hours: it is bounded by what may stand there.
    """
    made = random_years.problem(seed)
    utility = replace(made.sites[0].grid, connection_kw=inf, demand_charge_usd_per_kw_month=7.3)
    place = replace(made.sites[0], grid=utility)
    made = replace(made, sites=(place,), objective=("cost",), keys={"limits": limits, "origins": {}})
    found = optima(assemble(made, toys.options()), ("cost",))
    assert found is not None
    assert found[1].objective == pytest.approx(found[0].objective, rel=SAME)


def bus(seed: int) -> Bus:
    m = assemble(random_years.problem(seed), toys.options())
    return next(b for b in m.buses.values() if b.balanced)


def design(rng: np.random.Generator, oracle: BusOracle) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Any design: sizes that may be nothing, store levels within its energy."""
    x = rng.choice([0.0, 1e-4, 1.0, 5.0, 40.0], oracle.size) * rng.uniform(0.5, 1.5, oracle.size)
    if oracle.store is not None:
        usable = x[oracle.at[oracle.store.energy]] * oracle.store.usable
        x[len(oracle.columns) :] = usable * rng.uniform(0, 1, oracle.starts)
    return np.asarray(x)


@pytest.mark.parametrize("seed", range(12))
def test_a_cut_never_exceeds_what_another_design_costs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    oracle = BusOracle(bus(seed), ("money", "brown_kwh"))
    mult, voll = np.array([1.0, float(rng.choice([0.0, 0.2]))]), 1e5
    designs = [design(rng, oracle) for _ in range(6)]
    found = [oracle.evaluate(x, mult, voll) for x in designs]
    for outcome in found:
        for x, other in zip(designs, found, strict=True):
            cost = float(mult @ other.quantities) + other.artificial
            # Levels between segments are free in a dispatch; the cuts' sum is least over them.
            cut = float((outcome.gradient @ oracle._without_levels(x) + outcome.constant).sum())
            cut = oracle._least(np.array([cut]), outcome.gradient, x)
            assert cut <= cost + 1e-9 * max(1.0, abs(cost))


@pytest.mark.parametrize("seed", range(12))
def test_at_its_own_design_a_cut_is_tight(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    oracle = BusOracle(bus(seed), ("money",))
    if not oracle.may.all():
        pytest.skip("in hours that pay for burning energy the bound may lie below")
    for _ in range(4):
        outcome = oracle.evaluate(design(rng, oracle), np.ones(1), 1e5)
        cost = float(outcome.quantities[0]) + outcome.artificial
        assert outcome.bound == pytest.approx(cost, rel=1e-9, abs=1e-6)


def test_a_dispatch_balances_and_obeys_its_store() -> None:
    oracle = BusOracle(bus(1), ("money",))
    x = design(np.random.default_rng(5), oracle)
    d = oracle.evaluate(x, np.ones(1), 1e5).dispatch
    load = x[oracle.draw_at] @ oracle.drawn
    if d.charge:
        assert (d.charge[0] * d.discharge[0] == 0).all()
    supply = (0.0 if d.taken is None else d.taken) + sum(d.imported) + sum(d.discharge)
    use = load + sum(d.exported) + sum(d.charge)
    assert (np.asarray(supply) <= np.asarray(use) + 1e-9).all()


def test_two_stores_are_left_to_the_reference() -> None:
    hours = Calendar(np.arange(3), np.ones(3), ((0, 3),), (tuple(range(12)),))
    b = Bus("power", "s", "p", hours)
    for who in ("cell", "cavern"):
        b.store(Store(who, 0, 1, 0.9, 0.9, 1.0, 0.0, 0.0, 1.0, "wear", ""))
    with pytest.raises(NotDecomposable, match="2 stores"):
        BusOracle(b, ("money",))


def test_an_equation_on_what_is_dispatched_is_left_to_the_reference() -> None:
    m = assemble(toys.problem(), toys.options())
    m.row("exactly", {}, "==", 1.0, origin="", tallies={("brown_kwh", "", ""): 1.0})
    with pytest.raises(NotDecomposable, match="equation"):
        condense(m, ("cost",))


def test_an_account_limited_apart_is_left_to_the_reference() -> None:
    problem = toys.problem(sites=(toys.site(batteries=(toys.battery(wear_usd_per_kwh=0.01),)),))
    m = assemble(problem, toys.options())
    m.row("only.energy", {}, "<=", 1.0, origin="", accounts=("energy",))
    with pytest.raises(NotDecomposable, match="apart"):
        condense(m, ("cost",))


def test_two_runs_give_the_same_numbers() -> None:
    problem = random_years.problem(1)
    m = assemble(problem, toys.options())
    first, second = (decomposed.solve(m, objective=problem.objective, gap=1e-6) for _ in range(2))
    assert first.values.tobytes() == second.values.tobytes()
    assert first.bound == second.bound


def test_block_order_leaves_no_trace() -> None:
    problem, blocks = random_years.problem(1), list(all_blocks())
    first = assemble(problem, toys.options(), blocks)
    second = assemble(problem, toys.options(), blocks[::-1])
    one, other = (decomposed.solve(m, objective=problem.objective) for m in (first, second))
    assert one.cost_usd == other.cost_usd
    values = {c.name: v for c, v in zip(first.columns, one.values.tolist(), strict=True)}
    assert values == {c.name: v for c, v in zip(second.columns, other.values.tolist(), strict=True)}


def test_time_that_has_passed_is_not_a_proof() -> None:
    problem = random_years.problem(1)
    with pytest.raises(NoPlan) as end:
        decomposed.solve(assemble(problem, toys.options()), time_limit=0.0)
    assert end.value.status == "limit"


def test_no_plan_names_the_row_that_cannot_hold() -> None:
    base = random_years.problem(1)
    problem = replace(base, keys={"limits": {"carbon": 1.0}, "origins": {}})
    with pytest.raises(NoPlan) as end:
        decomposed.solve(assemble(problem, toys.options()))
    assert end.value.status == "infeasible"
    assert any(row.startswith("carbon.cap") for row in end.value.rows)


def test_every_hour_carbon_free_is_a_plan() -> None:
    """The row's right-hand side is nothing at all: what counts as nothing is measured by what usually flows."""
    site = toys.site(producers=(toys.solar(),), batteries=(toys.battery(),))
    base = toys.problem(sites=(site,))
    limits = {"carbon_free": {"share": 1.0, "grid": "excluded"}}
    m = assemble(replace(base, keys={"limits": limits, "origins": {}}), toys.options())
    reference, ours = monolithic.solve(m, gap=1e-9), decomposed.solve(m, gap=1e-6)
    assert ours.objective == pytest.approx(reference.objective, rel=SAME)
    assert sum(float(kw.sum()) for d in ours.dispatch.values() for kw in d.imported) == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize("seed", range(4))
def test_a_limit_on_what_is_sold_has_a_bound_that_holds(seed: int) -> None:
    """A tally that only a sale counts: it has a size of its own, else its price is lost in the solver's tolerances."""
    rng = np.random.default_rng(seed)
    hours = 400
    m = Model()
    calendar = Calendar(np.arange(hours), np.ones(hours), ((0, hours),), (tuple(range(12)),))
    bus = m.bus("power", "site", "year", calendar)
    bus.draw("load", m.column("load.on", origin="", lo=1.0, hi=1.0), np.full(hours, 20.0))
    sun = m.column("solar.mw", origin="")
    bus.available("solar", sun, np.clip(rng.uniform(-0.5, 1, hours), 0, 1))
    m.cost("owning", "solar", sun, unit_price=3_000.0, origin="")
    power, energy = (m.column(f"battery.{unit}", origin="") for unit in ("mw", "mwh"))
    m.cost("owning", "battery", power, unit_price=300.0, origin="")
    m.cost("owning", "battery", energy, unit_price=400.0, origin="")
    bus.store(Store("battery", power, energy, 0.95, 0.95, 1.0, 0.0, 0.5, 1.0, "wear", "", 0.95))
    price = rng.uniform(5, 150, hours)
    bus.imports("grid", price, factor=1.0, origin="", most=30.0, tallies={"brown_mwh": 1.0})
    bus.exports("grid", price - 1.0, factor=1.0, origin="", most=30.0, tallies={"sold_mwh": 1.0})
    m.row("sold", {}, "<=", 0.2 * 20 * hours, origin="", tallies={("sold_mwh", "", ""): 1.0})
    m.row("share", {}, "<=", 0.4 * 20 * hours, origin="", tallies={("brown_mwh", "", ""): 1.0})
    m.close()
    reference, ours = monolithic.solve(m, gap=1e-9), decomposed.solve(m, gap=1e-5)
    assert ours.bound <= reference.objective * (1 + 1e-7)
    assert ours.objective == pytest.approx(reference.objective, rel=2e-5)


@pytest.mark.parametrize("sells", [True, False])
def test_a_site_without_any_limit_on_its_import_is_planned(sells: bool) -> None:
    """No connection, no peak billed: an hour's import is infinite at most, and times nothing is nothing."""
    price = toys.year(0.02) if sells else None
    free = toys.grid(connection_kw=inf, demand_charge_usd_per_kw_month=0.0, export_usd_per_kwh=price, export_kw=10.0)
    problem = toys.problem(
        sites=(toys.site(grid=free, producers=(toys.solar(),)),),
        fabrics=(toys.FabricClass("none", None, 1.0, ""),),
        tiers=(),
    )
    m = assemble(problem, toys.options(toys.option(fabric="none")))
    found, sure = decomposed.solve(m, gap=1e-7), monolithic.solve(m, gap=1e-9)
    assert found.status == "optimal"
    assert found.cost_usd == pytest.approx(sure.cost_usd, rel=1e-6)
