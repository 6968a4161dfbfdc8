"""Stores side by side and generators run ahead of time: what is known is used, and nothing is cheaper than the plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import toys
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.blocks import assemble
from planner.foresight.run import worth
from planner.foresight.site import SiteYear
from planner.foresight.text import as_table
from planner.plan.extract import extract
from planner.plan.schema import Accuracy, Plan
from planner.problem import Battery, Generator, Problem
from planner.solve.monolithic import solve

HOURS = 36
OPERATION = ("energy", "export", "wear", "fuel", "carbon")
SEEDS = st.integers(0, 2**32 - 1)


def store(dice: np.random.Generator, id: str) -> Battery:
    kw, hours = float(dice.uniform(1, 4)), float(dice.uniform(1, 4))
    kwh = kw * hours
    return toys.battery(
        id=id, installed_kw=kw, installed_kwh=kwh, max_kw=kw, max_kwh=kwh,
        charge_efficiency=float(dice.choice([0.95, 0.8])), discharge_efficiency=float(dice.choice([0.95, 0.8])),
        standing_loss_per_hour=float(dice.choice([0.0, 0.002])), wear_usd_per_kwh=float(dice.choice([0.0, 0.01])),
    )  # fmt: skip


def engine(dice: np.random.Generator, id: str) -> Generator:
    kw = float(dice.uniform(1, 6))
    return toys.generator(
        id=id, installed_kw=kw, max_kw=kw, unit_kw=kw / 2, carbon_free=bool(dice.random() < 0.5),
        fuel_usd_per_kwh=float(dice.uniform(0.02, 0.15)),
    )  # fmt: skip


def toy(seed: int, stores: int, engines: int, *, ends: bool = False) -> Problem:
    """Random sun and prices; with `ends` power is given away in the first hours and dear in the last.

    Stores are then empty where the cycle closes: they are full again before anything is worth storing.
    """
    dice = np.random.default_rng(seed)
    price, sun = dice.uniform(0.02, 0.6, HOURS), dice.uniform(0.0, 1.0, HOURS) * (dice.random(HOURS) < 0.5)
    if ends:
        price[:6], price[-8:], sun[-8:] = 0.0, 2.0, 0.0
    grid = toys.grid(
        price_usd_per_kwh=np.resize(price, 8760),
        connection_kw=1000.0,
        carbon_free_fraction=np.resize(dice.uniform(0, 1, HOURS), 8760),
        demand_charge_usd_per_kw_month=0.0,
    )
    place = toys.site(
        grid=grid,
        producers=(toys.solar(capacity_factor=np.resize(sun, 8760), max_kw=9.0, installed_kw=9.0),),
        batteries=tuple(store(dice, name) for name in ("cell", "flow", "cavern")[:stores]),
        generators=tuple(engine(dice, name) for name in ("engine", "turbine")[:engines]),
    )
    return toys.problem(sites=(place,), periods=(toys.period(HOURS),), carbon_price_usd_per_kg=0.05)


def plan_of(problem: Problem) -> Plan:
    m = assemble(problem, toys.options())
    none = Accuracy(hours=HOURS, weeks_usd=0, year_usd=None, difference=None, note="")
    return extract(m, solve(m, gap=1e-9), problem, toys.options(), accuracy=none)


def operation(plan: Plan) -> float:
    return sum(x.amount_usd for x in plan.ledger if x.account in OPERATION and "embodied" not in x.item)


@given(SEEDS, st.integers(0, 3), st.integers(0, 2))
@settings(max_examples=12, deadline=None)
def test_who_knows_all_hours_does_as_well_as_the_plan(seed: int, stores: int, engines: int) -> None:
    plan = plan_of(toy(seed, stores, engines, ends=True))
    known = worth(plan, HOURS)[1]
    assert known.left_kwh == pytest.approx(0.0, abs=1e-4)
    assert known.more_usd == pytest.approx(0.0, abs=1e-6 * plan.headline[0].cost_usd_per_year)


@given(SEEDS, st.integers(0, 3), st.integers(0, 2), st.integers(2, HOURS))
@settings(max_examples=12, deadline=None)
def test_nobody_does_better_than_the_plan(seed: int, stores: int, engines: int, window: int) -> None:
    """But for what stores held at the start, which is worth no more than the dearest hour's power."""
    plan = plan_of(toy(seed, stores, engines))
    for outcome in worth(plan, window)[1:]:
        drained = max(0.0, -outcome.left_kwh) * plan.hours[0].weight[0] * (0.6 + 0.05 * 0.4)
        assert outcome.more_usd >= -drained - 1e-5 * plan.headline[0].cost_usd_per_year
        assert outcome.unserved_kwh == 0.0


