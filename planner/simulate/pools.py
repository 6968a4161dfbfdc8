"""Failures and repairs of a pool, event by event: the share of time that enough of its machines are up.

Every machine has its own clocks. While it runs, each kind of event (restart, repair, return to the vendor) comes after
an exponential time; it is then out for the time of that kind, exponential or fixed. With crews, whoever fails waits for
one. A domain goes down and comes back on its own; its machines are down with it, whatever they are themselves.
No distribution of the number down is used: it is counted.

The interval is that of batch means: the run is cut into batches, whose means are nearly independent.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

BATCHES = 30
T_99_9 = 3.659
"""Two-sided 99.9 % quantile of Student's t with 29 degrees of freedom, one fewer than batches."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A kind of event of one machine: how often a day of running, and the mean days it takes."""

    per_day: float
    days: float
    fixed: bool = False
    """Whether it takes the mean each time, and not an exponential time."""


@dataclass(frozen=True, slots=True)
class Case:
    """A pool: machines that must be up, spares, what befalls one, domains of machines and how a domain fails."""

    working: int
    spares: int
    causes: tuple[Cause, ...]
    domain: int = 1
    domain_per_day: float = 0.0
    domain_days: float = 0.0
    crews: int = 0

    @property
    def total(self) -> int:
        return self.working + self.spares

    @property
    def domain_down(self) -> float:
        """Share of time a domain is down, of its own alternation of up and down."""
        busy = self.domain_per_day * self.domain_days
        return busy / (1 + busy)


@dataclass(frozen=True, slots=True)
class Measured:
    """What was counted: availability, half the width of its 99.9 % interval, events, days simulated."""

    availability: float
    half_width: float
    events: int
    days: float


def simulate(case: Case, *, events: int, seed: int) -> Measured:
    """Run the pool for so many events (failures and returns), a tenth of them before counting begins.

    Raises ValueError where nothing ever fails.
    """
    if not case.domain_per_day and not any(c.per_day for c in case.causes):
        raise ValueError("nothing in this pool ever fails: there is nothing to simulate")
    pool = _Pool(case, np.random.default_rng(seed))
    while pool.events < events // 10:
        pool.step()
    start, counted = pool.now, pool.events
    marks: list[tuple[float, float]] = [(pool.now, pool.up_time)]
    each = max(1, (events - counted) // BATCHES)
    for _ in range(BATCHES):
        for _ in range(each):
            pool.step()
        marks.append((pool.now, pool.up_time))
    spans = np.diff(np.array(marks), axis=0)
    return _measured(spans, pool.events, pool.now - start)


def _measured(spans: NDArray[np.float64], events: int, days: float) -> Measured:
    """The ratio of up time to time over batches, and its interval (ratio estimate: residuals of the batches)."""
    time, up = spans[:, 0], spans[:, 1]
    share = float(up.sum() / time.sum())
    residual = up - share * time
    deviation = sqrt(float((residual**2).sum()) / (len(time) - 1))
    return Measured(share, T_99_9 * deviation * sqrt(len(time)) / float(time.sum()), events, days)


class _Pool:
    """The state of a pool between two events."""

    def __init__(self, case: Case, random: np.random.Generator) -> None:
        self.case, self.random = case, random
        self.now = self.up_time = 0.0
        self.events = 0
        self.own_up = [True] * case.total
        self.domain_up = [True] * -(-case.total // case.domain)
        self.running = case.total
        self.mending = 0
        self.waiting: deque[tuple[int, Cause]] = deque()
        self.queue: list[tuple[float, int, int, int]] = []
        self.serial = 0
        for machine in range(case.total):
            self._clock(machine)
        if case.domain_per_day:
            for domain in range(len(self.domain_up)):
                self._push(random.exponential(1 / case.domain_per_day), domain, -1)

    def step(self) -> None:
        """The next event: a failure, a return, a domain that goes or comes."""
        when, _, who, what = heapq.heappop(self.queue)
        if self.running >= self.case.working:
            self.up_time += when - self.now
        self.now = when
        self.events += 1
        if what < 0:
            self._turn(who)
        elif self.own_up[who]:
            self._fail(who, self.case.causes[what])
        else:
            self._return(who)

    def _push(self, after: float, who: int, what: int) -> None:
        self.serial += 1
        heapq.heappush(self.queue, (self.now + after, self.serial, who, what))

    def _clock(self, machine: int) -> None:
        """The first of the kinds to come, each with a clock of its own."""
        clocks = [self.random.exponential(1 / c.per_day) if c.per_day else np.inf for c in self.case.causes]
        first = int(np.argmin(clocks))
        if np.isfinite(clocks[first]):
            self._push(float(clocks[first]), machine, first)

    def _fail(self, machine: int, cause: Cause) -> None:
        self.own_up[machine] = False
        self.running -= self.domain_up[machine // self.case.domain]
        if self.case.crews and self.mending >= self.case.crews:
            self.waiting.append((machine, cause))
        else:
            self._mend(machine, cause)

    def _mend(self, machine: int, cause: Cause) -> None:
        self.mending += 1
        self._push(cause.days if cause.fixed else self.random.exponential(cause.days), machine, 0)

    def _return(self, machine: int) -> None:
        self.own_up[machine] = True
        self.running += self.domain_up[machine // self.case.domain]
        self.mending -= 1
        self._clock(machine)
        if self.waiting:
            self._mend(*self.waiting.popleft())

    def _turn(self, domain: int) -> None:
        """The domain goes down, or comes back, with those of its machines that are up themselves."""
        case, first = self.case, domain * self.case.domain
        mine = sum(self.own_up[first : first + case.domain])
        self.domain_up[domain] = back = not self.domain_up[domain]
        self.running += mine if back else -mine
        self._push(self.random.exponential(1 / case.domain_per_day if back else case.domain_days), domain, -1)


def together(causes: Sequence[Cause]) -> tuple[float, float]:
    """Events a day of all causes, and the mean days each keeps a machine."""
    per_day = sum(c.per_day for c in causes)
    return per_day, sum(c.per_day * c.days for c in causes) / per_day
