"""Any one rack, feed or zone is lost, and what is left serves the demand: by removing each from the plan."""

from __future__ import annotations

import json
from dataclasses import replace
from math import ceil
from typing import Any

import pytest
import toys
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.audit import audit
from planner.blocks import assemble
from planner.options.domains import lost_units
from planner.options.types import Option, OptionSet
from planner.plan.extract import extract
from planner.plan.schema import Accuracy, Plan
from planner.problem import Hall, Problem
from planner.solve.monolithic import NoPlan, solve

NONE = toys.FabricClass("none", None, 1.0, "")


def plan(survive: str, halls: tuple[Hall, ...], *, demand: float = 1000.0, options: tuple[Option, ...] = ()) -> Plan:
    problem, found = asked(survive, halls, demand, options)
    m = assemble(problem, found)
    none = Accuracy(hours=3, weeks_usd=0, year_usd=None, difference=None, note="")
    made = extract(m, solve(m, gap=1e-9), problem, found, accuracy=none)
    assert audit(json.loads(made.model_dump_json())).findings == ()
    return made


def asked(
    survive: str, halls: tuple[Hall, ...], demand: float, options: tuple[Option, ...] = ()
) -> tuple[Problem, OptionSet]:
    site = toys.site(halls=halls, cooling=(toys.cooling(max_rack_kw=4.0),))
    web = toys.workload(demand=(demand,), survive=survive, series="pools")
    machine = toys.machine(failures_per_day=0.0, peak_kw=1.0)
    problem = toys.problem(sites=(site,), fabrics=(NONE,), tiers=(), workloads=(web,), machines=(machine,))
    return problem, OptionSet(options or (toys.option(fabric="none"),), ())


def halls(*changes: dict[str, Any]) -> tuple[Hall, ...]:
    return tuple(toys.hall(id=f"h{i}", **c) for i, c in enumerate(changes))


def served(made: Plan, without: set[str] = frozenset()) -> float:  # type: ignore[assignment]
    return sum(w.served for w in made.work if w.hall not in without)


def working(made: Plan) -> float:
    return sum(s.quantity for s in made.sizing if s.kind == "machine working")


def test_any_zone_may_be_lost() -> None:
    made = plan("zone", halls({"zone": "a"}, {"zone": "a"}, {"zone": "b"}))
    for lost in ({"h0", "h1"}, {"h2"}):
        assert served(made, lost) >= 1000 - 1e-6
    assert working(made) == 20


def test_halls_without_zones_are_lost_alone() -> None:
    made = plan("zone", halls({}, {}, {}))
    assert all(served(made, {h}) >= 1000 - 1e-6 for h in ("h0", "h1", "h2"))
    assert working(made) == 15


def test_a_hall_with_two_feeds_outlives_the_cut_of_one() -> None:
    fed = plan("feed", halls({"feeds": 2, "feed_kw": 50.0}))
    assert working(fed) == 10
    with pytest.raises(NoPlan):
        plan("feed", halls({"feeds": 1, "feed_kw": 50.0}))


@pytest.mark.parametrize(("feeds", "fits"), [(1, True), (2, True), (3, True)])
def test_feeds_carry_the_hall_with_one_cut(feeds: int, fits: bool) -> None:
    carried = 12.0 / 0.95 / 0.8 / max(1, feeds - 1)
    assert working(plan("none", halls({"feeds": feeds, "feed_kw": carried * 1.001}), demand=1200.0)) == 12
    with pytest.raises(NoPlan):
        plan("none", halls({"feeds": feeds, "feed_kw": carried * 0.999}), demand=1200.0)


@pytest.mark.parametrize(("demand", "machines"), [(1000.0, 14), (300.0, 6), (600.0, 10)])
def test_any_rack_may_be_lost(demand: float, machines: int) -> None:
    """Racks of four: a rack more than the work needs, or less than a rack in each of two halls."""
    made = plan("rack", halls({}, {}), demand=demand)
    assert working(made) == machines
    by_hall = {h: sum(w.served for w in made.work if w.hall == h) for h in ("h0", "h1")}
    assert all(served(made) - min(400.0, here) >= demand - 1e-6 for here in by_hall.values())


