"""How many machines of a pool are down at once, exactly: alone, by failure domains, or waiting for repair crews.

T machines stand, each down a share u of the time, apart from the rest. A pool of N working machines and s spares is up
while no more than s of its T = N + s are down.

    alone     down ~ Binomial(T, u)
    domains   machines fill domains of m in turn; a domain is down a share q of the time with all in it, else its
              machines are down apart:  p(k) = (1 - q) Binomial(k; m, u) + q [k = m],  pools: convolution over domains
    crews     c repairs go on at once (birth and death):  p(k + 1) / p(k) = (T - k) f r / min(k + 1, c)

One machine more never leaves fewer down, and at most one more (domains fill in turn), so the most machines that s
spares keep up with a target is found by bisection and never falls as s grows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import lgamma, log, log1p

import numpy as np
from numpy.typing import NDArray

from planner.estimate.reliability import BEYOND, ladder, pool_availability, unavailability

Masses = NDArray[np.float64]
LEAST = 64
"""Masses kept at least; more are as spares are asked for, in doublings, so that few arrays serve many questions."""


@dataclass(frozen=True, slots=True)
class Failures:
    """How machines of a pool fail: rate and time out of service, what fails together, how many are mended at once."""

    per_day: float
    repair_days: float
    domain: int = 1
    """Machines that go down together when their domain does."""
    domain_down: float = 0.0
    """Share of time a whole domain is down."""
    crews: int = 0
    """Repairs that go on at once in the pool; 0: as many as there are machines down."""

    def __post_init__(self) -> None:
        if self.crews and self.nested:
            raise ValueError("domains and repair crews together have no exact ladder: give one of them")

    @property
    def down(self) -> float:
        """Share of time one machine is down by itself."""
        return unavailability(self.per_day, self.repair_days)

    @property
    def nested(self) -> bool:
        return self.domain_down > 0

    @property
    def alone(self) -> bool:
        return not self.crews and not self.nested


def up(failures: Failures, working: int, spares: int) -> float:
    """P[at most `spares` of working + spares machines are down]."""
    if working <= 0:
        return 1.0
    if failures.alone:
        return pool_availability(working, spares, failures.down)
    keep = LEAST
    while keep < spares + 2:
        keep *= 2
    return float(min(1.0, _masses(failures, working + spares, keep)[: spares + 1].sum()))


@lru_cache(maxsize=65_536)
def _masses(failures: Failures, total: int, keep: int) -> Masses:
    """P[k of `total` are down] for k < keep."""
    if failures.crews:
        return np.asarray(_crews(failures, total)[:keep])
    full, rest = divmod(total, failures.domain)
    found = _power(failures, full, keep)
    return np.convolve(found, _domain(failures, rest))[:keep] if rest else found


@lru_cache(maxsize=4096)
def _power(failures: Failures, domains: int, keep: int) -> Masses:
    """The same of whole domains, by halving."""
    if domains == 0:
        return np.ones(1)
    half = _power(failures, domains // 2, keep)
    found = np.convolve(half, half)[:keep]
    return np.convolve(found, _domain(failures, failures.domain))[:keep] if domains % 2 else found


@lru_cache(maxsize=4096)
def _domain(failures: Failures, machines: int) -> Masses:
    """P[k of a domain's machines are down]."""
    q = failures.domain_down
    masses: Masses = (1 - q) * _binomial(machines, failures.down)
    masses[machines] += q
    return masses


def _binomial(n: int, u: float) -> Masses:
    k = np.arange(n + 1)
    if u <= 0 or u >= 1:
        return np.asarray(k == (0 if u <= 0 else n), dtype=np.float64)
    choose: Masses = np.array([lgamma(n + 1) - lgamma(i + 1) - lgamma(n - i + 1) for i in range(n + 1)])
    return np.asarray(np.exp(choose + k * log(u) + (n - k) * log1p(-u)))


def _crews(failures: Failures, total: int) -> Masses:
    """Stationary masses of the birth and death of failures, from their logarithms."""
    busy = failures.per_day * failures.repair_days
    if busy <= 0:
        return np.asarray(np.eye(1, total + 1)[0])
    k = np.arange(total)
    steps = np.log((total - k) * busy) - np.log(np.minimum(k + 1, failures.crews))
    logs = np.concatenate(([0.0], np.cumsum(steps)))
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def rungs(failures: Failures, target: float, most: int) -> tuple[int, ...]:
    """Element s: the most working machines, up to `most`, that s spares keep up with `target`; rises with s.

    As `planner.estimate.reliability.ladder`, whose answer it gives where machines fail alone.
    """
    if failures.alone:
        return ladder(failures.down, target, most)
    found: list[int] = []
    while not found or found[-1] < most:
        found.append(_most(failures, target, len(found), found[-1] if found else 0, most))
        if len(found) > most + BEYOND:
            break
    return tuple(found)


def _most(failures: Failures, target: float, spares: int, low: int, high: int) -> int:
    """The most working machines within [low, high] that `spares` keep up."""
    step = 1
    while low + step < high and up(failures, low + step, spares) >= target:  # rungs lie near each other
        low, step = low + step, step * 2
    high = min(high, low + step)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if up(failures, middle, spares) >= target else (low, middle - 1)
    return low


def spares(failures: Failures, working: int, target: float) -> int | None:
    """The fewest spares that keep `working` machines up with `target`; None where none do."""
    found = rungs(failures, target, working)
    return next((s for s, n in enumerate(found) if n >= working), None)


def at_least(members: int, least: int, down: float) -> float:
    """P[at least `least` of `members` are up]: a machine that runs with some of its members down."""
    return float(_binomial(members, down)[: members - least + 1].sum())
