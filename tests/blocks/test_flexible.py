"""Work that moves, by hand, the same in both engines: when, how far, on which machines; and what the law sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import golden
import metered
import numpy as np
import pytest
import toys
from block_rows import rows

from planner.audit import audit
from planner.blocks import assemble, prepared
from planner.model import Model
from planner.options.types import Option, OptionSet
from planner.plan.extract import extract
from planner.plan.schema import Accuracy
from planner.problem import Problem
from planner.solve import decomposed, monolithic
from planner.solve.solution import Solution

HERE = Path(__file__).parent
BUS = ("power", "s", "y1")


def terms(share: float, within: float, catch_up: float = 1.0) -> dict[str, Any]:
    return {"flexible": {"share": share, "within": within * 3600.0, "catch_up": catch_up}}


def load(price: list[float], spec: dict[str, Any], kw: list[float] | None = None, **grid: Any) -> Problem:
    """A metered load of 100 kW on a grid whose price is given by the hour; those hours stand for the year."""
    utility = toys.grid(
        **({"price_usd_per_kwh": np.resize(price, 8760), "demand_charge_usd_per_kw_month": 0.0} | grid)
    )
    hours = metered.some_hours(list(range(len(price))), tuple(range(12)))
    made = metered.problem(np.resize(kw or [100.0], 8760), hours, utility)
    return replace(made, workloads=(replace(made.workloads[0], spec=spec),))


def imported(answer: Solution) -> list[float]:
    return [round(float(kw), 4) for kw in answer.dispatch[BUS].imported[0]]


def test_dear_hours_wait_for_cheap_ones() -> None:
    _, answer = metered.agreed(load([0.3, 0.3, 0.05, 0.05], terms(0.4, 2)))
    assert imported(answer) == [60, 60, 140, 140]


def test_no_more_is_behind_than_was_movable_in_so_many_hours() -> None:
    """Three dear hours and an hour's wait: 40 kWh are behind at most, whenever they were put off."""
    _, answer = metered.agreed(load([0.3, 0.31, 0.32, 0.05, 0.05, 0.05], terms(0.4, 1)))
    assert sum(imported(answer)[:3]) == pytest.approx(260)
    assert sum(imported(answer)) == pytest.approx(600)


def test_making_up_takes_longer_than_putting_off() -> None:
    """40 kW put off in one hour, made up at 10 kW in four."""
    _, answer = metered.agreed(load([0.9, 0.05, 0.05, 0.05, 0.05, 0.3], terms(0.4, 6, 0.25)))
    assert imported(answer)[0] == pytest.approx(60)
    assert imported(answer)[1:5] == [110, 110, 110, 110]


def test_the_least_hour_is_what_may_move() -> None:
    m, answer = metered.agreed(load([0.3, 0.05], terms(0.5, 4), [100.0, 30.0]))
    assert metered.values(m, answer, "flexible.kw", "workload")["metered"] == pytest.approx(15)
    assert imported(answer) == [85, 45]


def test_the_site_must_carry_what_is_made_up() -> None:
    made = load([0.3, 0.05], terms(0.5, 4), connection_kw=120.0)
    m, answer = metered.agreed(made)
    assert imported(answer) == [80, 120]
    assert metered.values(m, answer, "power.peak_kw", "site")["s"] == pytest.approx(120)


def test_without_the_key_nothing_moves() -> None:
    m, answer = metered.agreed(load([0.3, 0.05], {}))
    assert imported(answer) == [100, 100]
    assert not [c for c in m.columns if c.family.startswith("flexible")]


@pytest.mark.parametrize("seed", range(4))
def test_engines_agree(seed: int) -> None:
    rng = np.random.default_rng(seed)
    price, clean = rng.uniform(-0.02, 0.3, 96), rng.uniform(0, 1, 8760)
    asked = terms(float(rng.uniform(0.1, 0.9)), int(rng.integers(1, 12)), float(rng.choice([0.3, 1.0])))
    made = load(
        price.tolist(), asked, rng.uniform(60, 100, 96).tolist(),
        demand_charge_usd_per_kw_month=8.0, carbon_free_fraction=clean,
    )  # fmt: skip
    sun = toys.solar(capacity_factor=np.clip(rng.uniform(-0.7, 1, 8760), 0, 1), max_kw=300.0, capex_usd_per_kw=300.0)
    limits = {"limits": {"carbon_free": {"share": 0.55, "grid": "included"}}, "origins": {}}
    metered.agreed(replace(made, sites=(replace(made.sites[0], producers=(sun,)),), keys=limits), 1e-5)


