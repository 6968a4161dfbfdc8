"""Generators by hand, the same in both engines: merit order, whole units and spares, permits, carbon, an island."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import metered
import numpy as np
import pytest
import toys

from planner.audit import audit
from planner.blocks.outage import Loss
from planner.problem import Generator, Problem
from planner.solve.monolithic import NoPlan

FOUR = metered.some_hours([0, 1, 2, 3], tuple(range(12)))
HOURS = 8760 / 4
LOAD = np.tile([100.0, 200.0, 300.0, 200.0], 2190)
PER_KWH = 0.02 / 0.4 + 0.01
"""What a kWh of the toy engine costs, USD."""


def problem(grid: dict[str, Any] | None = None, **generator: Any) -> Problem:
    """100 to 300 kW drawn; power is 5 cents in two hours and 20 in two; an engine gives it for 6."""
    price = np.tile([0.05, 0.05, 0.2, 0.2], 2190)
    given = {"demand_charge_usd_per_kw_month": 0.0, "price_usd_per_kwh": price}
    engine = toys.generator(**({"installed_kw": 250.0, "max_kw": 250.0} | generator))
    return metered.problem(LOAD, FOUR, toys.grid(**(given | (grid or {}))), generators=(engine,))


def generated(answer: Any) -> list[float]:
    return [float(kw) for kw in answer.dispatch["power", "s", "y1"].imported[1]]


def test_it_runs_where_power_is_dearer_than_its_fuel() -> None:
    made = problem()
    m, answer = metered.agreed(made)
    assert generated(answer) == pytest.approx([0.0, 0.0, 250.0, 200.0])
    assert metered.paid(made, m, answer, "fuel") == pytest.approx(450 * HOURS * PER_KWH)
    plan = metered.plan(made, m, answer)
    kg = {t["who"]: t["quantity"] for t in plan["tallies"] if t["tally"] == "co2_kg"}
    assert kg["engine"] == pytest.approx(450 * HOURS * 0.18 / 0.4)
    flows = {(f["role"], f["who"]): f["kwh"] for f in plan["flows"]}
    assert flows["generated", "engine"] == pytest.approx(450 * HOURS)
    share = 1 - sum(t["quantity"] for t in plan["tallies"] if t["tally"] == "brown_grid_kwh") / (800 * HOURS)
    assert share == pytest.approx(350 * 0.3 / 800)


def test_fuel_that_counts_as_carbon_free() -> None:
    made = problem(carbon_free=True, fuel_kg_per_kwh=0.0)
    m, answer = metered.agreed(made)
    plan = metered.plan(made, m, answer)
    measures = {x["measure"]: x["value"] for x in plan["measures"]}
    assert measures["carbon_free_hourly_own"] == pytest.approx(450 / 800)


def test_what_it_costs_to_own_is_weighed() -> None:
    """A kW costs 1000 USD for 20 years and 20 a year: 70, and saves 14 cents in the hours it runs."""
    free: dict[str, Any] = {"installed_kw": 0.0}
    _, answer = metered.agreed(problem(**free))
    assert max(generated(answer)) == pytest.approx(250)
    _, answer = metered.agreed(problem(**free, capex_usd_per_kw=20.0 * (2 * HOURS * 0.14)))
    assert max(generated(answer)) == pytest.approx(0, abs=1e-6)


def test_a_permit_limits_full_load_hours() -> None:
    _, answer = metered.agreed(problem(full_load_hours=0.5 * HOURS))
    assert sum(generated(answer)) == pytest.approx(0.5 * 250)


@pytest.mark.parametrize(("spares", "standing"), [(0, 3), (1, 4)])
def test_whole_units_and_those_that_stand_by(spares: int, standing: int) -> None:
    """Units of 100 kW: three serve the 300 kW of the dearest hour, and a spare is one more."""
    made = problem(installed_kw=0.0, max_kw=300.0, unit_kw=100.0, spares=spares, capex_usd_per_kw=100.0)
    m, answer = metered.agreed(made)
    assert metered.values(m, answer, "generators.units", "generator") == {"engine": pytest.approx(standing)}
    assert generated(answer) == pytest.approx([0.0, 0.0, 300.0, 200.0])


def test_an_island_lives_on_what_stands_there() -> None:
    """No connection: the engine and the sun carry everything, and the engine the peak."""
    island: dict[str, Any] = {"connection_kw": 0.0}
    made = problem(island, installed_kw=0.0, max_kw=1000.0)
    m, answer = metered.agreed(made)
    assert generated(answer) == pytest.approx([100.0, 200.0, 300.0, 200.0])
    assert metered.values(m, answer, "generators.kw", "generator")["engine"] >= 300 - 1e-6
    with pytest.raises(NoPlan):
        metered.agreed(problem(island, installed_kw=0.0, max_kw=299.0))


def test_a_connection_that_is_too_small_is_made_up_for() -> None:
    _, answer = metered.agreed(problem({"connection_kw": 120.0}, installed_kw=0.0))
    assert generated(answer)[1] == pytest.approx(80)


def test_an_island_of_sun_and_store() -> None:
    """Without a connection or a generator the store's inverter carries the peak."""
    load = np.full(8760, 100.0)
    sun = toys.solar(capacity_factor=np.tile([0.0, 1.0, 0.5, 0.0], 2190), max_kw=1000.0)
    cell = toys.battery(max_kw=500.0, max_kwh=5000.0)
    grid = toys.grid(connection_kw=0.0, demand_charge_usd_per_kw_month=0.0)
    made = metered.problem(load, FOUR, grid, producers=(sun,), batteries=(cell,))
    m, answer = metered.agreed(made)
    assert metered.values(m, answer, "battery.kw", "battery")["cell"] >= 100 - 1e-6
    assert float(answer.dispatch["power", "s", "y1"].imported[0].sum()) == 0.0


