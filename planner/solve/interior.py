"""Hourly dispatch of several stores against convex hourly costs: an interior point method, compiled.

    least  sum_t sum_s cost[t,s] flow[t,s] + sum_k wear[k,t] discharge_k
    sum_s flow + sum_k (gives_k discharge_k - takes_k charge_k) = need        bus price lam
    charge_k + discharge_k / out_k + rest_k = power_k                         mu_k
    keep_k s_k(t-1) - s_k(t) + eta_c charge_k - discharge_k / eta_d = 0       value of stored energy w_k, cyclic
    0 <= flow <= width,  0 <= s_k <= energy_k,  discharge_k = 0 where `may_k` is False

Mehrotra's predictor and corrector (S. Mehrotra, SIAM J. Optimization 2(4), 1992), on the Newton system of `newton.py`:
some thirty steps of ten milliseconds for a year. Nothing rests on its accuracy: its duals are only good prices for a
cut, which holds for any prices, and its dispatch is put right afterwards (`mend.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.solve.compiled import compiled
from planner.solve.matrix import Floats
from planner.solve.newton import factor, prices_on, rows_of, solve

STEPS = 80
"""The most steps of the method; some thirty are usual."""
CLOSE = 1e-9
"""Relative residuals and gap at which it ends."""
NO_LIMIT = 1e290
"""Widths above this are no limit."""


@dataclass(frozen=True, slots=True)
class Interior:
    """Columns (T, S + 4K), bus prices (T,), values of stored energy (K, T), steps taken, how far it is from exact."""

    x: Floats
    lam: Floats
    w: Floats
    steps: int
    near: float


@compiled
def weights(x: Any, v: Any, z: Any, q: Any, width: Any, theta: Any) -> Any:
    """How far each column gives way to its price, into `theta`; nothing for columns that are none."""
    for t in range(x.shape[0]):
        for j in range(x.shape[1]):
            if width[t, j] > 0.0:
                part = z[t, j] / x[t, j]
                if width[t, j] < NO_LIMIT:
                    part += q[t, j] / v[t, j]
                theta[t, j] = 1.0 / part


@compiled
def residuals(
    x: Any, v: Any, z: Any, q: Any, cost: Any, width: Any, worth: Any, need: Any, power: Any, balance: Any, rest: Any,
    level: Any,
) -> Any:
    """Rows turned into what they lack; how far it is off relative to what counts, complementarity, its mean."""
    hours, columns = x.shape
    off, dual, gap, value, count, most = 0.0, 0.0, 0.0, 0.0, 0, 1.0
    for t in range(hours):
        most = max(most, abs(need[t]))
        balance[t] = need[t] - balance[t]
        off = max(off, abs(balance[t]))
        for k in range(power.shape[0]):
            rest[k, t] = power[k] - rest[k, t]
            level[k, t] = -level[k, t]
            off = max(off, abs(rest[k, t]), abs(level[k, t]))
        for j in range(columns):
            if width[t, j] > 0.0:
                gap += x[t, j] * z[t, j]
                count += 1
                value += cost[t, j] * x[t, j]
                dual = max(dual, abs(cost[t, j] - worth[t, j] - z[t, j] + q[t, j]) / max(1.0, abs(cost[t, j])))
                if width[t, j] < NO_LIMIT:
                    gap += v[t, j] * q[t, j]
                    count += 1
    if not gap >= 0.0 or not abs(value) < NO_LIMIT:  # beyond what numbers hold
        return NO_LIMIT, gap, gap
    return max(off / most, dual, gap / (1.0 + abs(value))), gap, gap / max(count, 1)


@compiled
def pull(
    x: Any, v: Any, z: Any, q: Any, dx: Any, dv: Any, dz: Any, dq: Any, cost: Any, width: Any, worth: Any, theta: Any,
    aim: Any, turn: Any, g: Any, moved: Any,
) -> Any:
    """What the columns ask of the Newton system at barrier `aim`, into `g` and (times theta) `moved`.

    In the second turn the first one's steps correct it; they are kept as products in dz and dq.
    """
    for t in range(x.shape[0]):
        for j in range(x.shape[1]):
            moved[t, j] = 0.0
            if width[t, j] > 0.0:
                dz[t, j] = aim - x[t, j] * z[t, j] - (dx[t, j] * dz[t, j] if turn else 0.0)
                g[t, j] = cost[t, j] - worth[t, j] - z[t, j] + q[t, j] - dz[t, j] / x[t, j]
                if width[t, j] < NO_LIMIT:
                    over = width[t, j] - x[t, j] - v[t, j]
                    dq[t, j] = aim - v[t, j] * q[t, j] - (dv[t, j] * dq[t, j] if turn else 0.0)
                    g[t, j] += (dq[t, j] - q[t, j] * over) / v[t, j]
                moved[t, j] = theta[t, j] * g[t, j]


@compiled
def steps_of(
    x: Any, v: Any, z: Any, q: Any, dx: Any, dv: Any, dz: Any, dq: Any, width: Any, theta: Any, g: Any, step: Any
) -> Any:
    """Steps of the columns for the duals' `step`, and how far each side may go along them, at most one."""
    primal, dual = 1.0, 1.0
    for t in range(x.shape[0]):
        for j in range(x.shape[1]):
            if width[t, j] > 0.0:
                dx[t, j] = theta[t, j] * (step[t, j] - g[t, j])
                dz[t, j] = (dz[t, j] - z[t, j] * dx[t, j]) / x[t, j]
                if dx[t, j] < 0.0:
                    primal = min(primal, -x[t, j] / dx[t, j])
                if dz[t, j] < 0.0:
                    dual = min(dual, -z[t, j] / dz[t, j])
                if width[t, j] < NO_LIMIT:
                    dv[t, j] = width[t, j] - x[t, j] - v[t, j] - dx[t, j]
                    dq[t, j] = (dq[t, j] - q[t, j] * dv[t, j]) / v[t, j]
                    if dv[t, j] < 0.0:
                        primal = min(primal, -v[t, j] / dv[t, j])
                    if dq[t, j] < 0.0:
                        dual = min(dual, -q[t, j] / dq[t, j])
    return primal, dual


