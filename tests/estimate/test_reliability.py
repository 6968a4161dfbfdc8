from __future__ import annotations

from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.estimate.reliability import ladder, pool_availability, unavailability


def brute(working: int, spares: int, u: float) -> float:
    total = working + spares
    return sum(comb(total, k) * u**k * (1 - u) ** (total - k) for k in range(spares + 1))


def test_a_machine_that_fails_every_99_days_for_a_day_is_down_a_hundredth() -> None:
    assert unavailability(1 / 99, 1.0) == pytest.approx(0.01)


def test_two_of_three_by_hand() -> None:
    assert pool_availability(2, 1, 0.1) == pytest.approx(0.9**3 + 3 * 0.1 * 0.9**2)


@given(st.integers(1, 60), st.integers(0, 20), st.floats(1e-6, 0.6))
def test_pool_availability_is_the_binomial_sum(working: int, spares: int, u: float) -> None:
    assert pool_availability(working, spares, u) == pytest.approx(brute(working, spares, u), rel=1e-9, abs=1e-12)


@settings(deadline=None)
@given(st.floats(1e-5, 0.3), st.sampled_from([0.9, 0.99, 0.999, 0.99995]), st.integers(1, 80))
def test_ladder_is_the_least_number_of_spares_by_brute_force(u: float, target: float, most: int) -> None:
    found = ladder(u, target, most)
    assert list(found) == sorted(found)
    assert found[-1] == most
    assert most not in found[:-1]
    for working in range(1, most + 1):
        least = next(s for s in range(1000) if pool_availability(working, s, u) >= target)
        assert next(s for s, n in enumerate(found) if n >= working) == least


@given(st.floats(1e-4, 0.2), st.integers(1, 60))
def test_more_failures_never_need_fewer_spares(u: float, most: int) -> None:
    assert len(ladder(u * 1.5, 0.999, most)) >= len(ladder(u, 0.999, most))


def test_machines_that_never_fail_need_no_spares() -> None:
    assert ladder(0.0, 0.99999, 500) == (500,)


def test_machines_that_are_always_down_give_a_ladder_that_ends() -> None:
    found = ladder(1.0, 0.9, 3)
    assert max(found) == 0


def test_n_plus_one_is_no_redundancy_level_for_large_pools() -> None:
    assert pool_availability(16, 1, 0.005) == pytest.approx(0.997, abs=1e-3)
    assert pool_availability(512, 1, 0.005) == pytest.approx(0.27, abs=0.01)
