"""Load that goes to other sites by the hour, by hand, the same in both engines; and what the law sees."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
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
from planner.model import Calendar, Model
from planner.options.types import OptionSet
from planner.plan.extract import extract
from planner.plan.schema import Accuracy
from planner.problem import Problem, Site
from planner.solve import decomposed, monolithic
from planner.solve.solution import Solution

HERE = Path(__file__).parent
DEAR, CHEAP = 2.0, 0.05
NIGHT = [CHEAP] * 12 + [DEAR] * 12
"""Cheap before noon."""


def terms(share: float = 1.0, months: int = 3) -> dict[str, Any]:
    return {"routing": {"share": share, "months": months, "round_trip": 0.0}}


def place(id: str, rate: list[float], **changes: Any) -> Site:
    utility = toys.grid(price_usd_per_kwh=np.resize(rate, 8760), demand_charge_usd_per_kw_month=0.0)
    cheap = {"shell_usd_per_kw": 10.0, "staff_usd_per_kw_year": 0.0, "power_train": toys.train(usd_per_kw=10.0)}
    return toys.site(id, **({"grid": utility} | cheap | changes))


def two(spec: dict[str, Any], *sites: Site, hours: int = 24, **work: Any) -> tuple[Problem, OptionSet]:
    """Work for ten boxes of 0.6 kW, that either of two sites can do alone; power is dear after noon at the first."""
    both = sites or (place("a", NIGHT), place("b", NIGHT[::-1]))
    web = toys.workload(spec=spec, sites=tuple(s.id for s in both), survive_site_loss=True, survive="site", **work)
    made = toys.problem(
        sites=both, periods=(metered.period(metered.some_hours(list(range(hours)), tuple(range(12)))),),
        machines=(toys.machine(price_usd=200.0, failures_per_day=0.0),), tiers=(), workloads=(web,),
    )  # fmt: skip
    return prepared(made, toys.options(toys.option(fabric="none")))


def on_two_days(made: Problem, second: int) -> Problem:
    """The same on the first day of the year and on the one that begins at hour `second`, for half a year each."""
    hour = np.array([*range(24), *range(second, second + 24)])
    days = Calendar(hour, np.full(48, 8760 / 48), ((0, 24), (24, 48)), (tuple(range(6)), tuple(range(6, 12))))
    return replace(made, periods=(metered.period(days),))


def solved(made: Problem, options: OptionSet, rel: float = 3e-6) -> tuple[Model, Solution, dict[str, Any]]:
    m = assemble(made, options)
    answer = monolithic.solve(m, gap=1e-9)
    other = decomposed.solve(assemble(made, options), gap=1e-6)
    assert other.objective == pytest.approx(answer.objective, rel=rel)
    accuracy = Accuracy(hours=24, weeks_usd=answer.cost_usd, year_usd=None, difference=None, note="")
    for found in (other, answer):
        plan = extract(m, found, made, options, accuracy=accuracy).model_dump(mode="json")
        verdict = audit(plan)
        assert verdict.accepted, verdict.findings
        assert not [n for n in verdict.notes if "read by no law" in n]
    return m, answer, plan


def served(m: Model, answer: Solution, site: str) -> list[float]:
    """Units at work at a site by hour of the day."""
    named = zip(m.columns, answer.values.tolist(), strict=True)
    found = {c.keys["slot"]: v for c, v in named if c.family == "routing.units" and c.keys["site"] == site}
    return [round(found[slot], 4) for slot in sorted(found)]


def test_load_goes_where_power_is_cheap() -> None:
    m, answer, plan = solved(*two(terms()))
    assert served(m, answer, "a") == [10] * 12 + [0] * 12
    assert served(m, answer, "b") == [0] * 12 + [10] * 12
    hours = {h["site"]: np.array(h["dispatch"]["imported.grid"]) for h in plan["hours"]}
    assert hours["a"][0] > 2 * hours["a"][12]


def test_what_must_stay_stays() -> None:
    """Ten are served of which 40 % may go: six stay where power is dear, at one site or the other."""
    m, answer, _ = solved(*two(terms(0.4)))
    dear = [here + there for here, there in zip(served(m, answer, "a")[12:], served(m, answer, "b")[:12], strict=True)]
    assert dear == pytest.approx([6.0] * 12, abs=1e-3)


def test_all_of_it_stays_where_nothing_may_go() -> None:
    m, answer, _ = solved(*two(terms(0.0)))
    assert len(set(served(m, answer, "a"))) == 1
    assert answer.objective > solved(*two(terms()))[1].objective * 1.01


def test_machines_stand_for_the_most_that_a_site_serves() -> None:
    """Half as much is asked for after noon: ten boxes where it is cheap before, five where it is cheap then."""
    made, options = two(terms(), shape=np.resize([1.0] * 12 + [0.5] * 12, 168))
    lone = replace(made.workloads[0], survive_site_loss=False, survive="none")
    m, answer, _ = solved(replace(made, workloads=(lone,)), options)
    assert metered.values(m, answer, "servers.total", "site") == pytest.approx({"a": 10, "b": 5})
    assert served(m, answer, "b") == [0] * 12 + [10] * 12


def test_hours_are_turned_by_longitude() -> None:
    """Three hours east it is three hours later: what is nine there is six here."""
    flat = [0.5] * 24
    lunch = [CHEAP if hour == 9 else DEAR for hour in range(24)]
    m, answer, _ = solved(*two(terms(), place("a", flat), place("b", lunch, longitude=45.0)))
    assert served(m, answer, "b") == [10.0 if hour == 6 else 0.0 for hour in range(24)]


def test_months_may_have_a_timetable_of_their_own() -> None:
    """Cheap at a in January and at b in February: one timetable for both months knows no better than their mean."""
    by_month = np.where(np.arange(8760) < 744, CHEAP, DEAR)
    sites = (place("a", [CHEAP]), place("b", [CHEAP]))
    rates = (by_month, DEAR + CHEAP - by_month)
    sites = tuple(
        replace(s, grid=replace(s.grid, price_usd_per_kwh=rate)) for s, rate in zip(sites, rates, strict=True)
    )
    costs = []
    for months in (1, 3):
        made, options = two(terms(months=months), *sites)
        costs.append(solved(on_two_days(made, 744), options)[1].objective)
    assert costs[0] < costs[1] * 0.9


def test_rented_machines_are_no_option() -> None:
    made, _ = two(terms())
    rented = replace(made, machines=(replace(made.machines[0], acquisition="rent"),))
    _, left = prepared(rented, toys.options(toys.option(fabric="none")))
    assert not left.options
    assert [e.reason for e in left.excuses] == ["rented"]


@pytest.mark.parametrize("seed", range(3))
def test_engines_agree(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sun = toys.solar(capacity_factor=np.clip(rng.uniform(-0.7, 1, 8760), 0, 1), max_kw=30.0, capex_usd_per_kw=300.0)
    grid = toys.grid(
        price_usd_per_kwh=rng.uniform(0.02, 0.4, 8760), demand_charge_usd_per_kw_month=4.0, connection_kw=np.inf,
        carbon_free_fraction=rng.uniform(0, 0.9, 8760),
    )  # fmt: skip
    cell = toys.battery(max_kw=20.0, max_kwh=80.0)
    one = place("a", [0.1], grid=grid, producers=(sun,))
    other = place("b", rng.uniform(0.02, 0.4, 24).tolist(), longitude=float(rng.uniform(-90, 90)), batteries=(cell,))
    made, options = two(
        terms(float(rng.choice([0.5, 1.0]))), one, other, hours=72, shape=np.resize(rng.uniform(0.2, 1, 168), 168)
    )
    limits = {"carbon_free": {"share": 0.5, "grid": "included"}}
    solved(replace(made, keys={"limits": limits, "origins": {}}), options, 1e-5)


def test_rows() -> None:
    made, options = two(terms(0.5), hours=2)
    golden.check(HERE / "golden" / "routing.txt", rows(assemble(made, options), "routing"))


def of_spec(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda plan: plan["problem"]["workloads"][0]["spec"]["routing"].update(changes)


def scaled(family: str, by: float, **keys: str) -> Callable[[dict[str, Any]], None]:
    def edit(plan: dict[str, Any]) -> None:
        for column in plan["columns"]:
            mine = column["family"] == family and keys.items() <= column["keys"].items()
            column["value"] *= by if mine else 1.0

    return edit


EDITS: dict[str, Callable[[dict[str, Any]], None]] = {
    "served twice": scaled("routing.units", 1.5, site="a", slot="01-03"),
    "served by nobody": scaled("routing.units", 0.5, site="b"),
    "beyond its machines": scaled("work.units", 0.5, site="a"),
    "less stays than must": of_spec(share=0.1),
    "power forgotten": scaled("routing.kw", 0.5),
    "shares of more than all": scaled("routing.usual", 1.2),
    "another timetable": of_spec(months=12),
    "nothing may go": lambda plan: plan["problem"]["workloads"][0]["spec"].clear(),
}


@pytest.fixture(scope="module")
def planned() -> dict[str, Any]:
    made, options = two(terms(0.4))
    return solved(on_two_days(made, 4344), options)[2]


@pytest.mark.parametrize("name", EDITS)
def test_the_law_sees(planned: dict[str, Any], name: str) -> None:
    plan = deepcopy(planned)
    EDITS[name](plan)
    assert "routing" in {f.law for f in audit(plan).findings}
