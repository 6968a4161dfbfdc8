"""Mean time to data loss against exact rationals, against the chain solved another way, and against the catalog."""

from __future__ import annotations

from fractions import Fraction
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner import driver
from planner.estimate.durability import MOST_NINES, Scheme, durability, failure_rate, nines, printed, time_to_loss

SCHEMES = [Scheme(k, m) for k, m in ((1, 0), (1, 1), (1, 2), (4, 2), (8, 2), (10, 2), (8, 3), (17, 3), (8, 4), (12, 4))]
CATALOG_AFR, CATALOG_REPAIR_H = 0.014, 24.0


def by_elimination(scheme: Scheme, failures: Fraction, repairs: Fraction, crews: int) -> Fraction:
    """The same mean from first-step equations T_i = 1/r + up/r T_{i+1} + down/r T_{i-1}, eliminated in rationals."""
    states = scheme.m + 1
    rows = []
    for i in range(states):
        up, down = (scheme.k + scheme.m - i) * failures, (i if not crews else min(i, crews)) * repairs
        row = [Fraction(0)] * (states + 1)
        row[i], row[states] = up + down, Fraction(1)
        if i + 1 < states:
            row[i + 1] -= up
        if i:
            row[i - 1] -= down
        rows.append(row)
    for i in range(states):
        for j in range(states):
            if j != i and rows[j][i]:
                factor = rows[j][i] / rows[i][i]
                rows[j] = [a - factor * b for a, b in zip(rows[j], rows[i], strict=True)]
    return rows[0][states] / rows[0][0]


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda s: s.name)
@given(st.floats(1e-4, 0.3), st.floats(0.5, 500.0), st.integers(0, 3))
def test_floats_are_the_exact_rationals_to_twelve_digits(
    scheme: Scheme, annual: float, repair_h: float, crews: int
) -> None:
    failures, repairs = failure_rate(annual), 1 / repair_h
    exact = time_to_loss(scheme, Fraction(failures), Fraction(repairs), crews)
    assert abs(Fraction(time_to_loss(scheme, failures, repairs, crews)) / exact - 1) < Fraction(1, 10**12)


@given(st.integers(1, 9), st.integers(0, 5), st.integers(1, 50), st.integers(0, 5000), st.integers(0, 4))
def test_the_recursion_solves_the_chain(k: int, m: int, failures: int, repairs: int, crews: int) -> None:
    rates = Fraction(failures, 1000), Fraction(repairs, 100)
    assert time_to_loss(Scheme(k, m), *rates, crews) == by_elimination(Scheme(k, m), *rates, crews)


def test_two_copies_by_hand() -> None:
    assert time_to_loss(Scheme(1, 1), 0.5, 2.0) == pytest.approx((3 * 0.5 + 2.0) / (2 * 0.5**2))


def test_the_catalog_states_what_the_recursion_gives() -> None:
    for row in driver.catalog().rows("storage_scheme"):
        scheme = Scheme(int(row.number("k")), int(row.number("m")))
        found = durability(scheme, CATALOG_AFR, CATALOG_REPAIR_H)
        assert row.number("model_nines_per_year") == pytest.approx(found, abs=0.006)
        assert row.number("nines_per_year") == pytest.approx(min(found, MOST_NINES), abs=0.006)
        assert row.number("failure_domains") == scheme.domains
        assert row.number("domains_to_heal") == scheme.domains_to_heal == scheme.domains + 1
        assert row.number("overhead") == pytest.approx(scheme.overhead, abs=1e-5)


def test_eight_and_three_beats_three_copies_at_less_than_half_the_bytes() -> None:
    code, copies = Scheme(8, 3), Scheme(1, 2)
    gain = durability(code, CATALOG_AFR, 24) - durability(copies, CATALOG_AFR, 24)
    assert gain == pytest.approx(1.8, abs=0.05)
    assert code.overhead < copies.overhead / 2


@given(st.sampled_from(SCHEMES), st.floats(1e-3, 0.2), st.floats(1, 200), st.floats(1, 1e6))
def test_more_groups_slower_repair_and_fewer_crews_never_last_longer(
    scheme: Scheme, annual: float, repair_h: float, groups: float
) -> None:
    found = durability(scheme, annual, repair_h)
    assert durability(scheme, annual, repair_h, groups) <= found + 1e-12
    assert durability(scheme, annual, repair_h * 2) <= found + 1e-12
    assert durability(scheme, annual, repair_h, crews=1) <= found + 1e-12
    assert durability(Scheme(scheme.k, scheme.m + 1), annual, repair_h) > found - 1e-12


def test_nines_stay_finite_where_loss_is_beyond_floats() -> None:
    assert nines(1e250) == pytest.approx(246.06, abs=0.01)
    assert nines(1e250) < inf


def test_printed_nines_are_capped_and_say_why() -> None:
    assert printed(8.9) == "8.9"
    text = printed(durability(Scheme(8, 4), CATALOG_AFR, 24))
    assert text.startswith("12 (the arithmetic says 15.9; ")
    assert "software and people" in text


@pytest.mark.parametrize("wrong", [(0, 1), (1, -1)])
def test_schemes_that_are_none(wrong: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="a scheme of"):
        Scheme(*wrong)
