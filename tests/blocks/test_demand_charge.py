"""Demand charges by hand, the same in both engines: windows, ratchets, factors, contracts, coincident peaks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import metered
import numpy as np
import pytest
import toys

from planner.audit import audit
from planner.hours import month_of_hour
from planner.problem import Coincident, Problem, Ratchet, Tariff, Window

YEAR = np.arange(8760)
MONTH = month_of_hour(YEAR)
BASE, NOON, JULY = 50.0, 80.0, 100.0
JULY_15 = 24 * (181 + 14)


def load() -> metered.Series:
    """50 kW; 80 kW at noon of every day; 100 kW at 18:00 of every day of July."""
    kw = np.full(8760, BASE)
    kw[YEAR % 24 == 12] = NOON
    kw[(MONTH == 6) & (YEAR % 24 == 18)] = JULY
    return kw


def problem(tariff: Tariff, rate: float = 10.0, **site: Any) -> Problem:
    grid = toys.grid(demand_charge_usd_per_kw_month=rate, tariff=tariff)
    return metered.problem(load(), metered.a_day_each_month(), grid, **site)


def paid(tariff: Tariff, account: str = "demand_charge", rate: float = 10.0) -> float:
    made = problem(tariff, rate)
    return metered.paid(made, *metered.agreed(made), account)


MONTHS = 11 * NOON + JULY
"""Sum of the months' peaks, kW."""


def test_the_months_peaks() -> None:
    assert paid(Tariff()) == pytest.approx(10 * MONTHS)


def test_the_months_peaks_of_every_hour() -> None:
    made = replace(problem(Tariff(peak_factor=1.05)), periods=(metered.period(metered.whole_year()),))
    assert metered.paid(made, *metered.agreed(made), "demand_charge") == pytest.approx(10 * 1.05 * MONTHS)


def test_a_billed_interval_is_above_its_hour() -> None:
    assert paid(Tariff(peak_factor=1.05)) == pytest.approx(10 * 1.05 * MONTHS)


def test_a_window_is_billed_beside_the_month() -> None:
    evening = Window("evening", 7.0, (5, 6, 7), tuple(range(7)), tuple(range(16, 20)))
    assert paid(Tariff(windows=(evening,))) == pytest.approx(10 * MONTHS + 7 * (BASE + JULY + BASE))


def test_windows_overlap() -> None:
    """Noon lies in both windows, 18:00 in one: each bills its own highest hour."""
    day = Window("day", 4.0, (0, 6), tuple(range(7)), tuple(range(8, 20)))
    noon = Window("noon", 2.0, (0, 6), tuple(range(7)), (12,))
    due = 10 * MONTHS + 4 * (NOON + JULY) + 2 * (NOON + NOON)
    assert paid(Tariff(windows=(day, noon))) == pytest.approx(due)


