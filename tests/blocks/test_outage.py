"""Outages by hand, the same in both engines, beside a model with every window written out; and what the law sees."""

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
from planner.blocks import assemble
from planner.blocks.outage import Loss
from planner.model import Model
from planner.problem import Battery, Problem
from planner.solve import monolithic, outage
from planner.solve.monolithic import NoPlan

GIVES = 0.9 * 0.95
"""Of a kWh of nameplate: usable, and through the inverter."""
HERE = Path(__file__).parent


def loss(hours: int, share: float) -> Loss:
    return Loss.model_validate({"duration": f"{hours} h", "share": f"{share:.0%}"})


def problem(load: list[float], asked: Loss | None, **site: Any) -> Problem:
    """Some hours that stand for the year, a dear and bare grid, and a load by hour."""
    kw = np.resize(np.array(load), 8760)
    hours = metered.some_hours(list(range(len(load))), tuple(range(12)))
    grid = toys.grid(**({"demand_charge_usd_per_kw_month": 0.0} | site.pop("grid", {})))
    keys = {"keys": {"outage": asked} if asked else {}}
    return metered.problem(kw, hours, grid, **keys, **site)


def cell(**changes: Any) -> Battery:
    return toys.battery(**({"max_kw": 500.0, "max_kwh": 5000.0} | changes))


def size(m: Model, answer: Any, family: str) -> float:
    return sum(metered.values(m, answer, family, "period").values())


def test_the_reserve_of_a_steady_load() -> None:
    """Half of 100 kW for three hours: 150 kWh at the meter, 50 kW of inverter, nothing for the dispatch."""
    m, answer = metered.agreed(problem([100.0] * 6, loss(3, 0.5), batteries=(cell(),)))
    assert size(m, answer, "outage.reserve_kwh") == pytest.approx(150 / GIVES)
    assert size(m, answer, "battery.kwh") == pytest.approx(150 / GIVES)
    assert size(m, answer, "battery.kw") == pytest.approx(50.0)


def test_nothing_is_kept_where_nothing_is_asked() -> None:
    m, answer = metered.agreed(problem([100.0] * 6, None, batteries=(cell(),)))
    assert not [c for c in m.columns if c.family.startswith("outage")]
    assert size(m, answer, "battery.kwh") == 0.0


def test_the_worst_window_goes_over_the_end_of_the_year() -> None:
    """Two hours from the last one on: 90 and 80 kW."""
    m, answer = metered.agreed(problem([80.0, 10.0, 10.0, 10.0, 90.0], loss(2, 1.0), batteries=(cell(),)))
    assert size(m, answer, "outage.needed_kwh") == pytest.approx(170.0)


def test_no_window_counts_an_hour_twice() -> None:
    m, answer = metered.agreed(problem([50.0, 70.0], loss(24, 1.0), batteries=(cell(),)))
    assert size(m, answer, "outage.needed_kwh") == pytest.approx(120.0)


def test_surplus_of_one_hour_serves_no_other() -> None:
    """300 kW of sun at noon, 60 in the evening: 240 kWh from the third hour on, though the year has sun to spare."""
    sun = toys.solar(
        capacity_factor=np.resize([0.0, 1.0, 0.0, 0.2], 8760), max_kw=300.0, installed_kw=300.0, capex_usd_per_kw=0.0,
        fixed_om_usd_per_kw_year=0.0, embodied_kg_per_kw=0.0,
    )  # fmt: skip
    m, answer = metered.agreed(problem([100.0] * 4, loss(3, 1.0), producers=(sun,), batteries=(cell(),)))
    assert size(m, answer, "outage.needed_kwh") == pytest.approx(100 + 40 + 100)


def test_a_reserve_that_leaks_is_kept_full() -> None:
    """1 % an hour: the load rises by what is lost, and the reserve by what an outage of three hours loses."""
    leaky = cell(standing_loss_per_hour=0.01)
    m, answer = metered.agreed(problem([100.0] * 4, loss(3, 1.0), batteries=(leaky,)))
    kept = size(m, answer, "outage.reserve_kwh")
    upkeep = kept * 0.9 * 0.01 / 0.95
    assert kept == pytest.approx(3 * (100 + upkeep) / (GIVES * 0.99**3))
    assert answer.dispatch["power", "s", "y1"].imported[0] == pytest.approx(100 + upkeep)


