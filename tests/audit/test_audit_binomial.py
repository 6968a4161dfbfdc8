"""The audit's own availability of a pool, against exact fractions."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.audit.binomial import unavailability, up


@given(st.integers(1, 60), st.integers(0, 20), st.fractions(Fraction(1, 10**6), Fraction(1, 2)))
def test_up_is_the_binomial(working: int, spares: int, u: Fraction) -> None:
    n = working + spares
    exact = sum(comb(n, k) * u**k * (1 - u) ** (n - k) for k in range(spares + 1))
    assert up(working, spares, float(u)) == pytest.approx(float(exact), rel=1e-12, abs=1e-15)


def test_up_of_a_large_pool_neither_underflows_nor_takes_long() -> None:
    assert up(1_000_000, 10_200, 0.01) == pytest.approx(0.84, abs=0.02)  # mean 10,102, deviation 100
    assert up(1_000_000, 0, 0.01) == 0.0


def test_nothing_to_keep_up_is_up() -> None:
    assert up(0, 0, 0.5) == 1.0
    assert up(5, 0, 0.0) == 1.0


def test_unavailability_is_the_share_of_time_in_repair() -> None:
    assert unavailability(0.01, 1) == pytest.approx(1 / 101)


@pytest.mark.parametrize(("working", "spares"), [(1e9, 0), (-5, 2), (3, -1)])
def test_impossible_pools_are_refused(working: float, spares: float) -> None:
    with pytest.raises(ValueError, match="pool"):
        up(working, spares, 0.1)
