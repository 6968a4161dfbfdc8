"""A scenario small enough to add up on paper, matched to the cent.

Four years in one period, cost of capital 8 %. 400 requests/s on machines of 100 requests/s each, kept at 99.5 %; 60 TB
in three copies; three hours stand for all 35,040, with cooling overhead 0.1, 0.2 and 0.4 kW per kW.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import comb

import numpy as np
import pytest
import toys

from planner.blocks import assemble
from planner.model import Calendar
from planner.plan.extract import extract
from planner.plan.schema import Accuracy, Plan
from planner.problem import Finance, Period, Problem
from planner.solve.monolithic import solve

HOURS = 4 * 8760
CARBON_USD_PER_KG = 0.1


def hand_problem() -> Problem:
    overhead = np.tile([0.1, 0.2, 0.4], 2920)
    hours = Calendar(np.arange(3), np.full(3, HOURS / 3), ((0, 3),), (tuple(range(12)),))
    period = Period("all", date(2027, 1, 1), date(2031, 1, 1), 0.0, 4.0, hours, 1.0)
    place = toys.site(cooling=(toys.cooling(air_overhead=overhead, design_overhead=0.4),))
    return toys.problem(
        finance=Finance(0.08, 4.0, "toy.yaml:5"),
        periods=(period,),
        sites=(place,),
        fabrics=(replace(toys.fabric(), switch=toys.switch(ports=16)),),
        workloads=(toys.workload(demand=(400.0,)), toys.dataset()),
        carbon_price_usd_per_kg=CARBON_USD_PER_KG,
    )


@pytest.fixture(scope="module")
def plan() -> Plan:
    problem, options = hand_problem(), toys.options()
    m = assemble(problem, options)
    answer = solve(m, gap=1e-9)
    none = Accuracy(hours=3, weeks_usd=0, year_usd=None, difference=None, note="")
    return extract(m, answer, problem, options, accuracy=none)


def account(plan: Plan, name: str) -> float:
    return sum(line.amount_usd for line in plan.ledger if line.account == name)


# Spares: u = 0.01 x 1 / (1 + 0.01 x 1); four machines alone are up (1 - u)^4 = 96.1 % of the time, with one spare
# (1 - u)^5 + 5 u (1 - u)^4 = 99.9 %, and 99.5 % is asked (99 % shared over two pools): one spare, five machines.
U = 0.01 / 1.01
MACHINES = 5
# Three copies at 25 % usable of 100 TB a unit: 60 / 25 = 2.4, so three units.
UNITS = 3
# Five machines with two ports each on one switch of sixteen: ten links.
LINKS = 10
# IT load: 5 x 0.2 idle + 4 x 0.6 busy + 3 x 0.5 storage + 0.3 switch + 10 x 0.01 optics.
IT_KW = 5 * 0.2 + 4 * 0.6 + 3 * 0.5 + 0.3 + 10 * 0.01
# Peak IT: idle of five, the rise to nameplate of the four that work, storage and network.
PEAK_IT_KW = 5 * 0.2 + 4 * (1.0 - 0.2) + 3 * 0.5 + 0.3 + 10 * 0.01
FIXED_KW = 0.03 * PEAK_IT_KW
# Hour by hour: UPS and distribution at 95 %, cooling overhead on the IT load, fixed overhead on the plant.
METER_KW = [IT_KW * (1 / 0.95 + overhead) + FIXED_KW for overhead in (0.1, 0.2, 0.4)]
ENERGY_KWH = sum(METER_KW) * HOURS / 3

V = 1 / 1.08
ANNUITY = 0.08 / (1 - V**4)  # capital recovery factor of 8 % over four years, 0.3019
LEVEL = 4 * ANNUITY  # what a dollar paid today counts over the four years


def owned(price: float, life: float) -> float:
    """Bought today, straight-line value after four years paid back then."""
    return price * LEVEL - price * (1 - 4 / life) * V**4 * LEVEL


def test_one_spare_by_the_binomial(plan: Plan) -> None:
    up = {s: sum(comb(4 + s, k) * U**k * (1 - U) ** (4 + s - k) for k in range(s + 1)) for s in (0, 1)}
    assert up[0] < 0.995 < up[1]
    assert {s.kind: s.quantity for s in plan.sizing if s.item == "box"} == {
        "machine": 5,
        "machine bought": 5,
        "machine working": 4,
        "spare": 1,
    }
    assert plan.availability[0].achieved == pytest.approx(up[1], abs=1e-12)


def test_annuity_of_machines_that_last_the_horizon(plan: Plan) -> None:
    lines = [x for x in plan.ledger if x.item == "box" and x.account in ("purchase", "resale")]
    assert sum(x.amount_usd for x in lines) == pytest.approx(5 * 10_000 * ANNUITY * 4, abs=0.005)
    assert not [x for x in lines if x.account == "resale"]


def test_replication(plan: Plan) -> None:
    assert [s.quantity for s in plan.sizing if s.kind == "storage"] == [UNITS]


def test_hourly_pue_and_energy(plan: Plan) -> None:
    assert pytest.approx(245_231.44, abs=0.01) == ENERGY_KWH
    assert account(plan, "energy") == pytest.approx(0.1 * ENERGY_KWH, abs=0.005)
    assert plan.headline[0].pue == pytest.approx(sum(METER_KW) / (3 * IT_KW), abs=1e-9)


def test_demand_charge_on_48_monthly_peaks(plan: Plan) -> None:
    assert account(plan, "demand_charge") == pytest.approx(48 * 10 * max(METER_KW), abs=0.005)


def test_carbon_price_on_operation_and_embodied(plan: Plan) -> None:
    operational = 0.4 * ENERGY_KWH
    embodied = 5 * 1000 / 4 * 4 + 3 * 500 / 5 * 4 + 100 / 6 * 4  # machines, storage, switch
    embodied += PEAK_IT_KW * (10 / 15 + 1000 / 30 + 400 / 15) * 4  # cooling, shell, power train
    assert account(plan, "carbon") == pytest.approx(CARBON_USD_PER_KG * (operational + embodied), abs=0.005)


def test_the_whole_bill(plan: Plan) -> None:
    capital = owned(5 * 10_000, 4) + owned(3 * 20_000, 5) + owned(5000, 6) + owned(LINKS * 200, 6)
    capital += owned(PEAK_IT_KW * 2000, 15) + owned(PEAK_IT_KW * 3000, 15) + owned(PEAK_IT_KW * 4000, 30)
    upkeep = 4 * (0.05 * (5 * 10_000 + 3 * 20_000 + 5000) + 0.03 * PEAK_IT_KW * (2000 + 3000))
    running = 4 * 50 * PEAK_IT_KW + 0.002 * 1.0 * IT_KW * HOURS
    bill = capital + upkeep + running
    bill += 0.1 * ENERGY_KWH + 48 * 10 * max(METER_KW) + account(plan, "carbon")
    assert plan.solver.objective_usd == pytest.approx(bill, abs=0.01)
    assert sum(x.amount_usd for x in plan.ledger) == pytest.approx(bill, abs=0.01)
    assert all(abs(account(plan, a)) > 1 for a in ("purchase", "resale", "maintenance", "energy", "demand_charge"))
    assert all(abs(account(plan, a)) > 1 for a in ("carbon", "water", "staff"))
