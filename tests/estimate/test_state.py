from __future__ import annotations

from itertools import combinations
from math import comb, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.estimate.state import Quorum, active_active, active_passive, majority, replicas_for


@pytest.mark.parametrize("n", range(1, 8))
def test_a_read_of_a_majority_meets_every_write(n: int) -> None:
    q = majority(n)
    assert all(set(a) & set(b) for a in combinations(range(n), q.write) for b in combinations(range(n), q.read))
    assert all(set(a) & set(b) for a in combinations(range(n), q.write) for b in combinations(range(n), q.write))


@pytest.mark.parametrize(("write", "read"), [(4, 1), (1, 4), (0, 2)])
def test_a_quorum_lies_within_its_replicas(write: int, read: int) -> None:
    with pytest.raises(ValueError, match="do not lie within"):
        Quorum(3, write, read)


def test_three_replicas_by_hand() -> None:
    found = majority(3)
    assert (found.write, found.read, found.survives) == (2, 2, 1)
    assert found.availability(0.01) == pytest.approx(0.99**3 + 3 * 0.01 * 0.99**2)
    assert found.survives_domain(3)
    assert not found.survives_domain(2)


@given(st.floats(1e-4, 0.2), st.sampled_from([0.99, 0.999, 0.9999]))
def test_the_fewest_replicas_by_trying(u: float, target: float) -> None:
    def up(n: int) -> float:
        return sum(comb(n, k) * u**k * (1 - u) ** (n - k) for k in range((n - 1) // 2 + 1))

    least = next((n for n in range(1, 16, 2) if up(n) >= target), None)
    assert replicas_for(target, u) == least


def test_one_replica_never_outlives_a_domain() -> None:
    assert replicas_for(0.5, 0.001, domains=3) == 3
    assert replicas_for(0.5, 0.001, domains=2) is None


def test_failover_of_two_sites() -> None:
    both = active_active(10)
    assert (both.rpo_s, both.rto_s) == (0.0, 10)
    link = {"link_gb_per_s": 1.0, "lag_s": 2.0, "burst_s": 60.0, "detect_s": 30.0, "promote_s": 60.0}
    behind = active_passive(2.0, **link, replay_gb_per_s=0.5, log_gb=15.0)
    assert behind.rpo_s == pytest.approx(2 + 60 * (1 - 1 / 2))
    assert behind.rto_s == pytest.approx(30 + 60 + 30)
    assert active_passive(1.0, **link, replay_gb_per_s=0.0, log_gb=1.0).rto_s == inf