@compiled
def after(
    x: Any, v: Any, z: Any, q: Any, dx: Any, dv: Any, dz: Any, dq: Any, width: Any, primal: Any, dual: Any
) -> Any:
    """Complementarity after steps of these lengths."""
    gap = 0.0
    for t in range(x.shape[0]):
        for j in range(x.shape[1]):
            if width[t, j] > 0.0:
                gap += (x[t, j] + primal * dx[t, j]) * (z[t, j] + dual * dz[t, j])
                if width[t, j] < NO_LIMIT:
                    gap += (v[t, j] + primal * dv[t, j]) * (q[t, j] + dual * dq[t, j])
    return gap


@compiled
def begin(cost: Any, width: Any, worth: Any, x: Any, v: Any, z: Any, q: Any) -> Any:
    """A first point inside: half of each width, and prices above nothing."""
    for t in range(x.shape[0]):
        for j in range(x.shape[1]):
            if width[t, j] > 0.0:
                slack, capped = cost[t, j] - worth[t, j], width[t, j] < NO_LIMIT
                x[t, j] = 0.5 * width[t, j] if capped else 1.0
                z[t, j] = max(slack, 0.0) + 1.0
                if capped:
                    v[t, j] = width[t, j] - x[t, j]
                    q[t, j] = max(-slack, 0.0) + 1.0


@compiled
def move(value: Any, step: Any, by: Any) -> Any:
    for t in range(value.shape[0]):
        for j in range(value.shape[1]):
            value[t, j] += by * step[t, j]


@compiled
def add(rows: Any, more: Any) -> Any:
    for k in range(rows.shape[0]):
        for t in range(rows.shape[1]):
            more[k, t] += rows[k, t]


def interior(
    need: Floats, cost: Floats, width: Floats, power: Floats, phys: Floats, bus: Floats, first: float
) -> Interior:
    """Dispatch and prices of one stretch.

    `cost`, `width`: (T, S + 4K), a width of nothing is no column, infinity no limit. `power`: (K,). `phys`, `bus`
    as in `newton.py`. `first`: a usual price. Numbers of about one.
    """
    (hours, columns), stores = cost.shape, len(power)
    steps = columns - 4 * stores
    x, v, z, q, dx, dv, dz, dq, theta, g, moved, worth = np.zeros((12, hours, columns))
    mu, w, dmu, dw, rest, level, pushed_p, pushed_w = np.zeros((8, stores, hours))
    lam, dlam, balance, pushed = np.zeros((4, 1, hours))
    lam += first
    w += first
    inverses, borders = np.empty((2, hours, stores, stores))
    links, rw = np.empty((2, hours, stores))
    room = np.empty((hours, 1 + 4 * stores)), inverses, links, borders
    prices_on(lam[0], mu, w, steps, phys, bus, worth)
    begin(cost, width, worth, x, v, z, q)
    best = Interior(x.copy(), lam[0].copy(), w.copy(), 0, NO_LIMIT)
    for taken in range(STEPS):
        prices_on(lam[0], mu, w, steps, phys, bus, worth)
        rows_of(x, steps, phys, bus, balance[0], rest, level)
        near, gap, barrier = residuals(x, v, z, q, cost, width, worth, need, power, balance[0], rest, level)
        if near < best.near:
            best = Interior(x.copy(), lam[0].copy(), w.copy(), taken, near)
        if near < CLOSE or near >= NO_LIMIT:
            break
        weights(x, v, z, q, width, theta)
        factor(theta, steps, phys, bus, *room)
        aim = 0.0
        for turn in range(2):
            pull(x, v, z, q, dx, dv, dz, dq, cost, width, worth, theta, aim, turn, g, moved)
            rows_of(moved, steps, phys, bus, pushed[0], pushed_p, pushed_w)
            add(balance, pushed)
            add(rest, pushed_p)
            add(level, pushed_w)
            solve(*room, pushed[0], pushed_p, pushed_w, rw, dlam[0], dmu, dw)
            prices_on(dlam[0], dmu, dw, steps, phys, bus, moved)
            primal, dual = steps_of(x, v, z, q, dx, dv, dz, dq, width, theta, g, moved)
            if not turn:
                left = after(x, v, z, q, dx, dv, dz, dq, width, primal, dual)
                aim = barrier * min(1.0, max(0.0, left / gap)) ** 3
        short = min(0.9995, max(0.9, 1.0 - barrier))
        primal, dual = min(1.0, short * primal), min(1.0, short * dual)
        if max(primal, dual) < 1e-12:
            break
        for value, change in ((x, dx), (v, dv)):
            move(value, change, primal)
        for value, change in ((z, dz), (q, dq), (lam, dlam), (mu, dmu), (w, dw)):
            move(value, change, dual)
    return best
