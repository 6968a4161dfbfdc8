"""A plan's pools hold what it promises, counted failure by failure; a spare taken away is seen."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from planner import driver
from planner.plan.schema import Plan
from planner.simulate.plan import case_of, runs

SCENARIO = Path(__file__).parent.parent.parent / "scenarios" / "fraud-detection.yaml"


@cache
def solved() -> Plan:
    return driver.solve(SCENARIO, hours=24, check_year=False)


def test_every_pool_holds_its_promise() -> None:
    found = list(runs(solved(), events=20_000, seed=5))
    assert sum(r.spares for r in found) == sum(s.quantity for s in solved().sizing if s.kind == "spare")
    assert found
    assert all(r.holds and r.counted is not None for r in found)


def test_pools_without_their_spares_fall_short() -> None:
    bare = [c for c in solved().columns if c.family != "spares.count"]
    found = list(runs(solved().model_copy(update={"columns": bare}), events=20_000, seed=5))
    assert not any(r.holds for r in found)


def test_a_domain_is_down_its_share_of_the_time() -> None:
    record = {"failures_per_day": 0.01, "repair_days": 2.0, "events": [], "members": 0, "crews": 0}
    case = case_of({**record, "domain_machines": 8, "domain_down": 0.02}, 10, 2)
    assert case.domain_down == pytest.approx(0.02)
    assert (case.total, case.domain) == (12, 8)


SHIPPED = ("fraud-detection", "quickstart", "precision-medicine")


@cache
def shipped(name: str) -> Plan:
    return driver.solve(SCENARIO.parent / f"{name}.yaml", hours=24, check_year=False)


def agrees(name: str, events: int) -> None:
    """Every workload's printed availability lies within the interval of its pools' counted ones, multiplied."""
    plan = shipped(name)
    working = [c.name for c in plan.columns if c.family == "servers.working"]
    counts = [r.counted for r in runs(plan, events=events, seed=23)]
    found = dict(zip(working, counts, strict=True))
    assert plan.availability
    for row in plan.availability:
        low = high = 1.0
        for pool in row.pools:
            counted = found[pool.replace("pool[", "servers.working[")]
            assert counted is not None
            low *= counted.availability - counted.half_width
            high *= min(1.0, counted.availability + counted.half_width)
        assert low <= row.achieved <= high + 1e-12, (row.workload, low, row.achieved, high)


@pytest.mark.parametrize("name", SHIPPED)
def test_thirty_thousand_events_agree_with_the_availability_printed(name: str) -> None:
    agrees(name, 30_000)


@pytest.mark.full
@pytest.mark.parametrize("name", SHIPPED)
def test_a_million_events_agree_with_the_availability_printed(name: str) -> None:
    agrees(name, 1_000_000)