def test_it_stands_in_for_a_reserve_in_an_outage() -> None:
    """Half of 100 to 300 kW for three hours: 150 kW of an engine that costs less than the store's reserve would."""
    keys = {"outage": Loss.model_validate({"duration": "3 h", "share": "50%"})}
    grid = toys.grid(demand_charge_usd_per_kw_month=0.0)
    for backup in (True, False):
        engine = toys.generator(capex_usd_per_kw=100.0, fuel_usd_per_kwh=1.0, backup=backup)
        stores = () if backup else (toys.battery(max_kw=500.0, max_kwh=5000.0),)
        made = metered.problem(LOAD, FOUR, grid, generators=(engine,), batteries=stores, keys=keys)
        m, answer = metered.agreed(made)
        kw = metered.values(m, answer, "generators.kw", "generator")["engine"]
        assert kw == pytest.approx(150 if backup else 0, abs=1e-6)


def test_annual_matching_counts_fuel_that_is_not_carbon_free() -> None:
    made = problem(max_kw=1000.0)
    made.keys["limits"]["annual_matching"] = 0.5
    with pytest.raises(NoPlan):
        metered.agreed(made)


def test_engines_agree_with_a_store_the_sun_and_two_generators() -> None:
    rng = np.random.default_rng(3)
    calendar = metered.a_day_each_month()
    grid = toys.grid(price_usd_per_kwh=rng.uniform(0.0, 0.2, 8760), connection_kw=150.0)
    fuelled = (
        toys.generator(unit_kw=60.0, spares=1, max_kw=240.0),
        toys.generator(id="diesel", capex_usd_per_kw=300.0, fuel_usd_per_kwh=0.09, full_load_hours=200.0),
    )
    sun = toys.solar(capacity_factor=np.clip(rng.uniform(-0.5, 1, 8760), 0, 1))
    load = rng.uniform(100.0, 300.0, 8760)
    made = metered.problem(load, calendar, grid, producers=(sun,), batteries=(toys.battery(),), generators=fuelled)
    made.keys["limits"]["carbon"] = 680_000.0
    metered.agreed(made)


def test_a_kilowatt_hour_without_fuel_is_found() -> None:
    made = problem()
    m, answer = metered.agreed(made)
    plan = metered.plan(made, m, answer)
    hours = plan["hours"][0]["dispatch"]
    for name, by in (("generated.engine", 10.0), ("imported.grid", -10.0)):
        hours[name] = [kw + by * (kw > 20.0) for kw in hours[name]]
    assert not audit(plan).accepted
    plan = metered.plan(made, m, answer)
    plan["problem"]["sites"][0]["generators"][0]["max_kw"] = 240.0
    assert any(f.law == "generators" for f in audit(plan).findings)


@pytest.mark.parametrize(
    ("load", "unit", "expected"),
    [
        ([100.0, 200.0, 300.0, 200.0], 250.0, {"": 0.0, "_stuck": 0.0}),
        ([100.0, 200.0, 300.0, 40.0], 250.0, {"": HOURS, "_stuck": HOURS}),  # 40 of the 62.5 kW a unit must run
        ([100.0, 200.0, 300.0, 40.0], 150.0, {"": 0.0, "_stuck": 0.0}),  # a smaller unit may run so low
    ],
)
def test_hours_below_the_least_load_are_stated(load: list[float], unit: float, expected: dict[str, float]) -> None:
    """A quarter of a unit is its least load; without the grid's power in the last hour there is nothing to run for."""
    engine = toys.generator(installed_kw=300.0, max_kw=300.0, unit_kw=unit, least_load=0.25)
    price = np.tile([0.05, 0.05, 0.2, 0.2], 2190)
    grid = toys.grid(demand_charge_usd_per_kw_month=0.0, price_usd_per_kwh=price)
    made = metered.problem(np.tile(load, 2190), FOUR, grid, generators=(engine,))
    m, answer = metered.agreed(made)
    plan = metered.plan(made, m, answer)
    stated = {x["measure"]: x["value"] for x in plan["measures"] if x["who"] == "engine"}
    assert {k: stated[f"below_least_load{k}"] for k in expected} == expected
    assert stated["least_load_costs"] == 0.0


