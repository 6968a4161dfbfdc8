"""What a plan's hours add up to, on a toy whose store is filled at night from the grid and at noon by the sun."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import toys

from planner.audit import audit
from planner.blocks import assemble
from planner.plan.extract import extract
from planner.plan.schema import FIRST, OF_THOSE, Accuracy, Plan
from planner.problem import Problem
from planner.solve.monolithic import solve


def toy(**changes: object) -> Problem:
    grid = toys.grid(
        price_usd_per_kwh=np.tile([0.1, 0.3, 0.5], 2920),
        carbon_free_fraction=np.tile([0.5, 0.2, 0.1], 2920),
        marginal_kg_per_kwh=np.tile([0.6, 0.7, 0.8], 2920),
        demand_charge_usd_per_kw_month=0.0,
        **changes,
    )
    place = toys.site(grid=grid, producers=(toys.solar(max_kw=8.0),), batteries=(toys.battery(),))
    return toys.problem(sites=(place,))


def plan_of(problem: Problem, note: str = "") -> Plan:
    m = assemble(problem, toys.options())
    none = Accuracy(hours=3, weeks_usd=0, year_usd=None, difference=None, note=note)
    return extract(m, solve(m, gap=1e-9), problem, toys.options(), accuracy=none)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_of(toy())


def value(plan: Plan, measure: str, who: str = "") -> float:
    return next(r.value for r in plan.measures if (r.measure, r.who) == (measure, who))


def flow(plan: Plan, role: str) -> np.ndarray:  # type: ignore[type-arg]
    parts = [np.array(kw) for name, kw in plan.hours[0].dispatch.items() if name.startswith(f"{role}.")]
    return np.asarray(sum(parts, np.zeros(3)))


def test_stored_grid_energy_stays_grid_energy(plan: Plan) -> None:
    """Three hours, one store: the mix of each by hand, starting where the store is empty."""
    charge, discharge, load = flow(plan, "charge"), flow(plan, "discharge"), flow(plan, "draw")
    made, bought, level = flow(plan, "produced"), flow(plan, "imported"), flow(plan, "level")
    assert min(charge.max(), discharge.max()) > 1
    empty = int(np.argmin(level))
    assert level[empty] < 1e-6
    for reading, counted in (("own", np.zeros(3)), ("with_grid", np.array([0.5, 0.2, 0.1]))):
        f = served = 0.0
        for t in ((empty + k) % 3 for k in (1, 2, 3)):
            assert charge[t] * discharge[t] < 1e-6
            total = made[t] + bought[t] + discharge[t]
            mix = (made[t] + bought[t] * counted[t] + discharge[t] * f) / total
            held, put = level[t - 1], 0.95 * charge[t]
            f = (held * f + put * mix) / (held + put) if held + put > 0 else 0.0
            served += load[t] * mix
        assert value(plan, f"carbon_free_hourly_{reading}") == pytest.approx(served / load.sum(), abs=1e-6)


def test_the_year_counts_more_than_the_hours_and_limits_count_least(plan: Plan) -> None:
    head = plan.headline[0]
    assert head.carbon_free_share_own is not None
    assert head.carbon_free_share_own <= value(plan, "carbon_free_hourly_own") <= value(plan, "carbon_free_annual_own")


def test_cycles_factors_and_peaks(plan: Plan) -> None:
    sizes = {s.item + s.unit: s.quantity for s in plan.sizing if s.kind == "generation"}
    out, load = flow(plan, "discharge"), flow(plan, "draw")
    cycles = out.sum() * 2920 / 0.95 / (0.9 * sizes["cellkWh"])
    assert value(plan, "full_cycles", "cell") == pytest.approx(cycles)
    assert value(plan, "full_cycles_over_life", "cell") == pytest.approx(15 * cycles)
    assert value(plan, "load_factor") == pytest.approx(load.mean() / load.max())


def test_a_life_by_wear_is_when_a_fifth_is_lost(plan: Plan) -> None:
    assert not [r for r in plan.measures if r.measure == "life_by_wear"]  # the toy's store has no fade
    problem = toy()
    place = problem.sites[0]
    cell = replace(place.batteries[0], calendar_fade=1.16e-3, calendar_exponent=0.428, cycle_fade=2.46e-5)
    faded = plan_of(replace(problem, sites=(replace(place, batteries=(cell,)),)))
    years, cycles = value(faded, "life_by_wear", "cell"), value(faded, "full_cycles", "cell")
    sizes = {s.item + s.unit: s.quantity for s in faded.sizing if s.kind == "generation"}
    soc = 0.1 + flow(faded, "level").mean() / sizes["cellkWh"]
    assert 1.16e-3 * soc * (365 * years) ** 0.428 + 2.46e-5 * 0.9 * cycles * years == pytest.approx(0.2, rel=1e-6)
    data = json.loads(faded.model_dump_json())
    assert audit(data).accepted
    row = next(r for r in data["measures"] if r["measure"] == "life_by_wear")
    row["value"] *= 1.05
    assert {f.law for f in audit(data).findings} == {"measures"}


def test_the_marginal_rate_is_in_no_inventory(plan: Plan) -> None:
    bought, rate = flow(plan, "imported"), np.array([0.6, 0.7, 0.8])
    assert value(plan, "co2_consequential") == pytest.approx(2920 * float(rate @ bought), rel=1e-6)
    without = plan_of(toy_without_marginal())
    assert not [r for r in without.measures if r.measure.startswith(("co2_cons", "co2_avoid"))]
    assert without.headline == plan.headline
    assert without.tallies == plan.tallies


def toy_without_marginal() -> Problem:
    problem = toy()
    place = problem.sites[0]
    return replace(problem, sites=(replace(place, grid=replace(place.grid, marginal_kg_per_kwh=None)),))


def test_what_is_bought_below_its_limit_saves_what_it_costs(plan: Plan) -> None:
    """The sun stands at its limit, and saves more; the store is sized freely."""
    cell = "cell energy"
    assert value(plan, "one_more_saves", cell) == pytest.approx(value(plan, "one_more_costs", cell), rel=1e-6)
    assert value(plan, "one_more_saves", "solar") > value(plan, "one_more_costs", "solar")


def test_one_more_kw_of_sun_saves_that_much() -> None:
    problem = toy()
    place = problem.sites[0]
    sun = place.producers[0]

    def cost(installed: float) -> tuple[float, Plan]:
        given = replace(sun, installed_kw=installed, max_kw=8.0 + installed)
        plan = plan_of(replace(problem, sites=(replace(place, producers=(given,)),)))
        return plan.headline[0].cost_usd_per_year, plan

    before, plan = cost(0.0)
    after, _ = cost(0.01)
    assert (before - after) / 0.01 == pytest.approx(value(plan, "one_more_saves", "solar"), rel=1e-3)


def test_energy_costs_its_lines(plan: Plan) -> None:
    items = {"solar", "cell power", "cell energy"}
    lines = [x for x in plan.ledger if x.account in ("energy", "wear") or x.item in items]
    cost = sum(x.amount_usd for x in lines)
    factor = plan.problem["periods"][0]["value_factor"]
    drawn = flow(plan, "draw").sum() * 2920 / 1000 * factor
    assert value(plan, "energy_cost") == pytest.approx(cost / drawn, rel=1e-6)


def test_first_hours_say_nothing_of_years() -> None:
    plan = plan_of(toy(), note=f"{FIRST} 3 hours of a period are modelled: {OF_THOSE}")
    told = {r.measure for r in plan.measures}
    assert told.isdisjoint({"embodied", "energy_cost", "full_cycles", "full_cycles_over_life", "life_by_wear"})
    assert told.isdisjoint({"one_more_saves", "one_more_costs"})
    assert {"co2_location", "load_peak", "carbon_free_hourly_own"} <= told
    assert audit(json.loads(plan.model_dump_json())).accepted


def test_a_connection_has_a_price_only_where_no_hour_imports_all_it_bears(plan: Plan) -> None:
    assert value(plan, "one_more_saves", "grid connection") == 0.0
    most = value(plan, "import_peak")
    tight = plan_of(toy(connection_kw=most))
    assert value(tight, "import_peak") == pytest.approx(most)
    assert not [r for r in tight.measures if r.who == "grid connection"]


def test_two_sites_have_a_row_each_and_one_together() -> None:
    base = toy()
    other = replace(base.sites[0], id="t")
    problem = replace(base, sites=(*base.sites, other), workloads=(toys.workload(sites=("s", "t"), demand=(1500.0,)),))
    plan = plan_of(problem)
    verdict = audit(json.loads(plan.model_dump_json()))
    assert verdict.accepted, verdict.findings
    if len({r.site for r in plan.measures if r.measure == "carbon_free_hourly_own"}) > 1:
        assert [r for r in plan.measures if r.site == "" and r.measure == "carbon_free_hourly_own"]


def test_the_audit_accepts_it(plan: Plan) -> None:
    verdict = audit(json.loads(plan.model_dump_json()))
    assert verdict.accepted, verdict.findings
