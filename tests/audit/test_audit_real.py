"""Plans that the planner itself makes of toy problems: each must pass every law, and leave nothing unread."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from math import inf
from typing import Any

import numpy as np
import pytest
import toys

from planner.audit import audit
from planner.blocks import assemble
from planner.model import Calendar
from planner.money import Clock
from planner.options.types import OptionSet
from planner.plan.extract import extract
from planner.plan.schema import Accuracy
from planner.problem import Period, Problem
from planner.solve.monolithic import solve

HOURS = 6


def calendar() -> Calendar:
    """Two stretches of three hours in different seasons, unequal weights."""
    hour = np.array([8, 9, 10, 4400, 4401, 4402])
    weight = np.array([1000.0, 1000, 1000, 1920, 1920, 1920])
    return Calendar(hour, weight, ((0, 3), (3, 6)), ((0, 1, 2, 11), (3, 4, 5, 6, 7, 8, 9, 10)))


def periods(count: int) -> tuple[Period, ...]:
    clock = Clock(0.07, float(count))
    starts = [date(2026 + i, 1, 1) for i in range(count + 1)]
    return tuple(
        Period(f"y{i}", starts[i], starts[i + 1], float(i), 1.0, calendar(), clock.during(i, 1)) for i in range(count)
    )


def wavy(low: float, high: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.asarray(low + (high - low) * (0.5 + 0.5 * np.sin(np.arange(8760) / 3.7)))


def grid(**changes: Any) -> Any:
    made = toys.grid(
        price_usd_per_kwh=wavy(0.031234567, 0.1912345678),
        export_usd_per_kwh=wavy(0.01, 0.06),
        export_kw=15.0,
        intensity_kg_per_kwh=wavy(0.2123456789, 0.6),
        carbon_free_fraction=wavy(0.1, 0.7),
    )
    return replace(made, **changes)


def air(id: str = "air", **changes: Any) -> Any:
    return toys.cooling(
        id,
        air_overhead=wavy(0.1, 0.3),
        liquid_overhead=wavy(0.03, 0.12),
        air_water=wavy(0.4, 1.9),
        liquid_water=wavy(0.1, 0.5),
        **changes,
    )


def site(id: str = "s", **changes: Any) -> Any:
    made = toys.site(
        id,
        grid=grid(),
        cooling=(air(),),
        producers=(toys.solar(capacity_factor=wavy(-0.6, 0.8).clip(0), max_kw=60.0),),
        batteries=(toys.battery(standing_loss_per_hour=0.004),),
    )
    return replace(made, **changes)


def office(id: str = "web", **changes: Any) -> Any:
    return toys.workload(id, shape=wavy(0.3, 1.0)[:168], **changes)


def two_periods() -> tuple[Problem, OptionSet]:
    """Growth, data, machines that outlive and that do not outlive the horizon."""
    finance = replace(toys.problem().finance, cost_of_capital=0.07, horizon_years=2.0)
    return (
        toys.problem(
            finance=finance,
            periods=periods(2),
            sites=(site(),),
            machines=(toys.machine(life_years=1.5),),
            workloads=(office(demand=(1000.0, 1200.0)), replace(toys.dataset(), demand=(60e12, 90e12))),
            carbon_price_usd_per_kg=0.08,
        ),
        toys.options(),
    )


def two_sites() -> tuple[Problem, OptionSet]:
    """A workload that survives the loss of a site, one of the sites rented by the kW."""
    sites = (site("a"), site("b", building="colocation"))
    web = office(sites=("a", "b"), survive_site_loss=True, demand=(450.0,))
    finance = replace(toys.problem().finance, cost_of_capital=0.0, horizon_years=1.0)
    days = (replace(periods(1)[0], value_factor=1.0),)
    return toys.problem(sites=sites, workloads=(web,), finance=finance, periods=days), toys.options()


def rented() -> tuple[Problem, OptionSet]:
    """Machines by the hour and storage by the month."""
    cloud = toys.machine("cloud", acquisition="rent", price_usd=0.4)
    shelf = toys.tier("shelf", rent_usd_per_month=20.0, raw_tb=1.0, usable_fraction=1.0, price_usd=0.0)
    data = toys.dataset()
    still = replace(data, spec={**data.spec, "hot": 0.0, "read": 0.0, "write": 0.0})
    return (
        toys.problem(
            finance=replace(toys.problem().finance, cost_of_capital=0.07),
            periods=periods(1),
            sites=(site(),),
            machines=(cloud,),
            tiers=(shelf,),
            workloads=(office(), still),
        ),
        toys.options(toys.option(machine="cloud", fabric="none")),
    )


def halls() -> tuple[Problem, OptionSet]:
    """A liquid-cooled machine in a dense hall that exists, metered load beside it, checkpoints, caps that bind."""
    wet = toys.machine("wet", liquid=True, peak_kw=10.0, idle_kw=2.0, rack_units=6.0, nics=8)
    rooms = (
        toys.hall(id="old", racks=4.0, rack_kw=8.0, feed_kw=200.0, built=True),
        toys.hall(id="new", racks=10.0, rack_kw=40.0, feed_kw=300.0, cooling=("air", "liquid")),
    )
    liquid = air("liquid", liquid=True, max_rack_kw=100.0)
    train = toys.workload("train", kind="training", demand=(1.0,), unit="run", availability=0.9)
    load = toys.workload("hvac", kind="load", demand=(40.0,), unit="kW", series_kw=wavy(10.0, 40.0))
    block = toys.option(
        "train", "wet", per_machine=0.0, block_machines=3, busy_kw=6.0, duty=0.7, storage_write_gb_per_s=3.0
    )
    limits = {"power": 160.0, "carbon": 500_000.0, "water": 900_000.0, "budget": 5e6, "purchase": 5e6}
    limits["carbon_free"] = {"share": 0.4, "grid": "included"}  # type: ignore[assignment]
    return (
        toys.problem(
            finance=replace(toys.problem().finance, cost_of_capital=0.07),
            periods=periods(1),
            sites=(site(halls=rooms, cooling=(air(), liquid)),),
            machines=(wet, toys.machine()),
            workloads=(train, load, office(), toys.dataset()),
            keys={"limits": limits, "origins": {}},
        ),
        toys.options(block, toys.option()),
    )


def cleanest() -> tuple[Problem, OptionSet]:
    """Carbon first, then cost."""
    problem, options = two_periods()
    return replace(problem, objective=("carbon", "cost"), mip_gap=1e-4), options


def no_grid_charge() -> tuple[Problem, OptionSet]:
    """No demand charge, no export, nothing but the grid."""
    plain = site(grid=grid(demand_charge_usd_per_kw_month=0.0, export_usd_per_kwh=None, connection_kw=inf))
    here = replace(plain, producers=(), batteries=(), installed={"main/box": 9})
    finance = replace(toys.problem().finance, cost_of_capital=0.07)
    return toys.problem(finance=finance, periods=periods(1), sites=(here,), workloads=(office(),)), toys.options()


def made(problem: Problem, options: OptionSet, *, with_hours: bool = True) -> dict[str, Any]:
    m = assemble(problem, options)
    s = solve(m, objective=problem.objective, gap=problem.mip_gap)
    accuracy = Accuracy(hours=HOURS, weeks_usd=s.cost_usd, year_usd=None, difference=None, note="")
    text = extract(m, s, problem, options, accuracy=accuracy, with_hours=with_hours).model_dump_json()
    found: dict[str, Any] = json.loads(text)
    return found


CASES = [two_periods, two_sites, rented, halls, cleanest, no_grid_charge]


@pytest.mark.parametrize("case", CASES, ids=[c.__name__ for c in CASES])
def test_real_plans_pass(case: Any) -> None:
    verdict = audit(made(*case()))
    assert verdict.findings == ()
    assert verdict.accepted
    assert not [n for n in verdict.notes if "metered" not in n]


def test_without_hours_says_so() -> None:
    verdict = audit(made(*two_sites(), with_hours=False))
    assert verdict.accepted, verdict.findings
    assert any("hours went unchecked" in n for n in verdict.notes)