def test_what_is_left_of_the_store_works() -> None:
    """Dear and cheap hours: the dispatch uses energy beyond the reserve, and no more."""
    price = np.resize([0.02, 0.02, 0.9, 0.9], 8760)
    made = problem([100.0] * 4, loss(2, 0.5), batteries=(cell(),), grid={"price_usd_per_kwh": price})
    m, answer = metered.agreed(made)
    level = answer.dispatch["power", "s", "y1"].level[0]
    assert size(m, answer, "outage.reserve_kwh") == pytest.approx(100 / GIVES)
    assert level.max() == pytest.approx(size(m, answer, "outage.working_kwh") * 0.9)
    assert level.max() > 100


def test_without_a_store_own_generation_must_do() -> None:
    with pytest.raises(NoPlan):
        outage.solve(monolithic.solve, assembled(problem([100.0] * 4, loss(1, 1.0))), memory=None, time_limit=None)


def assembled(made: Problem) -> Model:
    return assemble(made, metered.NONE)


def test_a_second_store_gives_the_same_in_every_hour() -> None:
    """60 kW at most from the first: the second gives 40 kW for three hours. Two stores: the reference alone."""
    made = problem([100.0] * 4, loss(3, 1.0), batteries=(cell(max_kw=60.0), cell(id="flow", max_kwh=4000.0)))
    m = assembled(made)
    answer = outage.solve(monolithic.solve, m, memory=None, time_limit=None, gap=1e-9)
    kept = metered.values(m, answer, "outage.reserve_kwh", "battery")
    given = size(m, answer, "outage.firm_kw")
    assert given >= 40 - 1e-6
    assert kept["flow"] == pytest.approx(3 * given / GIVES)
    assert audit(metered.plan(made, m, answer)).accepted


def test_backup_needs_no_store() -> None:
    m = assembled(problem([100.0] * 4, loss(3, 1.0), batteries=(cell(),)))
    engine = m.column("engine[site=s]", origin="toy.yaml:9", lo=70.0, hi=70.0)
    m.buses["power", "s", "y1"].backs_up(engine)
    answer = outage.solve(monolithic.solve, m, memory=None, time_limit=None, gap=1e-9)
    assert size(m, answer, "outage.needed_kwh") == pytest.approx(3 * 30.0)


def test_generators_give_what_they_can_all_through() -> None:
    """70 kW of engine that is too dear to run: the store has 30 kW for three hours to give; both engines."""
    engine = toys.generator(installed_kw=70.0, max_kw=70.0)
    m, answer = metered.agreed(problem([100.0] * 4, loss(3, 1.0), batteries=(cell(),), generators=(engine,)))
    assert size(m, answer, "outage.needed_kwh") == pytest.approx(3 * 30.0)


def test_a_generator_is_bought_where_it_is_cheaper_than_a_reserve() -> None:
    engine = toys.generator(installed_kw=0.0, capex_usd_per_kw=50.0)
    m, answer = metered.agreed(problem([100.0] * 30, loss(24, 1.0), batteries=(cell(),), generators=(engine,)))
    assert size(m, answer, "generators.kw") == pytest.approx(100.0)
    assert size(m, answer, "outage.needed_kwh") == pytest.approx(0.0, abs=1e-6)


def any_year(seed: int) -> Problem:
    rng = np.random.default_rng(seed)
    sun = toys.solar(capacity_factor=np.clip(rng.uniform(-0.7, 1, 8760), 0, 1), max_kw=400.0, capex_usd_per_kw=400.0)
    wind = toys.solar(id="wind", capacity_factor=np.clip(rng.uniform(-0.3, 1, 8760), 0, 1), max_kw=300.0)
    price = rng.uniform(0.02, 0.3, 8760)
    load = rng.uniform(40, 100, 72).tolist()
    asked = loss(int(rng.integers(1, 12)), float(rng.choice([0.4, 1.0])))
    grid = {"price_usd_per_kwh": price, "demand_charge_usd_per_kw_month": 10.0}
    return problem(load, asked, producers=(sun, wind), batteries=(cell(standing_loss_per_hour=1e-3),), grid=grid)