def low_plan() -> dict[str, Any]:
    """A permit lets an engine give 40 kW in an hour of 200 kW; its least load is 62.5 kW."""
    engine = toys.generator(installed_kw=250.0, max_kw=250.0, unit_kw=250.0, least_load=0.25, full_load_hours=350.4)
    grid = toys.grid(demand_charge_usd_per_kw_month=0.0, price_usd_per_kwh=np.tile([0.05, 0.05, 0.05, 0.2], 2190))
    made = metered.problem(LOAD, FOUR, grid, generators=(engine,))
    m, answer = metered.agreed(made)
    assert generated(answer) == pytest.approx([0.0, 0.0, 0.0, 40.0])
    return metered.plan(made, m, answer)


def test_what_running_at_the_least_load_costs_at_most() -> None:
    stated = {x["measure"]: x["value"] for x in low_plan()["measures"] if x["who"] == "engine"}
    assert (stated["below_least_load"], stated["below_least_load_stuck"]) == (HOURS, 0.0)
    assert stated["least_load_costs"] == pytest.approx(22.5 * HOURS * PER_KWH)


def part_plan() -> dict[str, Any]:
    """One unit of 250 kW, nine tenths as efficient at half load, gives 250 and 200 kW in two hours of four."""
    m, answer = metered.agreed(made := problem(unit_kw=250.0, half_load=0.9))
    assert generated(answer) == pytest.approx([0.0, 0.0, 250.0, 200.0])
    return metered.plan(made, m, answer)


def test_fuel_at_part_load_and_starts_are_stated() -> None:
    """At half load 125 kW take 125 / 0.36 kWh of fuel; the line through that and 250 / 0.4 meets none at 69.4."""
    stated = {x["measure"]: x["value"] for x in part_plan()["measures"] if x["who"] == "engine"}
    line = np.interp(200.0, [125.0, 250.0], [125.0 / 0.36, 250.0 / 0.4])
    assert line - 200.0 / 0.4 == pytest.approx(50.0 / 250.0 * 69.4, rel=1e-3)
    assert stated["part_load_costs"] == pytest.approx((line - 200.0 / 0.4) * HOURS * 0.02)
    assert stated["part_load_carbon"] == pytest.approx((line - 200.0 / 0.4) * HOURS * 0.18)
    assert stated["starts"] == HOURS
    (note,) = (text for text in part_plan()["notes"] if "whole units" in text)
    assert f"{stated['part_load_costs']:,.0f} USD" in note


def whole_units(load: float, price: float, unit: float, most: int, g: Generator) -> float:
    """The least that an hour can cost with whole units, by trying every number of them at both ends of their range."""
    slope = (2.0 - 1.0 / g.half_load) / g.efficiency * g.fuel_usd_per_kwh + g.running_usd_per_kwh
    found = [load * price]
    for n in range(1, most + 1):
        if n * unit * g.least_load <= load:
            ends = (n * unit * g.least_load, min(n * unit, load))
            burnt = n * unit * g.no_load * g.fuel_usd_per_kwh
            found += [burnt + kw * slope + (load - kw) * price for kw in ends]
    return min(found)


@pytest.mark.parametrize("seed", range(4))
def test_what_whole_units_cost_lies_between_the_plan_and_what_it_states(seed: int) -> None:
    draw = np.random.default_rng(seed)
    load, price = draw.uniform(30.0, 300.0, 4), draw.uniform(0.04, 0.1, 4)
    engine = toys.generator(installed_kw=300.0, max_kw=300.0, unit_kw=100.0, half_load=0.8, least_load=0.25)
    grid = toys.grid(demand_charge_usd_per_kw_month=0.0, price_usd_per_kwh=np.tile(price, 2190))
    made = metered.problem(np.tile(load, 2190), FOUR, grid, generators=(engine,))
    m, answer = metered.agreed(made)
    plan = metered.plan(made, m, answer)
    stated = {x["measure"]: x["value"] for x in plan["measures"] if x["who"] == "engine"}
    relaxed = metered.paid(made, m, answer, "fuel") + metered.paid(made, m, answer, "energy")
    exact = HOURS * sum(whole_units(kw, usd, 100.0, 3, engine) for kw, usd in zip(load, price, strict=True))
    more = stated["part_load_costs"] + stated["least_load_costs"]
    assert stated["below_least_load_stuck"] == 0.0
    assert relaxed <= exact + 1e-3
    assert exact <= relaxed + more + 1e-3
    assert more > 0.0


LEAST = ["below_least_load", "below_least_load_stuck", "least_load_costs"]


@pytest.mark.parametrize(
    ("measure", "made"),
    [(name, low_plan) for name in LEAST] + [(n, part_plan) for n in ("part_load_costs", "part_load_carbon", "starts")],
)
def test_the_audit_finds_a_wrong_statement_of_whole_units(measure: str, made: Callable[[], dict[str, Any]]) -> None:
    plan = made()
    assert audit(plan).accepted
    row = next(x for x in plan["measures"] if x["measure"] == measure)
    row["value"] += 1.0 + 0.01 * row["value"]
    assert not audit(plan).accepted
    plan["measures"].remove(row)
    assert not audit(plan).accepted