def test_a_battery_stands_beside_it() -> None:
    """Two stores: the reference alone holds both, and each earns."""
    made = load([0.5, 0.05, 0.3, 0.05], terms(0.2, 2))
    made = replace(made, sites=(replace(made.sites[0], batteries=(toys.battery(power_usd_per_kw=20.0),)),))
    m = assemble(made, metered.NONE)
    answer = monolithic.solve(m, gap=1e-9)
    plan = metered.plan(made, m, answer)
    assert audit(plan).accepted
    assert {"charge.cell", "behind.metered"} <= set(plan["hours"][0]["dispatch"])


def machines(spec: dict[str, Any], *options: Option, **changes: Any) -> tuple[Problem, OptionSet]:
    """Ten boxes of 0.6 kW at work, power dear by day, room and machines cheap; a site with one way of cooling."""
    rate = np.resize([0.05] * 8 + [2.0] * 12 + [0.05] * 4, 8760)
    heat = np.resize(np.linspace(0.1, 0.4, 24), 8760)
    way = toys.cooling(air_overhead=heat, liquid_overhead=heat)
    site = toys.site(grid=toys.grid(price_usd_per_kwh=rate, demand_charge_usd_per_kw_month=0.0), cooling=(way,))
    site = replace(site, shell_usd_per_kw=10.0, staff_usd_per_kw_year=0.0, power_train=toys.train(usd_per_kw=10.0))
    site = replace(site, **changes)
    cheap = toys.machine(price_usd=200.0, failures_per_day=0.0)
    made = toys.problem(
        sites=(site,), periods=(metered.period(metered.some_hours(list(range(24)), tuple(range(12)))),),
        machines=(cheap,), tiers=(), workloads=(toys.workload(spec=spec),),
    )  # fmt: skip
    return prepared(made, toys.options(*options) if options else toys.options(toys.option(fabric="none")))


def solved(made: Problem, options: OptionSet, *, both: bool = True) -> tuple[Model, Solution, dict[str, Any]]:
    m = assemble(made, options)
    answer = monolithic.solve(m, gap=1e-9)
    if both:
        other = decomposed.solve(assemble(made, options), gap=1e-6)
        assert other.objective == pytest.approx(answer.objective, rel=3e-6)
    accuracy = Accuracy(hours=24, weeks_usd=answer.cost_usd, year_usd=None, difference=None, note="")
    plan = extract(m, answer, made, options, accuracy=accuracy).model_dump(mode="json")
    verdict = audit(plan)
    assert verdict.accepted, verdict.findings
    assert not [n for n in verdict.notes if "read by no law" in n]
    return m, answer, plan


def test_machines_are_bought_for_what_is_made_up() -> None:
    """Ten machines work; half of 6 kW may move, at full speed: five machines more."""
    made, options = machines(terms(0.5, 12))
    m, answer, plan = solved(made, options)
    assert metered.values(m, answer, "flexible.kw", "workload")["web"] == pytest.approx(3.0)
    assert sum(metered.values(m, answer, "flexible.machines", "workload").values()) == 5
    assert sum(metered.values(m, answer, "servers.total", "site").values()) == 15
    still = solved(*machines({}))
    assert answer.objective < still[1].objective
    assert max(plan["hours"][0]["dispatch"]["behind.web"]) == pytest.approx(3 * 12)