def test_a_window_of_weekdays() -> None:
    """2027 begins on a Friday: with noon on weekends alone taken out, the days that are left have 50 kW."""
    kw = np.full(8760, BASE)
    weekend = (YEAR // 24 + 4) % 7 >= 5
    kw[weekend & (YEAR % 24 == 12)] = NOON
    work = Window("work", 6.0, (0,), (0, 1, 2, 3, 4), tuple(range(24)))
    grid = toys.grid(demand_charge_usd_per_kw_month=0.0, tariff=Tariff(windows=(work,)))
    made = metered.problem(kw, metered.whole_year(), grid)
    assert metered.paid(made, *metered.agreed(made), "demand_charge") == pytest.approx(6 * BASE)


def test_a_ratchet_bills_the_summer_all_year() -> None:
    """90 % of July is 90 kW, above every other month's 80."""
    ratchet = Ratchet(0.9, 11, tuple(range(12)))
    assert paid(Tariff(ratchet=ratchet)) == pytest.approx(10 * (11 * 0.9 * JULY + JULY))


def test_a_ratchet_looks_back_so_far_and_no_further() -> None:
    """Three months back: August, September and October owe to July."""
    ratchet = Ratchet(0.9, 3, tuple(range(12)))
    assert paid(Tariff(ratchet=ratchet)) == pytest.approx(10 * (8 * NOON + 3 * 0.9 * JULY + JULY))


def test_a_ratchet_counts_only_the_months_it_names() -> None:
    assert paid(Tariff(ratchet=Ratchet(0.9, 11, (0, 1)))) == pytest.approx(10 * MONTHS)


def test_a_minimum_bill_on_contracted_capacity() -> None:
    """85 % of 110 kW is 93.5 kW, billed in every month but July."""
    tariff = Tariff(capacity_kw=110.0, minimum_share=0.85, capacity_usd_per_kw_month=2.0)
    assert paid(tariff) == pytest.approx(10 * (11 * 93.5 + JULY))
    assert paid(tariff, "capacity_charge") == pytest.approx(12 * 2 * 110)


def test_the_plan_contracts_the_highest_peak() -> None:
    tariff = Tariff(plan_capacity=True, minimum_share=0.85, capacity_usd_per_kw_month=2.0)
    assert paid(tariff) == pytest.approx(10 * (11 * 85 + JULY))
    assert paid(tariff, "capacity_charge") == pytest.approx(12 * 2 * JULY)


def test_no_import_exceeds_the_contract() -> None:
    """With 90 kW contracted and peaks billed 5 % above the hour, a battery must cover what lies above 85.7 kW."""
    made = problem(Tariff(peak_factor=1.05, capacity_kw=90.0), 0.0, batteries=(toys.battery(),))
    _, answer = metered.agreed(made)
    assert answer.dispatch["power", "s", "y1"].imported[0].max() == pytest.approx(90 / 1.05)


def test_coincident_hours_cost_their_mean() -> None:
    hours = (14 * 24, 18 + JULY_15, 12 + JULY_15, 2 + JULY_15)
    mean = (BASE + JULY + NOON + BASE) / 4
    tariff = Tariff(coincident=(Coincident("4cp", 60.0, hours),))
    assert paid(tariff, "coincident_peak", 0.0) == pytest.approx(60 * mean)


def test_a_battery_leaves_the_coincident_hour() -> None:
    tariff = Tariff(coincident=(Coincident("cp", 900.0, (18 + JULY_15,)),))
    made = problem(tariff, 0.0, batteries=(toys.battery(max_kwh=400.0, max_kw=200.0),))
    _, answer = metered.agreed(made)
    imported = answer.dispatch["power", "s", "y1"].imported[0][made.periods[0].calendar.hour // 24 == JULY_15 // 24]
    assert imported[18] < 1.0 < imported[17]


def test_a_coincident_hour_in_typical_hours() -> None:
    """Hour 18 of another day of July stands for it; of an hour of no such month nothing does."""
    hours = metered.some_hours([18 + 24 * 185, 19 + 24 * 185], (6,))
    grid = toys.grid(tariff=Tariff(coincident=(Coincident("cp", 60.0, (18 + 24 * 190, 5)),)))
    made = metered.problem(load(), hours, grid)
    assert metered.paid(made, *metered.agreed(made), "coincident_peak") == pytest.approx(60 * JULY / 2)


def test_energy_is_paid_for_taken_or_not() -> None:
    calendar = metered.a_day_each_month()
    taken = float(calendar.weight @ load()[calendar.hour])
    assert paid(Tariff(take_kwh_per_year=taken + 1000, untaken_usd_per_kwh=0.03), "untaken_energy") == pytest.approx(30)
    assert paid(Tariff(take_kwh_per_year=taken - 1000, untaken_usd_per_kwh=0.03), "untaken_energy") == 0


def tariff_of(rng: np.random.Generator) -> Tariff:
    def window(id: str) -> Window:
        months = tuple(sorted(rng.choice(12, int(rng.integers(2, 13)), replace=False).tolist()))
        begin, long = int(rng.integers(0, 20)), int(rng.integers(2, 12))
        return Window(
            id, float(rng.uniform(2, 15)), months, tuple(range(7)), tuple(range(begin, min(24, begin + long)))
        )

    ratchet = Ratchet(float(rng.uniform(0.5, 1)), int(rng.integers(1, 12)), tuple(range(12)))
    peaks = Coincident("cp", 40.0, tuple(rng.choice(8760, 4, replace=False).tolist()))
    return Tariff(
        peak_factor=float(rng.choice([1.0, 1.08])),
        windows=tuple(window(id) for id in ("a", "b")[: int(rng.integers(0, 3))]),
        ratchet=ratchet if rng.random() < 0.5 else None,
        coincident=(peaks,) if rng.random() < 0.5 else (),
        plan_capacity=bool(rng.random() < 0.4),
        minimum_share=float(rng.uniform(0.3, 0.95)),
        capacity_usd_per_kw_month=1.0,
        take_kwh_per_year=float(rng.choice([0.0, 600_000.0])),
        untaken_usd_per_kwh=0.05,
    )


@pytest.mark.parametrize("seed", range(6))
def test_engines_agree_on_any_tariff(seed: int) -> None:
    """With sun and a battery that shave what is billed; four days of each of six months stand for the year."""
    rng = np.random.default_rng(seed)
    days = [24 * int(d) + h for d in (5, 65, 125, 185, 245, 305) for h in range(48)]
    stretches = tuple((48 * k, 48 * k + 48) for k in range(6))
    months = tuple((2 * k, 2 * k + 1) for k in range(6))
    hours = metered.Calendar(np.array(days), np.full(288, 8760 / 288), stretches, months)
    kw = load() + rng.uniform(0, 30, 8760)
    grid = toys.grid(demand_charge_usd_per_kw_month=float(rng.choice([5.0, 15.0])), tariff=tariff_of(rng))
    made = metered.problem(
        kw, hours, grid, producers=(toys.solar(),), batteries=(toys.battery(max_kw=40.0, max_kwh=160.0),)
    )
    metered.agreed(made)


EDITS = [
    ("windows", "window_kw", 0.9),
    ("ratchet", "month_kw", 0.95),
    ("capacity", "capacity_kw", 0.9),
]


@pytest.mark.parametrize(("what", "family", "by"), EDITS)
def test_the_law_sees_a_bill_too_low(what: str, family: str, by: float) -> None:
    evening = Window("evening", 7.0, (6,), tuple(range(7)), tuple(range(16, 20)))
    tariff = Tariff(
        windows=(evening,),
        ratchet=Ratchet(0.9, 11, tuple(range(12))),
        plan_capacity=True,
        capacity_usd_per_kw_month=1.0,
    )
    made = problem(tariff)
    m, answer = metered.agreed(made)
    plan = metered.plan(made, m, answer)
    for column in plan["columns"]:
        if column["family"] == f"grid.{family}":
            column["value"] *= by
    assert "demand_charge" in {f.law for f in audit(plan).findings}


def test_the_laws_see_wrong_amounts() -> None:
    tariff = Tariff(coincident=(Coincident("cp", 60.0, (3,)),), take_kwh_per_year=1e7, untaken_usd_per_kwh=0.03)
    made = problem(tariff)
    m, answer = metered.agreed(made)
    for law, account in (("coincident_peak", "coincident_peak"), ("take_or_pay", "untaken_energy")):
        plan = metered.plan(made, m, answer)
        for line in plan["ledger"]:
            if line["account"] == account:
                line["unit_price_usd"] *= 0.5
                line["amount_usd"] *= 0.5
        assert law in {f.law for f in audit(plan).findings}


def test_without_a_tariff_nothing_changes() -> None:
    plain = replace(problem(Tariff()).sites[0].grid, tariff=None)
    made = metered.problem(load(), metered.whole_year(), plain)
    m, answer = metered.agreed(made)
    assert metered.paid(made, m, answer, "demand_charge") == pytest.approx(10 * MONTHS)
    assert not [c for c in m.columns if c.family in ("grid.peak_kw", "grid.window_kw", "grid.capacity_kw")]
