"""Ladders by domains and crews against brute force, and the numbers that a fixed share of spares gets wrong."""

from __future__ import annotations

from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.estimate.failures import Failures, at_least, rungs, spares, up

TARGETS = st.sampled_from([0.9, 0.99, 0.999, 0.9999])
MARGINAL = 0.007


def binomial(n: int, u: float) -> list[float]:
    return [comb(n, k) * u**k * (1 - u) ** (n - k) for k in range(n + 1)]


def by_states(f: Failures, total: int) -> list[float]:
    """P[k down] by listing which domains are down."""
    full, rest = divmod(total, f.domain)
    sizes = [f.domain] * full + ([rest] if rest else [])
    found = [0.0] * (total + 1)
    for lost in product((False, True), repeat=len(sizes)):
        gone = sum(size for size, down in zip(sizes, lost, strict=True) if down)
        chance = np.prod([f.domain_down if down else 1 - f.domain_down for down in lost])
        for k, p in enumerate(binomial(total - gone, f.down)):
            found[gone + k] += float(chance) * p
    return found


def by_balance(f: Failures, total: int) -> list[float]:
    """P[k down] of the repair shop from its generator, by least squares of the balance equations."""
    q = np.zeros((total + 1, total + 1))
    for k in range(total):
        q[k, k + 1] = (total - k) * f.per_day
        q[k + 1, k] = min(k + 1, f.crews) / f.repair_days
    q -= np.diag(q.sum(axis=1))
    rows = np.vstack([q.T, np.ones(total + 1)])
    return list(np.linalg.lstsq(rows, np.append(np.zeros(total + 1), 1.0), rcond=None)[0])


@settings(deadline=None, max_examples=60)
@given(st.floats(1e-4, 0.3), st.floats(1e-4, 0.1), st.integers(2, 9), st.integers(1, 24), st.integers(0, 8))
def test_domains_are_the_sum_over_their_states(u: float, q: float, m: int, working: int, extra: int) -> None:
    f = Failures(u, 1.0, m, q)
    assert up(f, working, extra) == pytest.approx(sum(by_states(f, working + extra)[: extra + 1]), abs=1e-11)


@settings(deadline=None, max_examples=60)
@given(st.floats(1e-3, 0.5), st.floats(0.05, 3.0), st.integers(1, 6), st.integers(1, 20), st.integers(0, 8))
def test_crews_are_the_balance_of_the_repair_shop(f: float, r: float, c: int, working: int, extra: int) -> None:
    shop = Failures(f, r, crews=c)
    assert up(shop, working, extra) == pytest.approx(sum(by_balance(shop, working + extra)[: extra + 1]), abs=1e-8)


def brute(f: Failures, working: int, target: float, most: int) -> int | None:
    return next((s for s in range(most) if up(f, working, s) >= target), None)


@settings(deadline=None, max_examples=40)
@given(st.floats(1e-4, 0.1), st.floats(1e-4, 0.05), st.sampled_from([2, 4, 8, 18]), TARGETS, st.integers(1, 60))
def test_the_ladder_of_domains_is_brute_force(u: float, q: float, m: int, target: float, most: int) -> None:
    _is_brute_force(Failures(u, 1.0, m, 0.997 * q), target, most)  # off 1 - target, where rounding decides


@settings(deadline=None, max_examples=40)
@given(st.floats(1e-4, 0.05), st.floats(0.1, 3.0), st.integers(1, 8), TARGETS, st.integers(1, 60))
def test_the_ladder_of_crews_is_brute_force(f: float, r: float, c: int, target: float, most: int) -> None:
    _is_brute_force(Failures(f, r, crews=c), target, most)


def _is_brute_force(f: Failures, target: float, most: int) -> None:
    found = rungs(f, target, most)
    assert list(found) == sorted(found)
    for working in range(1, most + 1):
        least = brute(f, working, target, len(found))
        assert next((s for s, n in enumerate(found) if n >= working), None) == least


@settings(deadline=None, max_examples=60)
@given(st.floats(1e-4, 0.05), st.floats(1e-4, 0.02), st.integers(1, 12), st.integers(1, 120), st.floats(1.0, 3.0))
def test_spares_never_fall_as_target_failures_or_domains_grow(
    u: float, q: float, m: int, working: int, more: float
) -> None:
    base = spares(Failures(u, 1.0, m, q), working, 0.99)
    assert base is not None
    worse = [
        spares(Failures(u, 1.0, m, q), working, 0.999),
        spares(Failures(u * more, 1.0, m, q), working, 0.99),
        spares(Failures(u, more, m, q), working, 0.99),
        spares(Failures(u, 1.0, m, q * more), working, 0.99),
        spares(Failures(u, 1.0, m, q), working + 1, 0.99),
    ]
    assert all(w is not None and w >= base for w in worse)


@settings(deadline=None, max_examples=40)
@given(st.floats(1e-3, 0.03), st.integers(2, 10), st.integers(1, 100))
def test_spares_never_fall_as_whole_domains_grow_beyond_them(q: float, m: int, working: int) -> None:
    """Larger domains, down as often: at 99.9 % what a loss takes must be spare, where losses are no rarer than that."""
    small, large = (spares(Failures(1e-3, 1.0, size, q), working, 0.999) for size in (m, 2 * m))
    assert small is not None
    assert large is not None
    if working >= 2 * m:
        assert large >= small


@settings(deadline=None, max_examples=40)
@given(st.floats(1e-3, 0.05), st.integers(1, 6), st.integers(1, 80))
def test_fewer_crews_never_need_fewer_spares(f: float, c: int, working: int) -> None:
    few, many, free = (spares(Failures(f, 1.0, crews=n), working, 0.99) for n in (c, c + 1, 0))
    assert free is not None
    assert few is None or (many is not None and few >= many >= free)


@pytest.mark.parametrize(
    ("domain", "q", "count"), [(1, 0.0, 11), (8, 0.0005, 16), (8, 0.002, 21), (32, 0.0005, 38), (72, 0.0005, 76)]
)
def test_the_same_machines_need_eleven_spares_or_seventy_six(domain: int, q: float, count: int) -> None:
    """512 working machines at 99.9 %, each down 0.7 % of the time; part of it because its domain is."""
    alone = 1 - (1 - MARGINAL) / (1 - q)
    assert spares(Failures(alone / (1 - alone), 1.0, domain, q), 512, 0.999) == count


def test_at_two_nines_a_domain_of_72_asks_for_no_more_than_independence() -> None:
    alone = 1 - (1 - MARGINAL) / (1 - 0.0005)
    assert spares(Failures(alone / (1 - alone), 1.0, 72, 0.0005), 512, 0.99) == 9


def test_sixteen_of_eighteen_trays_by_hand() -> None:
    u = 0.02
    whole = (1 - u) ** 18
    some = whole + 18 * u * (1 - u) ** 17 + comb(18, 2) * u**2 * (1 - u) ** 16
    assert at_least(18, 18, u) == pytest.approx(whole)
    assert at_least(18, 16, u) == pytest.approx(some)


def test_domains_and_crews_together_are_refused() -> None:
    with pytest.raises(ValueError, match="give one of them"):
        Failures(0.1, 1.0, 8, 0.01, 2)
