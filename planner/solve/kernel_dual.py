"""The dual side of the recursion in `kernel.py`: values of stored energy, and the bus price of every hour."""

from __future__ import annotations

from typing import Any

import numpy as np

from planner.solve.compiled import FAR, compiled


@compiled
def hour_dual(
    lam: Any, w: Any, load: Any, cost: Any, width: Any, export: Any, may: Any, power: Any, most: Any, wear: Any,
    charge: Any, discharge: Any,
) -> Any:
    """The hour's part of the dual bound at price `lam` and stored-energy value `w`."""
    value = lam * load
    for s in range(cost.shape[0]):
        over = cost[s] - lam if export[s] else lam - cost[s]
        if over > 0.0:
            value -= over * width[s]
    gain = power * max(0.0, charge * w - lam)
    if may:
        gain = max(gain, most * (lam - wear - w / discharge))
    return value - gain


@compiled
def stored_values(level: Any, low: Any, high: Any, energy: Any, start: Any, keep: Any, end: Any) -> Any:
    """Values of stored energy: one number while the store is neither empty nor full, ordered where it is."""
    hours = level.shape[0]
    run = np.empty(hours, np.int64)
    rl, rh = np.empty(hours + 1), np.empty(hours + 1)
    kind, grow = np.empty(hours + 1, np.int64), np.empty(hours + 1)
    for t in range(hours + 1):
        rl[t], rh[t], kind[t], grow[t] = -FAR, FAR, 0, 1.0
    n, scale = 0, 1.0
    for t in range(hours):
        run[t] = n
        if low[t] > -FAR:
            rl[n] = max(rl[n], low[t] * scale)
        if high[t] < FAR:
            rh[n] = min(rh[n], high[t] * scale)
        scale *= keep
        if t < hours - 1 and (energy <= 0 or level[t] == 0.0 or level[t] == energy):
            if energy > 0:
                kind[n] = 1 if level[t] == 0.0 else 2
            grow[n] = scale
            n += 1
            scale = 1.0
    last = scale / keep
    eps = 1e-9 * max(1.0, energy)
    if level[hours - 1] < start - eps:
        rl[n] = max(rl[n], end * last)
    elif level[hours - 1] > start + eps:
        rh[n] = min(rh[n], -end * last)
    for i in range(n - 1, -1, -1):
        if kind[i] == 1 and rl[i + 1] > -FAR:
            rl[i] = max(rl[i], rl[i + 1] * grow[i])
        elif kind[i] == 2 and rh[i + 1] < FAR:
            rh[i] = min(rh[i], rh[i + 1] * grow[i])
    w = np.empty(hours)
    value, t = 0.0, 0
    for i in range(n + 1):
        value = min(max(value, rl[i]), rh[i])
        value = min(max(value, -end), end)
        while t < hours and run[t] == i:
            w[t] = min(max(value, -end), end)
            value /= keep
            t += 1
    return w


@compiled
def best_kink(
    v: Any, load: Any, cost: Any, width: Any, export: Any, may: Any, voll: Any, power: Any, most: Any, wear: Any,
    charge: Any, discharge: Any,
) -> Any:
    """The best bus price of an hour by trying all its kinks."""
    best, lam = -1e300, voll
    for z in range(cost.shape[0] + 5):
        a = kink(z, v, cost, voll, wear, charge, discharge)
        if a > voll:
            continue
        d = hour_dual(a, v, load, cost, width, export, may, power, most, wear, charge, discharge)
        if d > best + 1e-12 * abs(best):
            best, lam = d, a
    return lam


@compiled
def kink(z: Any, v: Any, cost: Any, voll: Any, wear: Any, charge: Any, discharge: Any) -> Any:
    """The hour's z-th price of note, those of the store first."""
    if z == 0:
        return min(v / discharge + wear, voll)
    if z == 1:
        return min(v * charge, voll)
    if z == 2:
        return 0.0
    if z == 3:
        return min(0.5 * v * (charge + 1 / discharge), voll)
    if z == 4:
        return voll
    return cost[z - 5]


@compiled
def bus_prices(
    w: Any, load: Any, cost: Any, width: Any, by_cost: Any, by_width: Any, export: Any, may: Any, voll: Any,
    power: Any, most: Any, wear: Any, charge: Any, discharge: Any,
) -> Any:
    """The best bus price of every hour given `w`: the hour's bound is concave in it with kinks, and one is best.

    What is asked for falls with the price, what is offered rises: the best is where they cross. Where they meet over a
    range of prices, the first of `kink` in it. `by_cost`, `by_width`: the steps by rising cost.
    """
    hours, steps = cost.shape
    lam = np.empty(hours)
    for t in range(hours):
        v = w[t]
        buy, sell = v * charge, v / discharge + wear[t]
        if sell < buy:  # the two overlap
            lam[t] = best_kink(
                v, load[t], cost[t], width[t], export, may[t], voll, power, most, wear[t], charge, discharge
            )
            continue
        asked = load[t] + power
        for s in range(steps):
            if export[s]:
                asked += width[t, s]
        near = 1e-11 * max(1.0, asked)
        z, bought, sold = 0, False, not may[t]
        lo, hi = -FAR if asked <= near else voll, voll
        while z < steps or not bought or not sold:
            if not bought and (z == steps or buy <= by_cost[t, z]):  # buy <= sell
                a, bought = buy, True
                less = power
            elif not sold and (z == steps or sell <= by_cost[t, z]):
                a, sold = sell, True
                less = most
            else:
                a, less = by_cost[t, z], by_width[t, z]
                z += 1
            if a >= voll:
                break
            if asked <= near:
                hi = a
                break
            asked -= less
            if asked <= near:
                lo = a
                if asked < -near:
                    hi = a
                    break
        lam[t] = lo
        if lo < hi:
            for q in range(steps + 5):
                a = kink(q, v, cost[t], voll, wear[t], charge, discharge)
                if lo <= a <= hi:
                    lam[t] = a
                    break
    return lam
