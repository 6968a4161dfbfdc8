"""State in replicas: where they stand, what outlives what, what is sent between sites, from toy to audited plan."""

from __future__ import annotations

import copy
from dataclasses import replace
from math import comb
from pathlib import Path
from typing import Any

import golden
import pytest
import toys
from block_rows import rows
from state_toys import BEHIND, NONE, kept

from planner.audit import audit
from planner.blocks import assemble, prepared
from planner.estimate.state import majority
from planner.options.types import OptionSet
from planner.plan.extract import extract
from planner.plan.schema import Accuracy, Plan
from planner.plan.schema_redundancy import Kept
from planner.problem import Problem
from planner.solve.monolithic import NoPlan, solve

HERE = Path(__file__).parent
HOURS_S = 8760 * 3600.0


def plan(asked: tuple[Problem, OptionSet]) -> Plan:
    problem, options = prepared(*asked)
    m = assemble(problem, options)
    none = Accuracy(hours=3, weeks_usd=0, year_usd=None, difference=None, note="")
    made = extract(m, solve(m, gap=1e-9), problem, options, accuracy=none)
    assert audit(plain(made)).findings == ()
    return made


def plain(made: Plan) -> dict[str, Any]:
    return made.model_dump(mode="json")


def state(made: Plan) -> Kept:
    (found,) = made.states
    return found


def paid(made: Plan) -> float:
    return sum(x.amount_usd for x in made.ledger if x.account == "wan")


def test_without_a_loss_to_outlive_a_quorum_stands_at_one_site() -> None:
    found = state(plan(kept(survive="none", replicas=3)))
    assert (found.mode, list(found.replicas.values()), found.quorum) == ("one_site", [3], 2)
    assert (found.between_sites_gb_per_s, found.traffic_usd) == (0, 0)


@pytest.mark.parametrize(("n", "racks"), [(1, 1), (3, 3), (5, 3)])
def test_a_plan_says_over_how_many_racks_its_replicas_stand(n: int, racks: int) -> None:
    """One of three may be down, so each has a rack; of five two may."""
    made = plan(kept(survive="none", replicas=n))
    assert list(state(made).racks.values()) == [racks]
    wrong = plain(made)
    wrong["states"][0]["racks"] = dict.fromkeys(state(made).racks, racks + 1)
    assert {f.law for f in audit(wrong).findings} == {"state"}


def racked(racks: float) -> tuple[Problem, OptionSet]:
    """Three replicas that are to outlive a rack, where each site has so many."""
    problem, options = kept(survive="rack", replicas=3)
    sites = tuple(replace(s, halls=tuple(replace(h, racks=racks) for h in s.halls)) for s in problem.sites)
    return replace(problem, sites=sites), options


def test_what_is_to_outlive_a_rack_stands_where_racks_are_enough() -> None:
    made = plan(racked(20.0))
    assert list(state(made).replicas.values()) == [3]
    wrong = plain(made)
    for site in wrong["problem"]["sites"]:
        site["halls"][0]["racks"] = 2.0
    assert any("replicas in its racks" in f"{f}" for f in audit(wrong).findings if f.law == "state")
    with pytest.raises((NoPlan, StopIteration, ValueError)):
        plan(racked(2.0))


@pytest.mark.parametrize(("n", "most"), [(3, 1), (5, 2)])
def test_active_active_leaves_a_majority_without_any_site(n: int, most: int) -> None:
    found = state(plan(kept(replicas=n)))
    assert (found.mode, sum(found.replicas.values()), found.rpo_s) == ("active_active", n, 0)
    assert max(found.replicas.values()) <= most
    for lost in found.replicas:
        assert sum(count for site, count in found.replicas.items() if site != lost) >= majority(n).write


def test_every_write_goes_to_every_replica_elsewhere() -> None:
    made = plan(kept(replicas=5, wan={"price": 0.01}))
    found = state(made)
    elsewhere = 5 - found.replicas[found.leads]
    assert elsewhere == 3  # leaders stand where two replicas do
    assert found.between_sites_gb_per_s == pytest.approx(0.4 * elsewhere)
    assert paid(made) == pytest.approx(0.4 * elsewhere * HOURS_S * 0.01 * made.problem["periods"][0]["value_factor"])
    assert found.traffic_usd == pytest.approx(paid(made))


def test_active_passive_sends_every_write_once_and_loses_its_lag() -> None:
    made = plan(kept(2, replicas=3, log=60e9, replay=1e9, **BEHIND))
    found = state(made)
    assert (found.mode, sorted(found.replicas.values())) == ("active_passive", [3, 3])
    assert {found.leads, found.standby} == {"s0", "s1"}
    assert (found.rpo_s, found.rto_s) == (2.0, 10.0 + 20.0 + 60.0)
    assert found.between_sites_gb_per_s == pytest.approx(0.4)


def test_the_cheaper_mode_is_taken_and_what_was_asked_of_rpo_changes_it() -> None:
    cheap, strict = plan(kept(replicas=3, wan={"price": 1.0}, **BEHIND)), plan(kept(replicas=3, rpo=0.0, **BEHIND))
    assert (state(cheap).mode, state(strict).mode) == ("active_passive", "active_active")
    assert state(plan(kept(replicas=3, wan={"price": 0.0}, **BEHIND))).mode == "active_active"