def test_replicas_stop_with_any_rack_they_stand_in() -> None:
    pair = toys.option(fabric="none", replica_machines=3)
    made = plan("rack", halls({}), demand=1200.0, options=(pair,))
    assert lost_units(pair, 4) == 2
    assert working(made) == 3 * (4 + 2)


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 6))
def test_no_rack_ever_stops_more_replicas_than_that(size: int, rack: int, replicas: int) -> None:
    """Replicas fill racks in turn; every rack is tried."""
    machines = [i // size for i in range(size * replicas)]
    racks = ceil(len(machines) / rack)
    worst = max(len(set(machines[r * rack : (r + 1) * rack])) for r in range(racks))
    assert lost_units(toys.option(replica_machines=size), rack) >= worst


HALL = st.fixed_dictionaries({"zone": st.sampled_from(["", "a", "b"]), "feeds": st.sampled_from([1, 2])})


def each_domain(made: dict[str, Any], survive: str) -> list[set[tuple[str, str]]]:
    """Halls that go with each domain, from the problem in the plan's JSON."""
    every = {(s["id"], h["id"]): h for s in made["problem"]["sites"] for h in s["halls"]}
    if survive == "feed":
        return [{place} for place, hall in every.items() if hall["feeds"] < 2]
    if survive == "site":
        return [{p for p in every if p[0] == s["id"]} for s in made["problem"]["sites"]]
    names = {place: (place[0], hall["zone"] or place[1]) for place, hall in every.items()}
    return [{p for p, zone in names.items() if zone == name} for name in set(names.values())]


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.lists(HALL, min_size=1, max_size=3), min_size=1, max_size=3),
    st.sampled_from(["rack", "feed", "zone", "site"]),
    st.floats(50.0, 1500.0),
)
def test_any_domain_taken_from_a_plan_leaves_every_demand_served(
    places: list[list[dict[str, Any]]], survive: str, demand: float
) -> None:
    """On the plan's JSON: take away each domain in turn, count what is left. No plan only where nothing is left."""
    sites = tuple(
        toys.site(f"s{i}", halls=halls(*changes), cooling=(toys.cooling(max_rack_kw=4.0),))
        for i, changes in enumerate(places)
    )
    problem, options = asked(survive, halls({}), demand)
    web = replace(problem.workloads[0], survive_site_loss=survive == "site", sites=tuple(s.id for s in sites))
    problem = replace(problem, sites=sites, workloads=(web,))
    m = assemble(problem, options)
    none = Accuracy(hours=3, weeks_usd=0, year_usd=None, difference=None, note="")
    try:
        answer = solve(m, gap=1e-9)
    except NoPlan:
        every = {(s.id, h.id) for s in sites for h in s.halls}
        blank = {"problem": {"sites": [{"id": s.id, "halls": [seen(h) for h in s.halls]} for s in sites]}}
        assert survive != "rack"
        assert any(domain == every for domain in each_domain(blank, survive))
        return
    made = json.loads(extract(m, answer, problem, options, accuracy=none).model_dump_json())
    assert audit(made).findings == ()
    work = {(w["site"], w["hall"]): w["served"] for w in made["work"]}
    if survive == "rack":
        left = [sum(work.values()) - min(served, 4 * 100.0) for served in work.values()]
    else:
        left = [sum(v for p, v in work.items() if p not in domain) for domain in each_domain(made, survive)]
    assert left or survive == "feed"
    assert all(rest >= demand * (1 - 1e-9) for rest in left)


def seen(hall: Hall) -> dict[str, Any]:
    return {"id": hall.id, "zone": hall.zone, "feeds": hall.feeds}


def test_the_audit_sees_a_zone_that_nothing_stands_in_for() -> None:
    made = json.loads(plan("zone", halls({}, {})).model_dump_json())
    for column in made["columns"]:
        if column["family"] == "work.units" and column["keys"]["hall"] == "h1":
            column["value"] = 1.0
    assert "domains" in {f.law for f in audit(made).findings}


def test_surge_is_served_without_the_zone_too() -> None:
    problem, options = asked("zone", halls({}, {}), 1000.0)
    web = replace(problem.workloads[0], demand=(1250.0,), surge=0.25)
    m = assemble(replace(problem, workloads=(web,)), options)
    answer = solve(m, gap=1e-9)
    left = sum(float(answer.values[c]) for n, c in m.family("work.units") if "hall=h0" in n)
    assert left * 100 >= 1250 - 1e-6