def written_out(m: Model) -> Model:
    """The same model with a column for the need of every hour, and a row for every window."""
    (bus,) = (b for b in m.buses.values() if b.outages)
    (asked,) = bus.outages
    hours = len(bus.calendar)
    over = [m.column(f"over[hour={t}]", origin="") for t in range(hours)]
    for t in range(hours):
        terms = {d.column: 0.0 for d in bus.draws}
        for d in bus.draws:
            terms[d.column] += asked.share * d.profile[t]
        terms |= {p.column: -p.profile[t] for p in bus.produced}
        m.row(f"over.row[hour={t}]", terms | {over[t]: -1.0}, "<=", origin="")
        m.row(f"over.power[hour={t}]", {over[t]: 1.0} | {c: -v for c, v in asked.power.items()}, "<=", origin="")
        window = {over[(t + k) % hours]: 1.0 for k in range(asked.hours)}
        m.row(f"over.energy[hour={t}]", window | {asked.need: -1.0}, "<=", origin="")
    return m


@pytest.mark.parametrize("seed", range(5))
def test_rows_that_are_added_are_all_that_matter(seed: int) -> None:
    made = any_year(seed)
    _, answer = metered.agreed(made, 1e-5)
    every = monolithic.solve(written_out(assembled(made)), gap=1e-9)
    assert answer.objective == pytest.approx(every.objective, rel=1e-6)


def test_more_hours_never_cost_less() -> None:
    made = any_year(7)
    costs = []
    for hours in (1, 2, 5, 20):
        asked = replace(made, sites=(replace(made.sites[0], keys={"outage": loss(hours, 0.8)}),))
        m = assembled(asked)
        costs.append(outage.solve(monolithic.solve, m, memory=None, time_limit=None, gap=1e-9).objective)
    assert costs == sorted(costs)
    assert costs[-1] > costs[0] * 1.01


def test_rows() -> None:
    made = problem([100.0, 60.0, 80.0], loss(2, 0.5), batteries=(cell(), cell(id="flow")))
    m = assembled(made)
    outage.solve(monolithic.solve, m, memory=None, time_limit=None, gap=1e-9)
    golden.check(HERE / "golden" / "outage.txt", rows(m, "outage"))


Edit = Callable[[dict[str, Any]], None]


def scaled(family: str, by: float) -> Edit:
    def edit(plan: dict[str, Any]) -> None:
        for column in plan["columns"]:
            column["value"] *= by if column["family"] == family else 1.0

    return edit


def asked(**changes: float) -> Edit:
    return lambda plan: plan["problem"]["sites"][0]["keys"]["outage"].update(changes)


EDITS: dict[str, Edit] = {
    "a reserve too small": scaled("outage.reserve_kwh", 0.99),
    "an inverter too small": scaled("battery.kw", 0.5),
    "an hour forgotten": asked(duration=4 * 3600.0),
    "a share forgotten": asked(share=0.82),
    "losses forgotten": lambda plan: plan["problem"]["sites"][0]["batteries"][0].update(discharge_efficiency=0.9),
    "more kept than there is": scaled("battery.kwh", 0.1),
    "kept and not asked for": lambda plan: plan["problem"]["sites"][0]["keys"].clear(),
    "the worst hour's sun is not there": lambda plan: plan["hours"][0]["dispatch"].update(
        {"curtailed.solar": [0.0] * 72, "produced.solar": [0.0] * 72}
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_the_law_sees(name: str) -> None:
    made = any_year(3)
    made = replace(made, sites=(replace(made.sites[0], keys={"outage": loss(3, 0.8)}),))
    m = assembled(made)
    answer = outage.solve(monolithic.solve, m, memory=None, time_limit=None, gap=1e-9)
    plan = metered.plan(made, m, answer)
    assert audit(plan).accepted
    EDITS[name](plan)
    assert "outage" in {f.law for f in audit(plan).findings}
