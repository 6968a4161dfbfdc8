"""Contracts by hand, the same in both engines: agreements, certificates, green tariffs, and how each of them counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import metered
import numpy as np
import pytest
import toys

from planner.audit import audit
from planner.problem import Certificate, Green, Ppa, Problem

FOUR = metered.some_hours([0, 1, 2, 3], tuple(range(12)))
HOURS = 8760 / 4
"""Four hours stand for the year, so many hours each."""
LOAD = np.array([100.0, 100.0, 100.0, 100.0])


def series(*four: float) -> metered.Series:
    return np.tile(np.array(four), 2190)


def ppa(**changes: Any) -> Ppa:
    """10 kW at most in the first hour, 200 in the second; strike 0.05, node price 0.03 and 0.06."""
    made = Ppa(
        id="wind",
        kind="pay_as_produced",
        settlement="virtual",
        strike_usd_per_kwh=0.05,
        fee_usd_per_kwh=0.002,
        node_price_usd_per_kwh=series(0.03, 0.06, 0.0, 0.0),
        delivered=series(0.05, 1.0, 0.0, 0.5),
        size_kw=200.0,
        max_kw=np.inf,
        most_of_load=None,
        counts="hourly",
        local=True,
        origin="toy.yaml:9",
    )
    return replace(made, **changes)


def problem(
    *contracts: Ppa, limits: dict[str, Any] | None = None, grid: dict[str, Any] | None = None, **site: Any
) -> Problem:
    utility = toys.grid(**({"demand_charge_usd_per_kw_month": 0.0} | (grid or {})))
    made = metered.problem(series(*LOAD), FOUR, utility, contracts=contracts, **site)
    return replace(made, keys={"limits": limits or {}, "origins": {}})


def tallied(made: Problem, m: Any, answer: Any, name: str) -> float:
    plan = metered.plan(made, m, answer)
    return sum(t["quantity"] for t in plan["tallies"] if t["tally"] == name)


def test_an_agreement_is_paid_at_its_strike_and_sold_at_its_node() -> None:
    """10, 200, 0 and 100 kW: 310 kW x 2190 h at 0.052; sold for 10 x 0.03 + 200 x 0.06 = 12.3 USD an hour."""
    made = problem(ppa())
    m, answer = metered.agreed(made)
    assert metered.paid(made, m, answer, "ppa") == pytest.approx(310 * HOURS * 0.052)
    assert metered.paid(made, m, answer, "ppa_sale") == pytest.approx(-12.3 * HOURS)
    assert metered.paid(made, m, answer, "energy") == pytest.approx(400 * HOURS * 0.1)


def test_it_gives_no_power() -> None:
    """The connection and the months' peaks see the whole load."""
    made = problem(ppa(), grid={"demand_charge_usd_per_kw_month": 10.0})
    m, answer = metered.agreed(made)
    assert answer.dispatch["power", "s", "y1"].imported[0] == pytest.approx(LOAD)
    assert metered.paid(made, m, answer, "demand_charge") == pytest.approx(12 * 10 * 100)


def test_surplus_of_an_hour_never_counts_in_another() -> None:
    """Of the load 90, 0, 100 and 0 kW are left uncovered; the grid's own 30 % counts on top of that."""
    made = problem(ppa())
    m, answer = metered.agreed(made)
    assert tallied(made, m, answer, "brown_kwh") == pytest.approx(190 * HOURS)
    assert tallied(made, m, answer, "brown_grid_kwh") == pytest.approx(190 * 0.7 * HOURS)


@pytest.mark.parametrize("changes", [{"local": False}, {"counts": "annual"}, {"counts": "none"}])
def test_only_hourly_certificates_of_the_region_count_by_the_hour(changes: dict[str, Any]) -> None:
    made = problem(ppa(**changes))
    assert tallied(made, *metered.agreed(made), "brown_kwh") == pytest.approx(400 * HOURS)


def test_market_based_carbon_counts_the_year() -> None:
    """310 of 400 kWh are matched: 90 carry the supplier's mix. Without certificates all of it does."""
    made = problem(ppa(local=False))
    assert tallied(made, *metered.agreed(made), "co2_market_kg") == pytest.approx(90 * HOURS * 0.5)
    bare = problem(ppa(counts="none"))
    assert tallied(bare, *metered.agreed(bare), "co2_market_kg") == pytest.approx(400 * HOURS * 0.5)


def test_no_more_is_claimed_than_is_bought() -> None:
    made = problem(ppa(size_kw=2000.0))
    assert tallied(made, *metered.agreed(made), "co2_market_kg") == pytest.approx(0.0, abs=1e-6)


def test_the_plan_chooses_what_the_hourly_share_asks_for() -> None:
    """160 of 400 kWh covered: the second hour's 100 by the first 100 kW, then 100 + 0.5 S + 0.05 S = 160."""
    made = problem(ppa(size_kw=None, max_kw=5000.0), limits={"carbon_free": {"share": 0.4, "grid": "excluded"}})
    m, answer = metered.agreed(made)
    assert metered.values(m, answer, "ppa.kw", "ppa")["wind"] == pytest.approx(60 / 0.55, rel=1e-5)


