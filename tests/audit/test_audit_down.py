"""The audit's own numbers down, by transform and by balance, against the ladder's convolutions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.audit.down import short_of_members, up_of
from planner.estimate.failures import Failures, at_least, up


def record(**changes: Any) -> dict[str, Any]:
    made = {"failures_per_day": 0.01, "repair_days": 1.0, "domain_machines": 1, "domain_down": 0.0, "crews": 0}
    return {**made, **changes}


@settings(deadline=None)
@given(st.integers(1, 400), st.integers(0, 90), st.integers(1, 80), st.floats(1e-5, 0.1), st.floats(1e-4, 0.3))
def test_domains(working: int, spares: int, m: int, q: float, f: float) -> None:
    found = up_of(record(failures_per_day=f, domain_machines=m, domain_down=q), working, spares)
    assert found == pytest.approx(up(Failures(f, 1.0, m, q), working, spares), abs=1e-11)


@settings(deadline=None)
@given(st.integers(1, 400), st.integers(0, 90), st.integers(1, 20), st.floats(1e-4, 0.3), st.floats(0.01, 5))
def test_crews(working: int, spares: int, crews: int, f: float, r: float) -> None:
    found = up_of(record(failures_per_day=f, repair_days=r, crews=crews), working, spares)
    assert found == pytest.approx(up(Failures(f, r, crews=crews), working, spares), abs=1e-11)


def test_members() -> None:
    tray = {"member_failures_per_day": 0.02, "member_repair_days": 1.0, "members": 18, "least_members": 16}
    assert 1 - short_of_members(tray) == pytest.approx(at_least(18, 16, 0.02 / 1.02), abs=1e-14)


def test_impossible_pools_are_refused() -> None:
    with pytest.raises(ValueError, match="pool"):
        up_of(record(crews=1), 1e9, 0)
