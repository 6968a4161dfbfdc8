"""A dispatch that is nearly right put right, and the best bus prices for given values of stored energy; compiled.

`phys` (K, 4): what an hour keeps of a level, efficiencies in and out, kW out per kW in; `bus` (2, K, T): kW on the bus
for a kW charged and discharged.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from planner.solve.compiled import compiled

TINY = 1e-12
PASSES = 60
"""How often a year is gone through, at most, until it ends as it began."""


@compiled
def within(put: Any, out: Any, need: Any, power: Any, phys: Any, bus: Any, may: Any, apart: Any) -> Any:
    """Charge and discharge (K, T) within power and what can be used; where `apart` (K, T) is true, not both at once."""
    stores, hours = put.shape
    for t in range(hours):
        over = -need[t]
        for k in range(stores):
            ratio = phys[k, 3]
            put[k, t] = max(0.0, put[k, t])
            out[k, t] = max(0.0, out[k, t]) if may[k, t] else 0.0
            takes, gives = bus[0, k, t], bus[1, k, t]
            if apart[k, t] and takes == gives:
                both = min(put[k, t], out[k, t])
                put[k, t] -= both
                out[k, t] -= both
            total = put[k, t] + out[k, t] / ratio
            if total > power[k]:
                by = power[k] / total
                put[k, t] *= by
                out[k, t] *= by
            over += gives * out[k, t] - takes * put[k, t]
        for k in range(stores):
            gives = bus[1, k, t]
            if gives > 0.0:
                less = min(out[k, t], max(0.0, over) / gives)
                out[k, t] -= less
                over -= gives * less


@compiled
def mend(put: Any, out: Any, power: Any, energy: Any, phys: Any, start: Any) -> Any:
    """Charge and discharge (K, T) trimmed to what stores hold -> levels (K, T), by how much they miss their start."""
    stores, hours = put.shape
    level, missed = np.empty((stores, hours)), 0.0
    for k in range(stores):
        keep, charge, discharge = phys[k, 0], phys[k, 1], phys[k, 2]
        begin = min(max(start[k], 0.0), energy[k])
        for turn in range(PASSES + 1):
            if turn == PASSES:  # what is left over is taken off all hours alike
                gap, share, weight = level[k, hours - 1] - begin, 0.0, 1.0
                for t in range(hours - 1, -1, -1):
                    share += weight * (charge * put[k, t] if gap > 0.0 else out[k, t] / discharge)
                    weight *= keep
                by = max(0.0, 1.0 - abs(gap) / share) if share > 0.0 else 1.0
                for t in range(hours):
                    if gap > 0.0:
                        put[k, t] *= by
                    else:
                        out[k, t] *= by
            held = begin
            for t in range(hours):
                after = keep * held + charge * put[k, t] - out[k, t] / discharge
                if turn < PASSES and after > energy[k]:
                    put[k, t] -= min(put[k, t], (after - energy[k]) / charge)
                    after = keep * held + charge * put[k, t] - out[k, t] / discharge
                if turn < PASSES and after < 0.0:
                    out[k, t] -= min(out[k, t], -after * discharge)
                    after = max(0.0, keep * held + charge * put[k, t] - out[k, t] / discharge)
                level[k, t] = held = after
            if abs(held - begin) <= 1e-13 * energy[k]:
                break
            if turn < PASSES - 1:
                begin = held
        missed += abs(level[k, hours - 1] - begin)
    return level, missed


@compiled
def hour_bound(
    price: Any, t: Any, w: Any, load: Any, cost: Any, width: Any, export: Any, may: Any, power: Any, wear: Any,
    phys: Any, bus: Any,
) -> Any:
    """The hour's part of the dual bound at a bus price."""
    value = price * load[t]
    for s in range(cost.shape[1]):
        over = cost[t, s] - price if export[s] else price - cost[t, s]
        if over > 0.0:
            value -= over * width[t, s]
    for k in range(power.shape[0]):
        gain = max(0.0, phys[k, 1] * w[k, t] - bus[0, k, t] * price)
        if may[k, t]:
            gain = max(gain, phys[k, 3] * (bus[1, k, t] * price - wear[k, t] - w[k, t] / phys[k, 2]))
        value -= power[k] * gain
    return value


@compiled
def best_prices(
    near: Any, w: Any, load: Any, cost: Any, width: Any, export: Any, may: Any, voll: Any, power: Any, wear: Any,
    phys: Any, bus: Any,
) -> Any:
    """The best bus price of every hour given `w` (K, T): the bound is concave with kinks; one is best, or `near`."""
    hours, steps = cost.shape
    stores = power.shape[0]
    lam = np.empty(hours)
    for t in range(hours):
        best, lam[t] = -1e300, 0.0
        for z in range(3 + steps + 3 * stores):
            if z == 0:
                price = near[t]
            elif z < 3:
                price = 0.0 if z == 1 else voll
            elif z < 3 + steps:
                price = cost[t, z - 3]
            else:
                k, way = (z - 3 - steps) // 3, (z - 3 - steps) % 3
                buy, sell, out = phys[k, 1] * w[k, t], wear[k, t] + w[k, t] / phys[k, 2], phys[k, 3]
                takes, gives = max(bus[0, k, t], TINY), max(bus[1, k, t], TINY)
                price = (buy + out * sell) / (takes + out * gives)
                if way < 2:
                    price = buy / takes if way == 0 else sell / gives
            price = min(price, voll)
            value = hour_bound(price, t, w, load, cost, width, export, may, power, wear, phys, bus)
            if value > best + 1e-13 * abs(best):
                best, lam[t] = value, price
    return lam
