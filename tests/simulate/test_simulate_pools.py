"""A million failures and repairs agree with the availability that the ladder prints, within their interval."""

from __future__ import annotations

import pytest

from planner.estimate.failures import Failures, spares, up
from planner.simulate.pools import Case, Cause, Measured, simulate, together

RESTART, REPAIR, VENDOR = Cause(1 / 60, 0.02), Cause(1 / 300, 0.5), Cause(1 / 1500, 21.0, fixed=True)
"""Made up to span times from half an hour to three weeks."""

CASES = {
    "three kinds of event": Case(60, 3, (RESTART, REPAIR, VENDOR)),
    "domains of eight": Case(48, 9, (RESTART, REPAIR), domain=8, domain_per_day=1 / 400, domain_days=0.8),
    "two crews": Case(40, 2, (Cause(1 / 80, 1.0),), crews=2),
}


def printed(case: Case) -> float:
    """What the ladder says of the pool: rates alone go in."""
    per_day, days = together(case.causes)
    failures = Failures(per_day, days, case.domain, case.domain_down, case.crews)
    return up(failures, case.working, case.spares)


def agrees(case: Case, found: Measured) -> None:
    assert 0 < found.half_width < 0.02
    assert abs(found.availability - printed(case)) <= found.half_width


@pytest.mark.parametrize("name", CASES)
def test_forty_thousand_events_agree_with_the_ladder(name: str) -> None:
    agrees(CASES[name], simulate(CASES[name], events=40_000, seed=7))


@pytest.mark.full
@pytest.mark.parametrize("name", CASES)
def test_a_million_events_agree_with_the_ladder(name: str) -> None:
    found = simulate(CASES[name], events=1_000_000, seed=11)
    assert found.events >= 999_000
    agrees(CASES[name], found)
    assert found.half_width < 0.004


def test_the_interval_would_see_a_spare_too_few() -> None:
    case = CASES["three kinds of event"]
    found = simulate(case, events=40_000, seed=7)
    fewer = Case(case.working, case.spares - 1, case.causes)
    assert abs(found.availability - printed(fewer)) > found.half_width


def test_spares_from_the_ladder_hold_their_target_in_the_simulation() -> None:
    per_day, days = together((RESTART, REPAIR, VENDOR))
    count = spares(Failures(per_day, days), 60, 0.99)
    assert count is not None
    found = simulate(Case(60, count, (RESTART, REPAIR, VENDOR)), events=60_000, seed=3)
    assert found.availability >= 0.99 - found.half_width


def test_the_same_seed_gives_the_same_run() -> None:
    case = CASES["two crews"]
    assert simulate(case, events=2000, seed=1) == simulate(case, events=2000, seed=1)
    assert simulate(case, events=2000, seed=1) != simulate(case, events=2000, seed=2)


def test_machines_that_never_fail_have_no_events() -> None:
    with pytest.raises(ValueError, match="nothing in this pool ever fails"):
        simulate(Case(2, 0, (Cause(0.0, 1.0),)), events=10, seed=1)
