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
def bus_prices(
    w: Any, load: Any, cost: Any, width: Any, export: Any, may: Any, voll: Any, power: Any, most: Any, wear: Any,
    charge: Any, discharge: Any,
) -> Any:
    """The best bus price of every hour given `w`: the hour's bound is concave in it with kinks, and one is best."""
    hours, steps = cost.shape
    lam = np.empty(hours)
    for t in range(hours):
        v, best = w[t], -1e300
        for z in range(steps + 5):
            if z == 0:
                a = min(v / discharge + wear[t], voll)
            elif z == 1:
                a = min(v * charge, voll)
            elif z == 2:
                a = 0.0
            elif z == 3:
                a = min(0.5 * v * (charge + 1 / discharge), voll)
            elif z == 4:
                a = voll
            else:
                a = cost[t, z - 5]
            if a > voll:
                continue
            d = hour_dual(a, v, load[t], cost[t], width[t], export, may[t], power, most, wear[t], charge, discharge)
            if d > best + 1e-12 * abs(best):
                best = d
                lam[t] = a
    return lam
