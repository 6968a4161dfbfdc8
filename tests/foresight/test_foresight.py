"""What knowing the whole year is worth to a plan, on a toy of four days."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import toys

from planner.blocks import assemble
from planner.errors import BadInput
from planner.foresight.run import worth
from planner.foresight.site import SiteYear
from planner.foresight.text import as_json, as_table
from planner.plan.extract import extract
from planner.plan.schema import Accuracy, Plan
from planner.problem import Coincident, Green, Ppa, Problem, Ratchet, Tariff, Window
from planner.solve.monolithic import solve

HOURS = 96
BILL = ("demand_charge", "capacity_charge", "coincident_peak", "untaken_energy")
OPERATION = ("energy", "export", "wear", *BILL)


def toy(*, alike: bool = False, rate: float = 0.0) -> Problem:
    """Sun by day, a price that jumps about; `alike`: every day is the same."""
    dice = np.random.default_rng(7)
    price, clouds = dice.uniform(0.02, 0.6, HOURS), dice.uniform(0.1, 1.0, HOURS)
    hour = np.arange(HOURS) % 24
    sun = np.where((hour > 7) & (hour < 18), 0.9 * clouds, 0.0)
    if alike:
        price, sun = np.tile(price[:24], 4), np.tile(sun[:24], 4)

    def year(values: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        return np.resize(values, 8760)

    grid = toys.grid(
        price_usd_per_kwh=year(price),
        carbon_free_fraction=year(np.where(hour < 12, 0.7, 0.1)),
        demand_charge_usd_per_kw_month=rate,
    )
    place = toys.site(
        grid=grid,
        producers=(toys.solar(capacity_factor=year(sun), max_kw=8.0, installed_kw=8.0),),
        batteries=(toys.battery(installed_kw=3.0, installed_kwh=20.0, max_kw=3.0, max_kwh=20.0),),
    )
    return toys.problem(sites=(place,), periods=(toys.period(HOURS),))


def plan_of(problem: Problem) -> Plan:
    m = assemble(problem, toys.options())
    none = Accuracy(hours=HOURS, weeks_usd=0, year_usd=None, difference=None, note="")
    return extract(m, solve(m, gap=1e-9), problem, toys.options(), accuracy=none)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_of(toy())


def test_the_first_row_is_the_plan(plan: Plan) -> None:
    first = worth(plan, 48)[0]
    head = plan.headline[0]
    assert first.more_usd == 0.0
    assert first.cost_usd == head.cost_usd_per_year
    assert first.carbon_free_own == head.carbon_free_share_own
    assert first.co2_kg == pytest.approx(head.co2_location_kg_per_year)
    imported = sum(f.kwh for f in plan.flows if f.role == "imported")
    assert first.imported_kwh == pytest.approx(imported, rel=1e-6)


def test_knowing_less_costs_more(plan: Plan) -> None:
    """But for what the store held at the start: it may end empty, and that is worth no more than its energy once."""
    known, guessed = worth(plan, 24)[1:]
    held = plan.hours[0].dispatch["level.cell"][-1]
    assert -held - 1e-6 <= known.left_kwh <= 18.0 - held + 1e-6
    assert known.more_usd >= plan.hours[0].weight[0] * 0.6 * min(0.0, known.left_kwh)
    assert guessed.more_usd > known.more_usd
    assert guessed.unserved_kwh == known.unserved_kwh == 0.0


def test_where_every_day_is_the_same_there_is_nothing_to_know() -> None:
    known, guessed = worth(plan_of(toy(alike=True)), 48)[1:]
    assert guessed.cost_usd == pytest.approx(known.cost_usd, rel=1e-12)


def test_money_is_counted_as_the_plan_counts_it(plan: Plan) -> None:
    """The plan's own dispatch, counted again, is its ledger's operation."""
    charged = plan_of(toy(rate=12.0))
    for found in (plan, charged):
        site = SiteYear(found, found.hours[0], found.hours[0])
        ledger = sum(x.amount_usd for x in found.ledger if x.account in OPERATION)
        assert site.count(site.planned()).usd == pytest.approx(ledger, rel=1e-6)


TARIFF = Tariff(
    peak_factor=1.05,
    windows=(Window("evening", 8.0, tuple(range(6)), tuple(range(7)), (17, 18, 19, 20)),),
    ratchet=Ratchet(0.8, 11, tuple(range(12))),
    coincident=(Coincident("system", 50.0, (17, 4000)),),
    plan_capacity=True,
    capacity_usd_per_kw_month=2.0,
    minimum_share=0.5,
    take_kwh_per_year=200_000.0,
    untaken_usd_per_kwh=0.01,
    origin="toy.yaml:9",
)


@pytest.mark.parametrize("plan_capacity", [True, False])
def test_a_tariff_is_billed_as_the_plan_bills_it(plan_capacity: bool) -> None:
    problem = toy(rate=12.0)
    place = problem.sites[0]
    tariff = replace(TARIFF, plan_capacity=plan_capacity, capacity_kw=None if plan_capacity else 40.0)
    priced = replace(place, grid=replace(place.grid, tariff=tariff))
    found = plan_of(replace(problem, sites=(priced,)))
    ledger = {a: sum(x.amount_usd for x in found.ledger if x.account == a) for a in BILL}
    assert all(usd > 0 for usd in ledger.values()), ledger
    site = SiteYear(found, found.hours[0], found.hours[0])
    assert site.meter.usd(site.planned().imported) == pytest.approx(sum(ledger.values()), rel=1e-5)
    known, guessed = worth(found, 24)[1:]
    assert guessed.cost_usd > known.cost_usd


def test_without_hours_there_is_nothing_to_run(plan: Plan) -> None:
    with pytest.raises(BadInput, match="holds no hours"):
        worth(plan.model_copy(update={"hours": []}), 24)


def test_a_share_that_is_asked_is_missed_by_guessing() -> None:
    problem = toy()
    asked = {"limits": {"carbon_free": {"share": 0.5, "grid": "included"}}, "origins": {}}
    found = worth(plan_of(replace(problem, keys=asked)), 24)
    assert found[0].short_of_asked == pytest.approx(0.0, abs=1e-6)
    assert found[2].carbon_free_with_grid is not None
    assert found[2].carbon_free_with_grid < 0.5
    assert found[2].short_of_asked == pytest.approx(max(0.0, 0.5 - found[2].carbon_free_with_grid))
    assert "short of what is asked" in as_table(found)
    assert "met" in as_table(found)


def test_another_year_is_run_with_the_same_sizes(plan: Plan) -> None:
    """On its own hours nothing changes; with half the sun more is bought, and the money follows."""
    assert worth(plan, 24, plan)[1].cost_usd == pytest.approx(worth(plan, 24)[1].cost_usd, rel=1e-9)
    hours = plan.hours[0]
    sun = [0.5 * x for x in hours.series["capacity_factor.solar"]]
    dull = plan.model_copy(
        update={"hours": [hours.model_copy(update={"series": {**hours.series, "capacity_factor.solar": sun}})]}
    )
    own, other = worth(plan, 24)[1], worth(plan, 24, dull)[1]
    assert other.how.startswith("the other year")
    assert other.imported_kwh > own.imported_kwh
    assert other.cost_usd > own.cost_usd
    made = sum(kw * w for kw, w in zip(sun, hours.weight, strict=True)) * 8.0
    assert other.curtailed_kwh <= made
    assert other.carbon_free_own is not None
    assert own.carbon_free_own is not None
    assert other.carbon_free_own < own.carbon_free_own


def test_another_year_must_fit(plan: Plan) -> None:
    short = plan.hours[0].model_copy(update={"hour": plan.hours[0].hour[1:]})
    with pytest.raises(BadInput, match="no such hours"):
        worth(plan, 24, plan.model_copy(update={"hours": [short]}))


def test_what_agreements_and_a_green_tariff_cover_is_counted_as_the_plan_counts_it() -> None:
    problem = toy()
    place = problem.sites[0]
    delivered = np.resize(np.where(np.arange(HOURS) % 24 < 8, 0.9, 0.2), 8760)
    ppa = Ppa(
        id="wind",
        kind="pay_as_produced",
        settlement="virtual",
        strike_usd_per_kwh=0.05,
        fee_usd_per_kwh=0.0,
        node_price_usd_per_kwh=np.full(8760, 0.04),
        delivered=delivered,
        size_kw=6.0,
        max_kw=6.0,
        most_of_load=None,
        counts="hourly",
        local=True,
        origin="toy.yaml:8",
    )
    grid = replace(place.grid, green=Green(0.01, 0.25, True))
    found = plan_of(replace(problem, sites=(replace(place, grid=grid, contracts=(ppa,)),)))
    site = SiteYear(found, found.hours[0], found.hours[0])
    done = site.count(site.planned())
    for name, kwh in (("brown_kwh", done.brown), ("brown_grid_kwh", done.brown_grid)):
        assert kwh == pytest.approx(sum(t.quantity for t in found.tallies if t.tally == name), rel=1e-5)
    ledger = sum(x.amount_usd for x in found.ledger if x.account in (*OPERATION, "green_tariff"))
    assert done.usd == pytest.approx(ledger, rel=1e-5)
    assert worth(found, 24)[2].cost_usd > found.headline[0].cost_usd_per_year


def test_table_and_json_say_the_same(plan: Plan) -> None:
    found = worth(plan, 24)
    rows = json.loads(as_json(found))
    assert [r["how"] for r in rows] == [o.how for o in found]
    text = as_table(found)
    assert "the next 24 hours known" in text
    assert max(map(len, text.splitlines())) < 160
