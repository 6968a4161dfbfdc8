"""Of what size things are: the units in which the master program is solved, and first prices of what must not remain.

Quantities are counted in units that make them about a hundred, and so is the objective: a solver's tolerances are
absolute, and what it takes for nothing must be nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from planner.solve.condense import Condensed, Part
from planner.solve.highs_lp import Point
from planner.solve.matrix import Floats, Frozen
from planner.solve.priced import Priced

DEAR = 100.0
"""The first price of exceeding a row, over the dearest thing that it stands for."""
SHORTAGE = 10_000.0
"""The first price of shortage, over the dearest hour's energy: an hour more of peak may cost a year of capacity."""
UNITS = 100.0
"""About what a quantity or the objective comes to in its unit."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """What one unit of the program is in real units, and what shortage and excess are first priced at."""

    column: Floats
    """By master column."""
    typical: dict[int, float]
    """About how large each design column of a bus will be: the yardstick of the level step."""
    loads: list[float]
    """kWh of each bus."""
    activity: Floats
    """About how much each priced row counts."""
    unit: float
    """Of the objective."""
    voll: float
    """Per kWh short."""
    penalty: Floats
    """Per unit of excess of each priced row."""


def sizes(c: Condensed, goal: Floats, priced: Priced, start: Point, *, free: bool) -> Sizes:
    """Sizes at a first design; `free`: nothing but shortage and excess costs anything, in percent."""
    column = np.ones(len(goal))
    typical: dict[int, float] = {}
    loads: list[float] = []
    dearest, bill, amounts = 0.0, 0.0, np.zeros(len(goal))
    for part in c.parts.values():
        o, x = part.oracle, np.maximum(start.x[part.design], 0.0)
        load = x[o.draw_at] @ o.drawn if len(o.draw_at) else np.zeros(o.hours)
        loads.append(max(1e-9, float(load.sum())))
        if len(o.bought):
            cost = np.abs(np.tensordot(goal[part.quantity[0]], o.bought, axes=(0, 1)))
            dearest = max(dearest, float(cost.max()))
        for traded in (o.bought, o.sold):
            if len(traded):
                amounts[part.quantity] += (np.abs(traded).mean(axis=0) @ load) / len(o.segments)
        bill += float((np.abs(goal[part.quantity]) * amounts[part.quantity]).sum())
        for at, value in _typical(c, part, x, max(1e-3, float(load.max()))).items():
            typical.setdefault(at, value)
    for at in c.quantities.tolist():
        column[at] = amounts[at] / UNITS if amounts[at] > 0.0 else 1.0
    energy, activity = sum(loads), np.maximum(np.abs(priced.uses) @ amounts, 1e-9)
    if free:
        return Sizes(column, typical, loads, activity, 1.0, DEAR * 100.0 / max(energy, 1e-9), 100.0 / activity)
    unit = max(abs(start.value) + bill, 1e-6) / UNITS
    voll = max(SHORTAGE * dearest, 10.0 * 100.0 * unit / max(energy, 1e-9))
    return Sizes(column, typical, loads, activity, unit, voll, DEAR * 100.0 * unit / activity)


def _typical(c: Condensed, part: Part, x: Floats, peak: float) -> dict[int, float]:
    o = part.oracle
    size = np.full(o.size, peak)
    top = {int(at): float(o.drawn[i].max()) for i, at in enumerate(o.draw_at)}
    for at, most in top.items():
        size[at] = x[at] if x[at] > 1e-6 else peak / most
    size[o.made_at] = 2.0 * peak
    for store in o.bus.stores:
        size[o.at[store.energy]] = 4.0 * peak / store.usable
    size[len(o.columns) :] = 2.0 * peak
    hi = c.matrix.hi[part.design]
    size = np.where((hi > 0) & (hi < size), hi, size)
    return dict(zip(part.design.tolist(), size.tolist(), strict=True))


def scaled(matrix: Frozen, scale: Floats, priced: Priced) -> tuple[Frozen, Floats]:
    """The program in units of its columns, a slack column behind each priced row; and what each row was divided by."""
    size, rows = len(matrix.lo), len(priced.row)
    value = matrix.value * scale[matrix.index]
    counts = np.diff(matrix.start)
    top = np.ones(len(counts))
    filled = counts > 0
    if filled.any():
        top[filled] = np.maximum.reduceat(np.abs(value), matrix.start[:-1][filled])
    row_scale = np.where(top > 1e3, np.exp2(np.round(np.log2(np.maximum(top, 1e-300)))), 1.0)
    value = value / np.repeat(row_scale, counts)
    place = np.searchsorted(matrix.start, np.arange(len(value)), side="right") - 1
    slack = -priced.sign  # excess relieves a <= row downwards, a >= row upwards
    order = np.argsort(np.concatenate([place, priced.row]), kind="stable")
    each = np.bincount(np.concatenate([place, priced.row]), minlength=len(counts))
    base = Frozen(
        np.concatenate([matrix.lo / scale, np.zeros(rows)]),
        np.concatenate([matrix.hi / scale, np.full(rows, inf)]),
        matrix.integer,
        matrix.row_lo / row_scale,
        matrix.row_hi / row_scale,
        np.concatenate([[0], np.cumsum(each)]).astype(np.int64),
        np.concatenate([matrix.index, size + np.arange(rows)])[order],
        np.concatenate([value, slack])[order],
    )
    return base, row_scale