def test_contracts_compete_with_a_battery_and_sun() -> None:
    made = problem(
        ppa(size_kw=None, max_kw=5000.0),
        ppa(id="sun", delivered=series(0, 0.6, 0.3, 0), size_kw=None, max_kw=300.0, strike_usd_per_kwh=0.08),
        limits={"carbon_free": {"share": 0.8, "grid": "included"}},
        grid={"demand_charge_usd_per_kw_month": 12.0},
        producers=(toys.solar(),),
        batteries=(toys.battery(max_kw=500.0, max_kwh=2000.0),),
    )
    metered.agreed(made)


def test_what_earns_is_bought_up_to_its_cap() -> None:
    """Sold at 0.1 and paid 0.052: as much as the load draws, 400 of 1.55 kWh for each kW."""
    gain = ppa(size_kw=None, most_of_load=1.0, node_price_usd_per_kwh=series(0.1, 0.1, 0.1, 0.1))
    made = problem(gain)
    m, answer = metered.agreed(made)
    assert metered.values(m, answer, "ppa.kw", "ppa")["wind"] == pytest.approx(400 / 1.55)
    most = problem(replace(gain, most_of_load=None, max_kw=33.0))
    m, answer = metered.agreed(most)
    assert metered.values(m, answer, "ppa.kw", "ppa")["wind"] == pytest.approx(33.0)


def test_certificates_match_the_year_and_no_hour() -> None:
    """70 % of 400 kWh matched; the agreement gives 155, certificates the other 125."""
    bought = Certificate("rec", 0.003, None, np.inf, "toy.yaml:10")
    made = problem(ppa(size_kw=100.0, local=False), limits={"annual_matching": 0.7}, certificates=(bought,))
    m, answer = metered.agreed(made)
    assert metered.paid(made, m, answer, "certificates") == pytest.approx(125 * HOURS * 0.003)
    assert tallied(made, m, answer, "brown_kwh") == pytest.approx(400 * HOURS)
    assert tallied(made, m, answer, "co2_market_kg") == pytest.approx(120 * HOURS * 0.5)


def test_certificates_that_are_given_are_paid() -> None:
    given = Certificate("go", 0.002, 50_000.0, np.inf, "toy.yaml:10")
    made = problem(certificates=(given,))
    assert metered.paid(made, *metered.agreed(made), "certificates") == pytest.approx(100.0)


@pytest.mark.parametrize(("hourly", "brown"), [(True, 0.2), (False, 1.0)])
def test_a_green_tariff_costs_its_adder(hourly: bool, brown: float) -> None:
    made = problem(grid={"green": Green(0.004, 0.8, hourly)})
    m, answer = metered.agreed(made)
    assert metered.paid(made, m, answer, "green_tariff") == pytest.approx(0.8 * 400 * HOURS * 0.004)
    assert tallied(made, m, answer, "brown_kwh") == pytest.approx(brown * 400 * HOURS)
    assert tallied(made, m, answer, "co2_market_kg") == pytest.approx(0.2 * 400 * HOURS * 0.5)


@pytest.mark.parametrize("seed", range(6))
def test_engines_agree_on_any_contract(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hours = metered.some_hours(list(range(96)), tuple(range(12)))
    kw = rng.uniform(50, 100, 8760)

    def plant(id: str) -> Ppa:
        blows = np.clip(rng.uniform(-0.5, 1, 8760), 0, 1)
        price = rng.uniform(0.0, 0.09, 8760)
        size = None if rng.random() < 0.7 else 60.0
        local = bool(rng.random() < 0.8)
        return ppa(id=id, delivered=blows, node_price_usd_per_kwh=price, size_kw=size, max_kw=300.0, local=local)

    grid = toys.grid(
        price_usd_per_kwh=rng.uniform(0.02, 0.3, 8760),
        carbon_free_fraction=rng.uniform(0, 1, 8760),
        demand_charge_usd_per_kw_month=float(rng.choice([0.0, 10.0])),
        green=Green(0.004, 0.3, bool(rng.random() < 0.5)) if rng.random() < 0.4 else None,
    )
    made = metered.problem(
        kw,
        hours,
        grid,
        contracts=(plant("a"), plant("b")),
        certificates=(Certificate("rec", 0.003, None, np.inf, ""),),
        producers=(toys.solar(),),
        batteries=(toys.battery(max_kw=60.0, max_kwh=240.0),) if rng.random() < 0.7 else (),
    )
    counted = str(rng.choice(["included", "excluded"]))
    limits: dict[str, Any] = {"carbon_free": {"share": float(rng.uniform(0.3, 0.85)), "grid": counted}}
    if rng.random() < 0.5:
        limits["annual_matching"] = 1.0
    metered.agreed(replace(made, keys={"limits": limits, "origins": {}}))


@pytest.mark.parametrize("law", ["contracts", "carbon"])
def test_the_law_sees_what_was_not_delivered(law: str) -> None:
    made = problem(ppa())
    plan = metered.plan(made, *metered.agreed(made))
    plan["hours"][0]["series"]["delivered.wind"] = [0.05, 0.9, 0.0, 0.5]
    found = {f.law for f in audit(plan).findings}
    plan["hours"][0]["series"]["delivered.wind"] = [0.0, 1.0, 0.0, 0.5]
    assert law in found | {f.law for f in audit(plan).findings}
