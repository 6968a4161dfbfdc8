"""A search over continuous designs by a level method: bounds of the master program, trials that are real dispatches.

The bound is the master's optimum over the cuts; the next trial is the point nearest the best one whose value over the
cuts lies a good part of the way down to the bound.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from math import inf
from typing import Literal

import numpy as np

from planner.solve.master import Master, OutOfTime, Trial
from planner.solve.matrix import Floats
from planner.solve.pulp_highs import Progress

ALPHA = 0.3
"""How far above the bound the next trial may lie, as a part of what is still open."""
TRIALS = 400
STALE = 30
"""Trials without a better value or bound, after which a level search goes no further."""


@dataclass(slots=True)
class Level:
    """Where a search over continuous designs stands: proven bound, best trial."""

    bound: float = -inf
    best: Trial | None = None
    rounds: int = 0
    infeasible: bool = False

    @property
    def value(self) -> float:
        return inf if self.best is None else self.best.value


@dataclass(slots=True)
class Search:
    """One objective's search: what is proven and the best so far."""

    master: Master
    gap: float
    solver: str
    deadline: float
    say: Progress
    bound: float = -inf
    best: Trial | None = None
    stopped: Literal["", "limit", "interrupted"] = ""
    infeasible: bool = False
    """It is proven that the master program has no point."""
    duals: Floats = field(default_factory=lambda: np.empty(0))
    reduced: Floats = field(default_factory=lambda: np.empty(0))
    floor: float = 0.0
    """A value this near to its bound, in the objective's units, is near enough."""
    excess: Floats = field(default_factory=lambda: np.empty(0))
    """What each priced row must be exceeded by, where no plan can be."""

    @property
    def value(self) -> float:
        return inf if self.best is None else self.best.value

    @property
    def open(self) -> float:
        return (self.value - self.bound) / max(1e-12, abs(self.value)) if self.value < inf else inf

    def check(self) -> None:
        if time.monotonic() > self.deadline:
            raise OutOfTime

    def report(self, what: str) -> None:
        best = f"{self.value:,.0f}" if self.value < inf else "none yet"
        gap = f"{max(0.0, self.open):.3%}" if self.value < inf else "-"
        self.say(f"{what}: incumbent {best}  bound {self.bound:,.0f}  gap {gap}")


def level(s: Search, tolerance: float, x: Floats, *, keep: bool, bar: float = inf) -> Level:
    """The continuous program with the whole numbers relaxed or held: bound and best trial to a relative `tolerance`.

    `keep`: trials count as plans. Ends early when the bound shows that `bar` cannot be beaten.
    """
    master, at, point, stale = s.master, Level(), None, 0
    enough = (0.5 if keep else 50.0) * s.floor
    for at.rounds in range(TRIALS):
        trial = master.operate(x, max(0.2 * enough, _slip(at, tolerance, float(master.linear @ x))), at.value)
        if trial.value < at.value:
            at.best = trial
            if keep and trial.value < s.value:
                s.best = trial
        point = master.bound()
        if point is None:
            at.infeasible = master.bound_lp.infeasible
            master.mark_all()
            return at
        moved = trial is at.best or point.value > at.bound + 1e-6 * abs(at.bound)
        stale = 0 if moved else stale + 1
        at.bound = max(at.bound, point.value)
        if at.best is s.best:
            s.duals, s.reduced = point.duals, point.reduced
        if at.rounds % 10 == 9:
            what, gap = ("whole numbers held" if keep else "relaxation"), 1 - at.bound / at.value if at.value else 0.0
            s.say(f"{what}: value {at.value:,.0f}  bound {at.bound:,.0f}  gap {max(0.0, gap):.2%}")
        span = at.value - at.bound
        if span <= max(tolerance * abs(at.value), enough) or at.bound >= bar or at.bound > s.floor > 0.0:
            break
        if stale >= STALE or (keep and master.dear and s.open <= s.gap):
            break
        assert at.best is not None
        near = master.near_level(at.best.x, at.bound + ALPHA * span)
        x = point.x if near is None else near
    if point is not None:
        master.mark(point.x, 1e-6)
    return at


def _slip(at: Level, tolerance: float, fixed: float) -> float:
    """How exactly a trial need be known: roughly while much is open, finely near the end."""
    if at.value == inf or at.bound == -inf:
        return 1e-3 * abs(fixed) + 1e-9
    span = at.value - at.bound
    return 0.2 * tolerance * abs(at.value) if span < 20 * tolerance * abs(at.value) else 0.02 * span