@given(SEEDS, st.integers(2, 3), st.integers(0, 2))
@settings(max_examples=8, deadline=None)
def test_money_carbon_and_uncovered_energy_are_the_plans_own(seed: int, stores: int, engines: int) -> None:
    plan = plan_of(toy(seed, stores, engines))
    site = SiteYear(plan, plan.hours[0], plan.hours[0])
    found = site.count(site.planned())
    usd = {a: sum(x.amount_usd for x in plan.ledger if x.account == a) for a in OPERATION}
    factor, embodied = site.factor, sum(t.quantity for t in plan.tallies if t.tally == "embodied_kg")
    usd["carbon"] -= 0.05 * embodied * factor
    assert found.usd == pytest.approx(sum(usd.values()), rel=1e-6)
    for tally, amount in (("brown_kwh", found.brown), ("brown_grid_kwh", found.brown_grid), ("co2_kg", found.co2)):
        assert amount == pytest.approx(sum(t.quantity for t in plan.tallies if t.tally == tally), rel=1e-6, abs=1e-3)
    assert found.generated == pytest.approx(sum(t.quantity for t in plan.tallies if t.tally == "generated_kwh"))


@given(SEEDS)
@settings(max_examples=6, deadline=None)
def test_every_hour_of_a_plan_run_ahead_balances(seed: int) -> None:
    plan = plan_of(toy(seed, 2, 2))
    site = SiteYear(plan, plan.hours[0], plan.hours[0])
    done = site.run(24, "yesterday")
    use = site._flow("draw") + done.exported + done.charge.sum(axis=0)
    gives = done.taken + done.imported + done.unserved + done.discharge.sum(axis=0) + done.generated.sum(axis=0)
    assert gives == pytest.approx(use, abs=1e-6)
    for k, g in enumerate(site.engines.built):
        assert done.generated[k].max() <= g["kw"] + 1e-9
    for k, s in enumerate(site.stores.built):
        assert done.level[k].max() <= s["kwh"] * s["usable_fraction"] + 1e-6


def test_full_load_hours_are_kept_and_shared_out_over_the_year() -> None:
    problem = toy(5, 1, 1)
    cheap = replace(problem.sites[0].generators[0], full_load_hours=2000.0, fuel_usd_per_kwh=0.02)
    plan = plan_of(replace(problem, sites=(replace(problem.sites[0], generators=(cheap,)),)))
    site = SiteYear(plan, plan.hours[0], plan.hours[0])
    most = 2000.0 * site.engines.built[0]["kw"]
    assert float(site.weight @ site.planned().generated[0]) == pytest.approx(most, rel=1e-6)
    done = site.run(24, "known")
    assert float(site.weight @ done.generated[0]) <= most * (1 + 1e-9)
    burning = site.price[done.generated[0] > 0.01]
    assert burning.min() > 0.1  # its fuel costs 6 cents: kept for dearer hours


