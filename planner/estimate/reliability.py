"""Availability of machines and of pools with spares: exact, from the binomial.

A machine is down a share u of the time; machines fail apart from each other. A pool of N working machines and s spares
is up while no more than s of its N + s are down: P[Binomial(N + s, u) <= s].
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, inf, lgamma, log, log1p

BEYOND = 64
"""Spares tried beyond one for every working machine; who needs more is down most of the time, and the ladder ends."""


def unavailability(failures_per_day: float, repair_days: float) -> float:
    """Share of time a machine is down: f r / (1 + f r), of an alternating renewal process."""
    busy = failures_per_day * repair_days
    return busy / (1.0 + busy)


def pool_availability(working: int, spares: int, u: float) -> float:
    """P[Binomial(working + spares, u) <= spares], summed from the smaller side."""
    total = working + spares
    if u <= 0 or working <= 0:
        return 1.0
    if u >= 1:
        return 0.0
    if spares + 1 > total * u:
        return max(0.0, 1.0 - _sum(total, spares + 1, total, u))
    return min(1.0, _sum(total, 0, spares, u))


def _sum(total: int, first: int, last: int, u: float) -> float:
    """Sum of the binomial's mass over first..last, each term from its logarithm, stopping once terms vanish."""
    peak, mass = -inf, 0.0
    for k in range(first, last + 1):
        term = lgamma(total + 1) - lgamma(k + 1) - lgamma(total - k + 1) + k * log(u) + (total - k) * log1p(-u)
        mass += exp(term)
        if term < peak and exp(term) < mass * 1e-18:
            break
        peak = max(peak, term)
    return mass


@lru_cache(maxsize=4096)
def ladder(u: float, target: float, max_working: int) -> tuple[int, ...]:
    """Element s: the most working machines (up to `max_working`) that s spares keep up with `target`; rises with s.

    The last element is `max_working`, unless machines are down so often that even twice as many do not hold the target.
    Exact: the availability of N working machines with s spares falls as N grows, so the most is found by bisection.
    """
    found: list[int] = []
    while not found or found[-1] < max_working:
        low, high = (found[-1] if found else 0), max_working
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if pool_availability(middle, len(found), u) >= target else (low, middle - 1)
        found.append(low)
        if len(found) > max_working + BEYOND:
            break
    return tuple(found)