@pytest.mark.parametrize("limits", [{"carbon": 1.5e4}, {"carbon_free": {"share": 0.85, "grid": "included"}}])
def test_work_moves_under_limits_on_a_grid_without_limit(limits: dict[str, Any]) -> None:
    """The engines agree where what is moved is cooled and the grid gives any power, on days of several months."""
    rng = np.random.default_rng(3)
    utility = toys.grid(
        price_usd_per_kwh=rng.uniform(0.02, 0.4, 8760), demand_charge_usd_per_kw_month=0.0, connection_kw=np.inf,
        intensity_kg_per_kwh=rng.uniform(0.05, 0.8, 8760), carbon_free_fraction=rng.uniform(0, 0.9, 8760),
    )  # fmt: skip
    sun = toys.solar(max_kw=300.0, capex_usd_per_kw=300.0)
    made, options = machines(terms(0.5, 12), grid=utility, producers=(sun,))
    made = replace(made, periods=(replace(made.periods[0], calendar=metered.a_day_each_month()),))
    _, free, _ = solved(made, options)
    _, held, _ = solved(replace(made, keys={"limits": limits, "origins": {}}), options)
    assert held.objective > free.objective * 1.001


def test_a_run_that_ends_early_has_machines_to_spare() -> None:
    """At 40 % of the hours' power, what is made up runs on the machines that are there."""
    made, options = machines(terms(1.0, 12, 1.0), toys.option(fabric="none", duty=0.4))
    m, answer, _ = solved(made, options)
    assert metered.values(m, answer, "flexible.kw", "workload")["web"] == pytest.approx(10 * 0.6 * 0.4)
    assert not sum(metered.values(m, answer, "flexible.machines", "workload").values())


def test_moved_work_takes_the_cooling_of_its_own_hour() -> None:
    made, options = machines(terms(0.5, 12))
    _, _, plan = solved(made, options)
    dispatch = plan["hours"][0]["dispatch"]
    behind, moved = np.array(dispatch["behind.web"]), np.array(dispatch["draw.moved web"])
    overhead = np.array(plan["hours"][0]["series"]["air_overhead.air"])
    assert moved == pytest.approx(-(behind - np.roll(behind, 1)) * (1 / 0.95 + overhead), abs=1e-5)


def test_several_ways_to_cool_are_all_held_to() -> None:
    """A second option of cooling: the plan promises the worse of both, and both engines hold it."""
    other = toys.cooling("mist", air_overhead=toys.year(0.15))
    air = machines({})[0].sites[0].cooling[0]
    made, options = machines(terms(0.5, 12), cooling=(air, other), halls=(toys.hall(cooling=("air", "mist")),))
    m, answer, _ = solved(made, options)
    assert metered.values(m, answer, "flexible.kw", "workload")["web"] > 0


def test_rows() -> None:
    made, options = machines(terms(0.5, 12, 0.25))
    golden.check(HERE / "golden" / "flexible.txt", rows(assemble(made, options), "flexible"))


def of_spec(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda plan: plan["problem"]["workloads"][0]["spec"]["flexible"].update(changes)


def edit_hours(plan: dict[str, Any], name: str, by: float) -> None:
    plan["hours"][0]["dispatch"][name] = [by * kw for kw in plan["hours"][0]["dispatch"][name]]


def fewer(family: str, by: float) -> Callable[[dict[str, Any]], None]:
    def edit(plan: dict[str, Any]) -> None:
        for column in plan["columns"]:
            column["value"] *= by if column["family"] == family else 1.0

    return edit


EDITS: dict[str, Callable[[dict[str, Any]], None]] = {
    "later than it may be": of_spec(within=11 * 3600.0),
    "more than may move": of_spec(share=0.4),
    "made up faster than it may be": of_spec(catch_up=0.9),
    "machines forgotten": fewer("flexible.machines", 0.8),
    "work never done": lambda plan: edit_hours(plan, "behind.web", 1.1),
    "cooling forgotten": lambda plan: edit_hours(plan, "draw.moved web", 0.9),
    "work that may not move": lambda plan: plan["problem"]["workloads"][0]["spec"].clear(),
}


@pytest.mark.parametrize("name", EDITS)
def test_the_law_sees(name: str) -> None:
    _, _, plan = solved(*machines(terms(0.5, 12)), both=False)
    EDITS[name](plan)
    assert "flexible" in {f.law for f in audit(plan).findings}
