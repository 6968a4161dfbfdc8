"""Exact hourly dispatch of one store against convex hourly costs, compiled: the recursion behind every cut.

For one cyclic stretch of T hours, with all that is not the store summed into a *stack* of steps per hour:

    least  sum_t sum_s cost[t,s] flow[t,s] + wear[t] discharge + voll unserved
    y(t) = load - free - discharge + charge                what the stack must give, from -(free + exports) upwards
    s(t) = keep s(t-1) + eta_c charge - discharge / eta_d,  0 <= s <= energy,  s(T) = s(0) = start
    charge <= power,  discharge <= most,  never both;  discharge = 0 where `may` is False

Backward: the value of stored energy V_t(s) is convex and piecewise linear; its slopes, sorted, are kept as a list, and
an hour merges two sorted lists and clips. Forward: the best path. Then a dual point (bus prices `lam`, stored-energy
values `w`), chosen so that its bound meets the cost; any dual point gives a valid bound: rounding never spoils a cut.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from planner.solve.compiled import FAR, compiled
from planner.solve.heap import keep_freed
from planner.solve.kernel_dual import bus_prices, stored_values

WORKING = threading.local()
"""Working arrays of each thread, as large as its largest dispatch needed."""
FIRST_SIZE = 1 << 16
keep_freed()


def cheapest(*given: Any) -> tuple[Any, ...]:
    """`dispatch` in working memory kept from call to call -> flow, unserved, charge, discharge, level, lam, w."""
    known = getattr(WORKING, "arrays", None) or (np.empty(FIRST_SIZE), np.empty(FIRST_SIZE))
    *made, slopes, lengths = dispatch(*given, *known)
    WORKING.arrays = slopes, lengths
    return tuple(made)


@compiled
def sort_steps(cost: Any, width: Any) -> Any:
    """Steps of every hour by rising cost, equal ones in their given order -> cost, width, place (T, S)."""
    hours, steps = cost.shape
    by_cost, by_width = np.empty((hours, steps)), np.empty((hours, steps))
    place = np.empty((hours, steps), np.int64)
    for t in range(hours):
        for s in range(steps):
            value = cost[t, s]
            k = s
            while k > 0 and by_cost[t, k - 1] > value:
                by_cost[t, k] = by_cost[t, k - 1]
                by_width[t, k] = by_width[t, k - 1]
                place[t, k] = place[t, k - 1]
                k -= 1
            by_cost[t, k], by_width[t, k], place[t, k] = value, width[t, s], s
    return by_cost, by_width, place


@compiled
def pieces(
    net: Any, base: Any, cost: Any, width: Any, may: Any, voll: Any, power: Any, most: Any, wear: Any, charge: Any,
    discharge: Any, slope: Any, length: Any,
) -> Any:
    """Cost of changing the stock by x, as slopes and lengths from the least x -> count, least x."""
    least = max(net - most, base) if may else net
    lo, k, steps = base, 0, cost.shape[0]
    for z in range(steps + 1):
        hi = lo + width[z] if z < steps else FAR
        m = cost[z] if z < steps else voll
        for way in range(2):  # 0: discharge (y below net), 1: charge
            a = max(lo, least if way == 0 else net)
            b = min(hi, net if way == 0 else net + power)
            if b - a <= 1e-12:
                continue
            if way == 0:
                s, x = (m - wear) * discharge, (b - a) / discharge
            else:
                s, x = m / charge, (b - a) * charge
            while k > 0 and slope[k - 1] >= s:
                k -= 1
                if slope[k] != s:
                    s = (slope[k] * length[k] + s * x) / (length[k] + x)
                x += length[k]
            slope[k], length[k] = s, x
            k += 1
        lo = hi
    return k, -(net - least) / discharge


@compiled
def longer(values: Any, count: Any) -> Any:
    """A copy of the first `count` values with twice the room; a loop, since slices take seconds to compile."""
    more = np.empty(2 * values.shape[0])
    for k in range(count):
        more[k] = values[k]
    return more


@compiled
def backward(
    load: Any, free: Any, base: Any, cost: Any, width: Any, may: Any, voll: Any, power: Any, most: Any, energy: Any,
    start: Any, keep: Any, charge: Any, discharge: Any, wear: Any, end: Any, vs: Any, vl: Any,
) -> Any:
    """Slopes of the value of stored energy at the end of every hour -> slopes, lengths, first, count, hourly.

    `hourly`: the pieces of every hour: slopes, lengths, how many, the least change of stock.

    `vs`, `vl`: where slopes and lengths are written, of equal size; larger arrays come back where these are too small.
    """
    hours, steps = cost.shape
    first, count = np.empty(hours + 1, np.int64), np.empty(hours + 1, np.int64)
    slope, length = np.empty((hours, 2 * steps + 2)), np.empty((hours, 2 * steps + 2))
    number, least = np.empty(hours, np.int64), np.empty(hours)
    first[hours] = 0
    k = 0
    if start > 0:
        vs[k], vl[k] = -end, start
        k += 1
    if energy > start:
        vs[k], vl[k] = end, energy - start
        k += 1
    count[hours] = k
    pos = k
    for t in range(hours - 1, -1, -1):
        fs, fl = slope[t], length[t]
        nf, xmin = pieces(
            load[t] - free[t], base[t], cost[t], width[t], may[t], voll, power, most, wear[t], charge, discharge,
            fs, fl
        )
        number[t], least[t] = nf, xmin
        n1 = count[t + 1]
        i, last, j = first[t + 1], first[t + 1] + n1, nf - 1
        if pos + n1 + 2 * steps + 8 > vs.shape[0]:
            vs, vl = longer(vs, pos), longer(vl, pos)
        skip = xmin
        for q in range(nf):
            skip += fl[q]  # states below zero after the largest charge
        room = keep * energy
        first[t] = k = pos
        while (i < last or j >= 0) and room > 0:
            if j < 0 or (i < last and vs[i] <= -fs[j]):
                a, x = vs[i], vl[i]
                i += 1
            else:
                a, x = -fs[j], fl[j]
                j -= 1
            if skip > 0:
                u = min(skip, x)
                skip -= u
                x -= u
            x = min(x, room)
            if x <= 0:
                continue
            room -= x
            a, x = a * keep, x / keep
            if k > pos and vs[k - 1] == a:
                vl[k - 1] += x
            else:
                vs[k], vl[k] = a, x
                k += 1
        count[t] = k - pos
        pos = k
    return vs, vl, first, count, (slope, length, number, least)


@compiled
def forward(
    load: Any, free: Any, base: Any, width: Any, place: Any, power: Any, energy: Any, start: Any, keep: Any,
    charge: Any, discharge: Any, vs: Any, vl: Any, first: Any, count: Any, hourly: Any,
) -> Any:
    """The best path -> flow of each step, unserved, charge, discharge, level, and the interval allowed for w."""
    hours, steps = width.shape
    flow, unserved = np.empty((hours, steps)), np.empty(hours)
    put, out, level = np.empty(hours), np.empty(hours), np.empty(hours)
    low, high = np.empty(hours), np.empty(hours)
    slope, length, number, least = hourly
    eps, tol = 1e-9 * max(1.0, energy), 1e-9 * max(1.0, power)
    s = start
    for t in range(hours):
        net, fs, fl, nf, x = load[t] - free[t], slope[t], length[t], number[t], least[t]
        kept = keep * s
        sn, fi, rem = kept + x, 0, (fl[0] if nf else 0.0)
        while sn < 0 and fi < nf:  # the stock is never below zero
            u = min(-sn, rem)
            sn += u
            rem -= u
            if sn > -1e-12:
                sn = 0.0
            if rem <= 1e-12:
                fi += 1
                rem = fl[fi] if fi < nf else 0.0
        i, last, acc = first[t + 1], first[t + 1] + count[t + 1], 0.0
        while i < last and acc + vl[i] <= sn:
            acc += vl[i]
            i += 1
        vr = acc + vl[i] - sn if i < last else 0.0
        while fi < nf and i < last:
            if fs[fi] + vs[i] >= 0:
                break
            u = min(rem, vr)
            sn += u
            rem -= u
            vr -= u
            if rem <= 1e-12:
                fi += 1
                rem = fl[fi] if fi < nf else 0.0
            if vr <= 1e-12:
                i += 1
                vr = vl[i] if i < last else 0.0
        if sn < eps:
            sn = 0.0
        if sn > energy - eps:
            sn = energy
        x = sn - kept
        put[t] = out[t] = 0.0
        if x > 0:
            put[t] = x / charge
        else:
            out[t] = -x * discharge
        need = net + put[t] - out[t] - base[t]
        for z in range(steps):
            u = min(max(need, 0.0), width[t, z])
            need -= u
            flow[t, place[t, z]] = u
        unserved[t] = max(need, 0.0)
        used = fl[fi] - rem if fi < nf else 0.0
        lo = fs[fi] if fi < nf else FAR
        hi = lo
        if fi == nf:
            lo = fs[nf - 1] if nf else -FAR
        elif used <= tol:
            lo = fs[fi - 1] if fi > 0 else -FAR
        if fi < nf and rem <= tol:
            hi = fs[fi + 1] if fi + 1 < nf else FAR
        low[t], high[t], level[t] = lo, hi, sn
        s = sn
    return flow, unserved, put, out, level, low, high


@compiled
def dispatch(
    load: Any, free: Any, base: Any, cost: Any, width: Any, export: Any, may: Any, voll: Any, power: Any, most: Any,
    energy: Any, start: Any, keep: Any, charge: Any, discharge: Any, wear: Any, end: Any, slopes: Any, lengths: Any,
) -> Any:
    """One stretch -> flow (T, S), unserved, charge, discharge, level, lam, w (all T), and the working arrays.

    `cost`, `width`: (T, S) steps; `export` (S,): steps that give up a sale. `base` (T,): -(free power + sales).
    `keep`: part of the stock that outlives an hour. `end`: the price of ending off `start`. `slopes`, `lengths`: of
    equal size, overwritten; fresh memory for them would take as long as the recursion.
    """
    by_cost, by_width, place = sort_steps(cost, width)
    vs, vl, first, count, hourly = backward(
        load, free, base, by_cost, by_width, may, voll, power, most, energy, start, keep, charge, discharge, wear,
        end, slopes, lengths
    )
    flow, unserved, put, out, level, low, high = forward(
        load, free, base, by_width, place, power, energy, start, keep, charge, discharge, vs, vl, first, count, hourly
    )
    w = stored_values(level, low, high, energy, start, keep, end)
    lam = bus_prices(
        w, load, cost, width, by_cost, by_width, export, may, voll, power, most, wear, charge, discharge
    )
    return flow, unserved, put, out, level, lam, w, vs, vl
