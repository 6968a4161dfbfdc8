"""The Newton system of `interior.py`: solved by hand within an hour, a cyclic chain of blocks between hours.

Rows: balance of every hour (price lam), power of each store (mu), level of each store (value w). Columns of an hour:
S steps, then (charge, discharge, rest, level) of each store; `phys` (K, 4): what an hour keeps of a level,
efficiencies in and out, kW out per kW in; `bus` (2, K, T): kW on the bus for a kW charged and discharged; `each`: a
tuple as long as there are stores, whose number is then compiled in. Power and price go first; a block of values of
stored energy, one per store, is left for each hour, linked to the next hour's by the level alone. The last hour borders
all others, since the year is a cycle.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from planner.solve.compiled import compiled


@compiled
def prices_on(lam: Any, mu: Any, w: Any, steps: Any, phys: Any, bus: Any, each: Any, made: Any) -> Any:
    """The duals' worth of every column, into `made` (T, S + 4K)."""
    hours, stores = lam.shape[0], len(each)
    for t in range(hours):
        after = (t + 1) % hours
        for s in range(steps):
            made[t, s] = lam[t]
        for k in range(stores):
            keep, charge, discharge, out = phys[k, 0], phys[k, 1], phys[k, 2], phys[k, 3]
            j = steps + 4 * k
            made[t, j] = -bus[0, k, t] * lam[t] + mu[k, t] + charge * w[k, t]
            made[t, j + 1] = bus[1, k, t] * lam[t] + mu[k, t] / out - w[k, t] / discharge
            made[t, j + 2] = mu[k, t]
            made[t, j + 3] = keep * w[k, after] - w[k, t]


@compiled
def rows_of(x: Any, steps: Any, phys: Any, bus: Any, each: Any, balance: Any, power: Any, level: Any) -> Any:
    """What the columns give each row, into balance (T,), power (K, T), level (K, T)."""
    hours, stores = x.shape[0], len(each)
    for t in range(hours):
        balance[t] = 0.0
        for s in range(steps):
            balance[t] += x[t, s]
        for k in range(stores):
            keep, charge, discharge, out = phys[k, 0], phys[k, 1], phys[k, 2], phys[k, 3]
            j = steps + 4 * k
            balance[t] += bus[1, k, t] * x[t, j + 1] - bus[0, k, t] * x[t, j]
            power[k, t] = x[t, j] + x[t, j + 1] / out + x[t, j + 2]
            level[k, t] = keep * x[t - 1, j + 3] - x[t, j + 3] + charge * x[t, j] - x[t, j + 1] / discharge


@compiled
def invert(m: Any, each: Any, r: Any) -> Any:
    """Inverse of a small positive definite matrix `m` into `r`, by Gauss and Jordan; `m` is overwritten."""
    n = len(each)
    for i in range(n):
        for j in range(n):
            r[i, j] = 1.0 if i == j else 0.0
    for i in range(n):
        p = 1.0 / m[i, i]
        for j in range(n):
            m[i, j] *= p
            r[i, j] *= p
        for h in range(n):
            if h != i:
                f = m[h, i]
                for j in range(n):
                    m[h, j] -= f * m[i, j]
                    r[h, j] -= f * r[i, j]


@compiled
def inner(theta: Any, t: Any, steps: Any, phys: Any, bus: Any, each: Any, inside: Any, block: Any) -> Any:
    """One hour's part of the Newton system, down to its block between stores.

    Into row t of `inside`: price and price; of each store price-power, power-power, price-w and power-w.
    """
    stores, total = len(each), 0.0
    for s in range(steps):
        total += theta[t, s]
    for k in range(stores):
        keep, charge, discharge, out = phys[k, 0], phys[k, 1], phys[k, 2], phys[k, 3]
        j, i = steps + 4 * k, 1 + 4 * k
        c, d, p = theta[t, j], theta[t, j + 1], theta[t, j + 2]
        takes, gives = bus[0, k, t], bus[1, k, t]
        lm, mm = gives * d / out - takes * c, c + d / out**2 + p
        lw, mw = -takes * charge * c - gives * d / discharge, charge * c - d / (out * discharge)
        total += takes**2 * c + gives**2 * d - lm * lm / mm
        for h in range(stores):
            block[k, h] = 0.0
        block[k, k] = charge**2 * c + d / discharge**2 - mw * mw / mm + theta[t, j + 3] + keep**2 * theta[t - 1, j + 3]
        inside[t, i], inside[t, i + 1], inside[t, i + 2], inside[t, i + 3] = lm, mm, lw - lm * mw / mm, mw
    inside[t, 0] = total
    for k in range(stores):
        for h in range(stores):
            block[k, h] -= inside[t, 3 + 4 * k] * inside[t, 3 + 4 * h] / total
        block[k, k] += 1e-14 * abs(block[k, k]) + 1e-300


