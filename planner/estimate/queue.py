"""How far servers can be loaded before waiting grows too long.

The wait before service of a G/G/c queue, by Sakasegawa (1977) with the Allen-Cunneen correction for variance:

    P[wait] = load^(sqrt(2 (c + 1)) - 1)
    wait, where there is one, is exponential with mean  service (ca2 + cs2) / 2 / (c (1 - load))

ca2, cs2: squared coefficients of variation of times between arrivals (1: at random, more: in bursts) and of service.
Exact for one server, arrivals at random and exponential service; an approximation elsewhere. Percentiles follow in
closed form.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, log, sqrt

LATE = 0.05
"""Share of requests that may be later: targets are 95th percentiles."""
STEPS = 30
"""Bisection steps: the load is found to 1e-9."""


def wait_s(servers: float, service_s: float, load: float, late: float, cs2: float = 1.0, ca2: float = 1.0) -> float:
    """Wait before service that a share `late` of requests exceeds, seconds; infinite at full load."""
    if load <= 0:
        return 0.0
    if load >= 1:
        return inf
    waits = load ** (sqrt(2 * (servers + 1)) - 1)
    mean = service_s * (ca2 + cs2) / 2 / (servers * (1 - load))
    return max(0.0, mean * log(waits / late))


def wait_95_s(servers: float, service_s: float, load: float, cs2: float = 1.0, ca2: float = 1.0) -> float:
    """95th percentile of the wait before service, seconds; infinite at full load."""
    return wait_s(servers, service_s, load, LATE, cs2, ca2)


def largest(most: float, fits: Callable[[float], bool]) -> float:
    """The largest number in 0..most that fits, where smaller ones fit whenever a larger one does; 0 if none."""
    if fits(most):
        return most
    low, high = 0.0, most
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def usable_load(servers: float, service_s: float, limit_s: float, most: float) -> float:
    """The highest load, up to `most`, at which service and 95th-percentile wait together stay within `limit_s`.

    0 where service alone takes longer.
    """
    if service_s > limit_s:
        return 0.0
    return largest(most, lambda load: service_s + wait_95_s(servers, service_s, load) <= limit_s)
