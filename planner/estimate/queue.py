"""How far servers can be loaded before waiting grows too long.

The wait before service of an M/G/c queue, by Sakasegawa (1977) with the Allen-Cunneen correction for variance:

    P[wait] = load^(sqrt(2 (c + 1)) - 1)
    wait, where there is one, is exponential with mean  service (1 + cv2) / 2 / (c (1 - load))

Exact for one server with exponential service; an approximation elsewhere. The 95th percentile follows in closed form.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, log, sqrt

LATE = 0.05
"""Share of requests that may be later: targets are 95th percentiles."""
STEPS = 30
"""Bisection steps: the load is found to 1e-9."""


def wait_95_s(servers: float, service_s: float, load: float, cv2: float = 1.0) -> float:
    """95th percentile of the wait before service, seconds; infinite at full load.

    `cv2` is the squared coefficient of variation of service times (1: exponential, 0: all alike).
    """
    if load <= 0:
        return 0.0
    if load >= 1:
        return inf
    waits = load ** (sqrt(2 * (servers + 1)) - 1)
    mean = service_s * (1 + cv2) / 2 / (servers * (1 - load))
    return max(0.0, mean * log(waits / LATE))


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
