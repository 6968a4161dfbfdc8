"""Hourly dispatch of several stores against convex hourly costs: an interior point method, compiled.

    least  sum_t sum_s cost[t,s] flow[t,s] + sum_k wear[k,t] discharge_k
    sum_s flow + sum_k (gives_k discharge_k - takes_k charge_k) = need        bus price lam
    charge_k + discharge_k / out_k + rest_k = power_k                         mu_k
    keep_k s_k(t-1) - s_k(t) + eta_c charge_k - discharge_k / eta_d = 0       value of stored energy w_k, cyclic
    0 <= flow <= width,  0 <= s_k <= energy_k,  discharge_k = 0 where `may_k` is False

Mehrotra's predictor and corrector (S. Mehrotra, SIAM J. Optimization 2(4), 1992), on the Newton system of `newton.py`.
Nothing rests on its accuracy: its duals are only good prices for a cut, which holds for any prices, and its dispatch is
put right afterwards (`mend.py`). It may therefore stop early, and go on from there (`Interior.go`).

Inside, a column that is none has x = 0, one without a limit v = 0 and cap = 0, so that loops need no branches.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np

from planner.solve.compiled import compiled, vectorised
from planner.solve.matrix import Floats
from planner.solve.newton import factor, prices_on, rows_of, solve

STEPS = 80
"""The most steps of the method; some thirty are usual."""
STALE, STALLED = 8, 1e-4
"""Steps without coming twice as near, after which it goes no further once it is so near."""
CLOSE = 1e-9
"""Relative residuals and gap at which it ends at the latest."""
Rows = tuple[Floats, Floats, Floats]
"""By row: of the bus (T,), of power and of level (K, T)."""


@vectorised
def look(
    x: Any, v: Any, z: Any, q: Any, cost: Any, cap: Any, worth: Any, slack: Any, theta: Any
) -> Any:
    """Dual slack of columns whose rows are worth `worth`, and how far each gives way to it; all flat.

    And how far the slack is off, relative to what counts, complementarity, the objective.
    """
    dual, gap, value = 0.0, 0.0, 0.0
    for i in range(x.shape[0]):
        a, b = x[i], v[i]
        r = cost[i] - worth[i] - z[i] + q[i] if a > 0.0 else 0.0
        slack[i], theta[i] = r, 0.0
        if a > 0.0:
            theta[i] = a * b / (z[i] * b + q[i] * a) if b > 0.0 else a / z[i]
        if abs(r) > dual * max(1.0, abs(cost[i])):
            dual = abs(r) / max(1.0, abs(cost[i]))
        gap += a * z[i] + b * q[i]
        value += cost[i] * a
    return dual, gap, value


@vectorised
def pull(
    x: Any, v: Any, z: Any, q: Any, dx: Any, dv: Any, dz: Any, dq: Any, cap: Any, slack: Any, theta: Any, aim: Any,
    turn: Any, g: Any, moved: Any,
) -> Any:
    """What columns ask of the Newton system at barrier `aim`, into `g` and (times theta) `moved`; all flat.

    In the second `turn` the products of the first one's steps correct it.
    """
    for i in range(x.shape[0]):
        a, b = x[i], v[i]
        near = aim - a * z[i] - turn * dx[i] * dz[i]
        far = aim - b * q[i] - turn * dv[i] * dq[i] - q[i] * (cap[i] - a - b)
        ask = slack[i] - (near / a if a > 0.0 else 0.0) + (far / b if b > 0.0 else 0.0)
        g[i], moved[i] = ask, theta[i] * ask


@vectorised
def steps_of(
    x: Any, v: Any, z: Any, q: Any, dx: Any, dv: Any, dz: Any, dq: Any, cap: Any, theta: Any, g: Any, worth: Any,
    aim: Any, turn: Any,
) -> Any:
    """Steps of columns, their rows' being worth `worth` -> how far each side may go along them, at most one; all flat.

    And what complementarity becomes: its terms in the first length, the second, and both.
    """
    primal, dual, one, two, both = 1.0, 1.0, 0.0, 0.0, 0.0
    for i in range(x.shape[0]):
        a, b, c, d = x[i], v[i], z[i], q[i]
        da = theta[i] * (worth[i] - g[i])
        dc = (aim - a * c - turn * dx[i] * dz[i] - c * da) / a if a > 0.0 else 0.0
        db = cap[i] - a - b - da if b > 0.0 else 0.0
        dd = (aim - b * d - turn * dv[i] * dq[i] - d * db) / b if b > 0.0 else 0.0
        if -da > primal * a or -db > primal * b:
            primal = max(-da / a, -db / b if b > 0.0 else 0.0)
        if -dc > dual * c or -dd > dual * d:
            dual = max(-dc / c, -dd / d if b > 0.0 else 0.0)
        one += da * c + db * d
        two += a * dc + b * dd
        both += da * dc + db * dd
        dx[i], dv[i], dz[i], dq[i] = da, db, dc, dd
    return 1.0 / primal, 1.0 / dual, one, two, both


@vectorised
def move(value: Any, step: Any, by: Any) -> Any:
    for i in range(value.shape[0]):
        value[i] += by * step[i]


@compiled
def begin(cost: Any, cap: Any, there: Any, worth: Any, x: Any, v: Any, z: Any, q: Any) -> Any:
    """A first point inside: half of each width, and prices above nothing -> how many bounds there are."""
    count = 0
    for i in range(len(cost)):
        if there[i]:
            slack, capped = cost[i] - worth[i], cap[i] > 0.0
            x[i], z[i] = 0.5 * cap[i] if capped else 1.0, max(slack, 0.0) + 1.0
            count += 2 if capped else 1
            if capped:
                v[i], q[i] = cap[i] - x[i], max(-slack, 0.0) + 1.0
    return count


class Interior:
    """Dispatch and prices of one stretch: columns `x` (T, S + 4K), bus prices `lam` (T,), values of stored energy `w`.

    `cost`, `width`: (T, S + 4K), a width of nothing is no column, infinity no limit. `power`: (K,). `phys`, `bus` as
    in `newton.py`. `first`: a usual price. Numbers of about one.
    """

    def __init__(
        self, need: Floats, cost: Floats, width: Floats, power: Floats, phys: Floats, bus: Floats, first: float
    ) -> None:
        (hours, columns), stores = cost.shape, len(power)
        self.shape, self.steps, self.phys = (hours, columns), columns - 4 * stores, phys
        self.bus = bus
        self.each = (0,) * stores
        self.asked = need, np.repeat(power[:, None], hours, axis=1), np.zeros((stores, hours))
        self.size = max(1.0, float(np.abs(need).max()))
        self.cost, self.cap = cost.ravel(), np.where(np.isfinite(width), width, 0.0).ravel()
        self.there = width.ravel() > 0.0
        self.point, self.change = np.zeros((2, 4, hours * columns))
        self.slack, self.theta, self.pulled, self.moved = np.empty((4, hours * columns))
        self.duals, self.step, self.lack, self.right = (_rows(hours, stores) for _ in range(4))
        inverses, borders = np.empty((2, hours, stores, stores))
        self.chain = np.empty((hours, 1 + 4 * stores)), inverses, np.empty((hours, stores)), borders
        self.room = np.empty((hours, stores))
        self.duals[0][:], self.duals[2][:] = first, first
        self._worth(self.duals)
        self.count = begin(self.cost, self.cap, self.there, self.moved, *self.point)
        self.taken, self.since, self.near, self.ended = 0, 0, np.inf, False
        self._keep()

    def _keep(self) -> None:
        self.x, self.lam, self.w = self.point[0].reshape(self.shape).copy(), self.duals[0].copy(), self.duals[2].copy()

    def _worth(self, duals: Rows) -> None:
        """What rows of these duals are worth to each column, into `moved`."""
        prices_on(*duals, self.steps, self.phys, self.bus, self.each, self.moved.reshape(self.shape))

    def _rows(self, columns: Floats, start: Rows, sign: float, into: Rows) -> None:
        """`start` and `sign` times what columns give each row."""
        rows_of(columns.reshape(self.shape), self.steps, self.phys, self.bus, self.each, *into)
        for row, given in zip(into, start, strict=True):
            row *= sign
            row += given

    def go(self, close: float = CLOSE) -> None:
        """Steps until residuals and gap are within `close`, relative; where they get no nearer, no further."""
        close = max(close, CLOSE)
        while not self.ended and self.near > close:
            self._worth(self.duals)
            self._rows(self.point[0], self.asked, -1.0, self.lack)
            off = max(float(np.abs(row).max()) for row in self.lack) / self.size
            dual, gap, value = look(*self.point, self.cost, self.cap, self.moved, self.slack, self.theta)
            if not (isfinite(gap) and isfinite(value) and gap >= 0.0):  # beyond what numbers hold
                self.ended = True
                return
            near = max(off, dual, gap / (1.0 + abs(value)))
            self.ended = self.taken >= STEPS or (near < STALLED and self.taken - self.since >= STALE)
            if near < self.near:
                self.since = self.taken if near < 0.5 * self.near else self.since
                self.near = near
                self._keep()
            if self.near > close and not self.ended:
                self._step(gap)
        self.ended = self.ended or self.near <= CLOSE

    def _step(self, gap: float) -> None:
        point, change = self.point, self.change
        factor(self.theta.reshape(self.shape), self.steps, self.phys, self.bus, self.each, *self.chain)
        barrier, aim = gap / max(self.count, 1), 0.0
        for turn in range(2):
            pull(*point, *change, self.cap, self.slack, self.theta, aim, turn, self.pulled, self.moved)
            self._rows(self.moved, self.lack, 1.0, self.right)
            solve(self.each, *self.chain, *self.right, self.room, *self.step)
            self._worth(self.step)
            found = steps_of(*point, *change, self.cap, self.theta, self.pulled, self.moved, aim, turn)
            primal, dual, one, two, both = found
            if not turn:
                left = gap + primal * one + dual * two + primal * dual * both
                aim = barrier * min(1.0, max(0.0, left / gap)) ** 3
        short = min(0.9995, max(0.9, 1.0 - barrier))
        primal, dual = min(1.0, short * primal), min(1.0, short * dual)
        self.ended = max(primal, dual) < 1e-12
        for at, by in enumerate((primal, primal, dual, dual)):
            move(point[at], change[at], by)
        for had, more in zip(self.duals, self.step, strict=True):
            had += dual * more
        self.taken += 1


def _rows(hours: int, stores: int) -> Rows:
    return np.zeros(hours), np.zeros((stores, hours)), np.zeros((stores, hours))
