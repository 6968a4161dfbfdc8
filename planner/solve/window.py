"""Cheapest dispatch of several stores over some hours from given levels: the interior point method, all of it compiled.

    least  sum_t sum_s cost[t,s] flow[t,s] + voll short(t) + sum_k wear[k,t] discharge_k
    sum_s flow + short + sum_k (discharge_k - charge_k) = need
    charge_k + discharge_k / out_k <= power_k,   0 <= s_k <= energy_k,   discharge_k = 0 where `may_k` is False
    s_k(t) = keep_k s_k(t-1) + eta_c charge_k - discharge_k / eta_d,     s_k(-1) = level_k,  the last s_k is free

The chain of hours of `interior.py` is a cycle. Here one hour more closes it: it has no bus, empties every store, and
what they begin with is given on the right-hand side of the first hour. Of some dozens of hours a step takes some tens
of microseconds, less than a call from Python for each of its parts would.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np

from planner.solve.compiled import compiled
from planner.solve.interior import begin, look, move, pull, steps_of
from planner.solve.matrix import Flags, Floats
from planner.solve.newton import factor, prices_on, rows_of, solve

STEPS = 80
"""The most steps of the method; some twenty are usual."""
CLOSE = 1e-7
"""Relative residuals and gap at which it ends."""
FORBIDDEN = 2.0
"""Shortages that discharging costs where it may not be; without such a column a full store has no point inside."""


def cheapest(
    need: Floats, cost: Floats, width: Floats, may: Flags, wear: Floats, voll: float, power: Floats, energy: Floats,
    level: Floats, phys: Floats,
) -> tuple[Floats, Floats, float]:
    """What each store charges and discharges (K, T), kW, and how near that is to the best, relative.

    `cost`, `width`: (T, S); `may`, `wear`: (K, T); `power`, `energy`, `level`: (K,), more than nothing but `level`;
    `phys`: (K, 4), see `newton.py`.
    """
    kw = max(float(need.max(initial=0.0)), float(power.max()) / 100.0, float(energy.max()) / 1e5, 1e-9)
    usd = max(float(np.abs(cost).mean()), 1e-9 * voll, 1e-300)
    table = columns(cost / usd, width / kw, may, wear / usd, voll / usd, energy / kw)
    asked = right_hand(need / kw, power / kw, energy / kw, level / kw, phys)
    each = (0,) * len(power)
    found, near = nearest(*table, *asked, phys, each, float(np.median(cost)) / usd, CLOSE)
    at = np.arange(len(power)) * 4 + cost.shape[1] + 1
    return kw * found[:-1, at].T, kw * found[:-1, at + 1].T, float(near)


@compiled
def columns(cost: Any, width: Any, may: Any, wear: Any, voll: Any, energy: Any) -> Any:
    """Cost, limit (0: none) and whether it is there, of every column (T + 1, S + 1 + 4K)."""
    (hours, steps), stores = cost.shape, len(energy)
    costs, caps = np.zeros((hours + 1, steps + 1 + 4 * stores)), np.zeros((hours + 1, steps + 1 + 4 * stores))
    there = np.zeros((hours + 1, steps + 1 + 4 * stores), np.bool_)
    for t in range(hours + 1):
        last = t == hours
        for s in range(steps):
            if not last and width[t, s] > 1e-14:
                costs[t, s], caps[t, s], there[t, s] = cost[t, s], width[t, s], True
        costs[t, steps], there[t, steps] = voll, True
        if last:
            costs[t, steps] = 1.0
        for k in range(stores):
            j = steps + 1 + 4 * k
            there[t, j], there[t, j + 2], there[t, j + 3] = not last, True, not last
            there[t, j + 1] = True
            costs[t, j + 1] = 0.0 if last else wear[k, t] if may[k, t] else FORBIDDEN * voll
            caps[t, j + 3] = 0.0 if last else energy[k]
    return costs, caps, there


@compiled
def right_hand(need: Any, power: Any, energy: Any, level: Any, phys: Any) -> Any:
    """Right-hand sides of balance (T + 1,), power and level (K, T + 1), and the bus (2, K, T + 1)."""
    hours, stores = len(need), len(power)
    balance, most, rest = np.empty(hours + 1), np.empty((stores, hours + 1)), np.zeros((stores, hours + 1))
    bus = np.ones((2, stores, hours + 1))
    for t in range(hours):
        balance[t] = need[t]
    balance[hours] = 1.0
    for k in range(stores):
        for t in range(hours):
            most[k, t] = power[k]
        most[k, hours] = 2.0 * energy[k]
        rest[k, 0] = -phys[k, 0] * level[k]
        bus[0, k, hours] = bus[1, k, hours] = 0.0
    return balance, most, rest, bus


@compiled
def lacking(x: Any, steps: Any, phys: Any, bus: Any, each: Any, sign: Any, given: Any, made: Any) -> Any:
    """`given` + sign x what columns give each row, into `made` -> the largest."""
    rows_of(x, steps, phys, bus, each, made[0], made[1], made[2])
    hours, stores, most = x.shape[0], len(each), 0.0
    for t in range(hours):
        made[0][t] = given[0][t] + sign * made[0][t]
        most = max(most, abs(made[0][t]))
        for k in range(stores):
            made[1][k, t] = given[1][k, t] + sign * made[1][k, t]
            made[2][k, t] = given[2][k, t] + sign * made[2][k, t]
            most = max(most, abs(made[1][k, t]), abs(made[2][k, t]))
    return most


@compiled
def nearest(
    cost: Any, cap: Any, there: Any, need: Any, power: Any, level: Any, bus: Any, phys: Any, each: Any, first: Any,
    close: Any,
) -> Any:
    """Columns (T, S + 1 + 4K) within `close` of the best, or as near as it comes; and how near."""
    (hours, width), stores = cost.shape, len(each)
    steps, asked, size, n = width - 4 * stores, (need, power, level), 1.0, hours * width
    for t in range(hours):
        size = max(size, abs(need[t]))
    flat, limit = cost.reshape(-1), cap.reshape(-1)
    point = (np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n))
    change = (np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n))
    slack, theta, pulled, moved = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    duals, lack = rows(hours, stores), rows(hours, stores)
    chain = (
        np.empty((hours, 1 + 4 * stores)), np.empty((hours, stores, stores)), np.empty((hours, stores)),
        np.empty((hours, stores, stores)), np.empty((hours, stores))
    )
    scratch = rows(hours, stores), rows(hours, stores)
    x, v, z, q = point
    duals[0][:] = first
    duals[2][:] = first
    prices_on(duals[0], duals[1], duals[2], steps, phys, bus, each, moved.reshape(cost.shape))
    count = begin(flat, limit, there.reshape(-1), moved, x, v, z, q)
    best, near = x.copy(), 1e300
    for _ in range(STEPS):
        prices_on(duals[0], duals[1], duals[2], steps, phys, bus, each, moved.reshape(cost.shape))
        off = lacking(x.reshape(cost.shape), steps, phys, bus, each, -1.0, asked, lack) / size
        dual, gap, value = look(x, v, z, q, flat, limit, moved, slack, theta)
        if not (isfinite(gap) and isfinite(value) and gap >= 0.0):
            break
        here = max(off, dual, gap / (1.0 + abs(value)))
        if here < near:
            near = here
            best[:] = x
        columns_of = (limit, slack, theta, pulled, moved)
        if near <= close or stuck(
            point, change, columns_of, duals, lack, scratch, chain, steps, phys, bus, each, gap, count, cost.shape
        ):
            break
    return best.reshape(cost.shape), near


@compiled
def stuck(
    point: Any, change: Any, columns_of: Any, duals: Any, lack: Any, scratch: Any, chain: Any, steps: Any, phys: Any,
    bus: Any, each: Any, gap: Any, count: Any, shape: Any,
) -> Any:
    """One step of predictor and corrector, as in `interior.py`; whether it went nowhere."""
    (x, v, z, q), (dx, dv, dz, dq), (limit, slack, theta, pulled, moved) = point, change, columns_of
    (inside, inv, link, border, room), (right, step) = chain, scratch
    factor(theta.reshape(shape), steps, phys, bus, each, inside, inv, link, border)
    barrier, aim, primal, along = gap / max(count, 1), 0.0, 1.0, 1.0
    for turn in range(2):
        pull(x, v, z, q, dx, dv, dz, dq, limit, slack, theta, aim, turn, pulled, moved)
        lacking(moved.reshape(shape), steps, phys, bus, each, 1.0, lack, right)
        solve(each, inside, inv, link, border, right[0], right[1], right[2], room, step[0], step[1], step[2])
        prices_on(step[0], step[1], step[2], steps, phys, bus, each, moved.reshape(shape))
        primal, along, one, two, both = steps_of(
            x, v, z, q, dx, dv, dz, dq, limit, theta, pulled, moved, aim, turn
        )
        if turn == 0:
            left = gap + primal * one + along * two + primal * along * both
            aim = barrier * min(1.0, max(0.0, left / gap)) ** 3
    short = min(0.9995, max(0.9, 1.0 - barrier))
    primal, along = min(1.0, short * primal), min(1.0, short * along)
    move(x, dx, primal)
    move(v, dv, primal)
    move(z, dz, along)
    move(q, dq, along)
    for t in range(shape[0]):
        duals[0][t] += along * step[0][t]
        for k in range(len(each)):
            duals[1][k, t] += along * step[1][k, t]
            duals[2][k, t] += along * step[2][k, t]
    return max(primal, along) < 1e-12


@compiled
def rows(hours: Any, stores: Any) -> Any:
    return np.zeros(hours), np.zeros((stores, hours)), np.zeros((stores, hours))