@compiled
def factor(
    theta: Any, steps: Any, phys: Any, bus: Any, each: Any, inside: Any, inv: Any, link: Any, border: Any
) -> Any:
    """The Newton system at weights `theta` (T, S + 4K), eliminated hour by hour; the last hour borders all others.

    Into `inside` (T, 1 + 4K), `inv` (T, K, K) inverses, `link` (T, K) to the next hour, `border` (T, K, K) to the last.
    """
    hours, stores = theta.shape[0], len(each)
    last, block = np.zeros((stores, stores)), np.zeros((stores, stores))
    for t in range(hours):
        inner(theta, t, steps, phys, bus, each, inside, block)
        for k in range(stores):
            link[t, k] = -phys[k, 0] * theta[t, steps + 4 * k + 3]
            for h in range(stores):
                border[t, k, h] = 0.0
        if t == hours - 1:
            for k in range(stores):
                if hours == 1:
                    last[k, k] += 2.0 * link[t, k]
                for h in range(stores):
                    last[k, h] += block[k, h]
            invert(last, each, inv[t])
            continue
        for k in range(stores):
            if t == 0:  # the hour before the first is the last
                border[t, k, k] = -phys[k, 0] * theta[hours - 1, steps + 4 * k + 3]
                continue
            for h in range(stores):
                block[k, h] -= link[t - 1, k] * inv[t - 1, k, h] * link[t - 1, h]
                for g in range(stores):
                    border[t, k, h] -= link[t - 1, k] * inv[t - 1, k, g] * border[t - 1, g, h]
        if t == hours - 2:
            for k in range(stores):
                border[t, k, k] += link[t, k]
        invert(block, each, inv[t])
        for k in range(stores):
            for h in range(stores):
                for g in range(stores):
                    for f in range(stores):
                        last[k, h] -= border[t, g, k] * inv[t, g, f] * border[t, f, h]


@compiled
def solve(
    each: Any, inside: Any, inv: Any, link: Any, border: Any, rl: Any, power: Any, level: Any, rw: Any, lam: Any,
    mu: Any, w: Any,
) -> Any:
    """The Newton system's answer for one right-hand side, into lam (T,), mu, w (K, T); `rl`, `rw` are used up."""
    hours, stores = rl.shape[0], len(each)
    last = np.zeros(stores)
    for t in range(hours):
        for k in range(stores):
            i = 1 + 4 * k
            rl[t] -= inside[t, i] / inside[t, i + 1] * power[k, t]
            rw[t, k] = level[k, t] - inside[t, i + 3] / inside[t, i + 1] * power[k, t]
        for k in range(stores):
            rw[t, k] -= inside[t, 3 + 4 * k] / inside[t, 0] * rl[t]
        if t > 0 and t < hours - 1:
            for k in range(stores):
                for h in range(stores):
                    rw[t, k] -= link[t - 1, k] * inv[t - 1, k, h] * rw[t - 1, h]
        if t < hours - 1:
            for h in range(stores):
                part = 0.0
                for g in range(stores):
                    part += inv[t, h, g] * rw[t, g]
                for k in range(stores):
                    last[k] -= border[t, h, k] * part
    for t in range(hours - 1, -1, -1):
        for k in range(stores):
            w[k, t] = 0.0
        for h in range(stores):
            value = rw[t, h]
            if t == hours - 1:
                value += last[h]
            else:
                if t < hours - 2:
                    value -= link[t, h] * w[h, t + 1]
                for g in range(stores):
                    value -= border[t, h, g] * w[g, hours - 1]
            for k in range(stores):
                w[k, t] += inv[t, k, h] * value
        lam[t] = rl[t]
        for k in range(stores):
            lam[t] -= inside[t, 3 + 4 * k] * w[k, t]
        lam[t] /= inside[t, 0]
        for k in range(stores):
            i = 1 + 4 * k
            mu[k, t] = (power[k, t] - inside[t, i] * lam[t] - inside[t, i + 3] * w[k, t]) / inside[t, i + 1]