def test_what_a_permit_leaves_goes_from_one_stretch_to_the_next() -> None:
    """Hours cut in two, as those of two years are: the second has what the first left, and levels of its own."""
    problem = toy(5, 2, 1)
    cheap = replace(problem.sites[0].generators[0], full_load_hours=2000.0, fuel_usd_per_kwh=0.001, carbon_free=True)
    plan = plan_of(replace(problem, sites=(replace(problem.sites[0], generators=(cheap,)),)))
    halves = plan.hours[0].model_copy(update={"stretches": [(0, 18), (18, HOURS)], "months": [list(range(12))] * 2})
    site = SiteYear(plan, halves, halves)
    done = site.run(12, "known")
    most = 2000.0 * site.engines.built[0]["kw"]
    assert float(site.weight @ done.generated[0]) <= most * (1 + 1e-9)
    for k, s in enumerate(site.stores.built):
        for begin, end in halves.stretches:
            before = np.array(halves.dispatch[f"level.{s['id']}"])[end - 1] * (1 - s["standing_loss_per_hour"])
            put = done.charge[k, begin] * s["charge_efficiency"] - done.discharge[k, begin] / s["discharge_efficiency"]
            assert done.level[k, begin] == pytest.approx(before + put, abs=1e-6)


def test_hours_below_a_least_load_are_said() -> None:
    """A single unit that must give half or nothing, where less is wanted for want of load: the plan's own hours too."""
    problem = toy(3, 0, 1)
    cheap = replace(
        problem.sites[0].generators[0],
        least_load=0.9,
        unit_kw=50.0,
        max_kw=50.0,
        installed_kw=50.0,
        fuel_usd_per_kwh=0.01,
        carbon_free=True,
    )
    plan = plan_of(replace(problem, sites=(replace(problem.sites[0], generators=(cheap,)),)))
    names = ("below_least_load", "below_least_load_stuck", "least_load_costs")
    low, stuck, usd = (next(m.value for m in plan.measures if m.measure == name) for name in names)
    found = worth(plan, 24)
    assert low > 0
    for outcome in found[:2]:
        assert (outcome.below_least_load_h, outcome.stuck_h) == (pytest.approx(low), pytest.approx(stuck))
        assert outcome.least_load_usd == pytest.approx(usd * plan.problem["periods"][0]["value_factor"])
    assert "below a least load" in as_table(found)


def test_what_a_least_load_costs_at_most_is_said() -> None:
    """Units of which some run below: the measures of the plan, weighed as money is."""
    problem = toy(3, 0, 1)
    small = replace(
        problem.sites[0].generators[0],
        fuel_usd_per_kwh=0.01,
        least_load=0.9,
        unit_kw=4.0,
        max_kw=40.0,
        installed_kw=40.0,
    )
    plan = plan_of(replace(problem, sites=(replace(problem.sites[0], generators=(small,)),)))
    usd = next((m.value for m in plan.measures if m.measure == "least_load_costs"), 0.0)
    found = worth(plan, 24)[0]
    assert usd > 0
    assert found.least_load_usd == pytest.approx(usd * plan.problem["periods"][0]["value_factor"], rel=1e-4)


def test_carbon_over_a_cap_is_said() -> None:
    """Batteries and an engine under a cap that binds: it is priced ahead of time, and not kept."""
    problem = toy(11, 2, 1)
    place = problem.sites[0]
    clean = replace(place.generators[0], fuel_kg_per_kwh=0.02, fuel_usd_per_kwh=0.2)
    problem = replace(problem, sites=(replace(place, generators=(clean,)),))
    free = plan_of(problem).headline[0]
    cap = free.embodied_kg_per_year + 0.9 * free.co2_location_kg_per_year
    plan = plan_of(replace(problem, keys={"limits": {"carbon": cap}, "origins": {}}))
    found = worth(plan, 24)
    assert found[0].over_cap_kg == pytest.approx(0.0, abs=1e-6 * cap)
    for outcome in found:
        assert outcome.over_cap_kg is not None
        assert outcome.over_cap_kg == pytest.approx(
            max(0.0, outcome.co2_kg + plan.headline[0].embodied_kg_per_year - cap), abs=1e-6
        )
    assert "over the cap" in as_table(found)
    assert found[2].over_cap_kg or found[1].over_cap_kg
    assert worth(plan_of(problem), 24)[0].over_cap_kg is None


def test_a_plan_with_neither_says_nothing_of_fuel() -> None:
    assert "fuel" not in as_table(worth(plan_of(toy(1, 2, 0)), 24))