@pytest.mark.parametrize(("availability", "n"), [(0.99, 1), (0.9995, 3), (0.9999999, 5)])
def test_the_fewest_replicas_whose_majority_is_up_as_asked(availability: float, n: int) -> None:
    """By the binomial of machines that are down one day in a thousand."""
    found = state(plan(kept(survive="none", work={"availability": availability})))
    u = 0.001 / 1.001
    up = sum(comb(n, k) * u**k * (1 - u) ** (n - k) for k in range((n + 1) // 2 if n > 1 else 1))
    assert (sum(found.replicas.values()), found.achieved) == (n, pytest.approx(up, abs=1e-11))


def test_a_replica_is_cut_over_machines_that_hold_it() -> None:
    made = plan(kept(survive="none", replicas=3, size=20e12))
    (row,) = [w for w in made.work if w.workload == "state.web"]
    assert row.machines == 3 * 3  # 20 TB over 10 TB x 0.7


@pytest.mark.parametrize("what", ["zone", "feed"])
def test_no_zone_or_feed_holds_more_than_may_be_lost(what: str) -> None:
    problem, options = kept(1, survive=what, replicas=3)
    halls = tuple(toys.hall(id=f"h{i}") for i in range(3))
    made = plan((toys.replace(problem, sites=(toys.site("s0", halls=halls),)), options))
    count = {w.hall: w.served for w in made.work if w.workload == "state.web"}
    assert count == {"h0": 1, "h1": 1, "h2": 1}


def test_nothing_follows_where_there_is_no_link() -> None:
    far = {"links": [("s0", "s2", {})]}
    found = state(plan(kept(replicas=3, wan=far, **BEHIND)))
    assert {found.leads, found.standby} == {"s0", "s2"}


def test_a_link_too_thin_leaves_no_plan() -> None:
    thin = {"links": [("s0", "s1", {"capacity": 3.9e8})]}
    with pytest.raises(NoPlan):
        plan(kept(2, replicas=1, wan=thin, **BEHIND))
    wide = {"links": [("s0", "s1", {"capacity": 4.1e8})]}
    assert state(plan(kept(2, replicas=1, wan=wide, **BEHIND))).mode == "active_passive"


def test_a_rented_link_is_paid_where_something_flows() -> None:
    rent = {"capacity": 1e10, "rent": 1000.0}
    wan = {"price": 0.0, "links": [("s0", "s1", rent), ("s1", "s2", rent), ("s0", "s2", rent)]}
    made = plan(kept(replicas=1, wan=wan, **BEHIND))
    factor = made.problem["periods"][0]["value_factor"]
    assert paid(made) == pytest.approx(12 * 1000.0 * factor)
    assert paid(plan(kept(survive="none", replicas=1, wan=wan))) == 0


def test_rows_are_those_of_the_golden() -> None:
    m = assemble(*prepared(*kept(replicas=3, wan={"links": [("s0", "s1", {"capacity": 1e10})]}, **BEHIND)))
    golden.check(HERE / "golden" / "state.txt", rows(m, "state"))
    golden.check(HERE / "golden" / "wan.txt", rows(m, "wan"))


def test_without_the_keys_there_is_nothing() -> None:
    problem = toys.problem(fabrics=(NONE,), tiers=())
    m = assemble(*prepared(problem, OptionSet((toys.option(fabric="none"),), ())))
    assert rows(m, "state") == rows(m, "wan") == "\n"


def _one(p: dict[str, Any], family: str) -> dict[str, Any]:
    found: dict[str, Any] = next(c for c in p["columns"] if c["family"] == family and c["value"] > 0.1)
    return found


def _units(p: dict[str, Any]) -> dict[str, Any]:
    return next(c for c in p["columns"] if c["family"] == "work.units" and c["keys"]["option"].startswith("state."))


EDITS = {
    "a mode misnamed": ("state", lambda p: p["states"][0].update(mode="active_passive")),
    "a quorum too small": ("state", lambda p: p["states"][0].update(quorum=1)),
    "RPO misprinted": ("state", lambda p: p["states"][0].update(rto_s=1.0)),
    "no row": ("state", lambda p: p.update(states=[])),
    "less sent than written": ("state", lambda p: _one(p, "state.sent").update(value=0.1)),
    "a replica moved beside another": ("state", lambda p: _units(p).update(value=2.0)),
    "half a replica": ("state", lambda p: _units(p).update(value=0.5)),
    "a replica too dense": ("state", lambda p: p["problem"]["workloads"][0]["spec"]["state"].update(size=1e14)),
    "a link overrun": ("wan", lambda p: _one(p, "wan.gb_per_s").update(value=0.01)),
    "traffic unpaid": ("wan", lambda p: p.update(ledger=[x for x in p["ledger"] if x["account"] != "wan"])),
    "volume misprinted": ("wan", lambda p: _one(p, "wan.gb").update(value=1.0)),
    "no link at all": ("wan", lambda p: p["problem"]["keys"].update(wan=None)),
}


@pytest.mark.parametrize("name", EDITS)
def test_the_audit_sees(name: str) -> None:
    law, edit = EDITS[name]
    spoiled = copy.deepcopy(PLAIN or PLAIN.update(plain(plan(kept(replicas=3)))) or PLAIN)
    edit(spoiled)
    assert law in {f.law for f in audit(spoiled).findings}


PLAIN: dict[str, Any] = {}
