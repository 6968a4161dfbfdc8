"""The rows and columns of a master that need a price: rows on quantities, and the peaks that a bus may overrun."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from planner.solve.condense import Part
from planner.solve.highs_lp import Point, Session
from planner.solve.matrix import Floats, Frozen, Ints


@dataclass(frozen=True, slots=True)
class Priced:
    """Rows on quantities as `uses . quantities + fixed . x <= room`: matrix row and sign of each, in real units."""

    row: Ints
    sign: Floats
    uses: Floats
    """(R, columns), quantities only."""
    fixed: Floats
    """(R, columns), all else."""
    room: Floats


def priced_rows(matrix: Frozen, quantities: Ints) -> Priced:
    """The rows that hold a quantity."""
    columns = len(matrix.lo)
    mine = np.zeros(columns, dtype=bool)
    mine[quantities] = True
    rows, signs, uses, fixed, room = [], [], [], [], []
    for r in range(len(matrix.row_lo)):
        span = slice(matrix.start[r], matrix.start[r + 1])
        index, value = matrix.index[span], matrix.value[span]
        if not mine[index].any():
            continue
        lo, hi = matrix.row_lo[r], matrix.row_hi[r]
        sign = 1.0 if hi < inf else -1.0
        full = np.zeros(columns)
        full[index] = sign * value
        rows.append(r)
        signs.append(sign)
        uses.append(np.where(mine, full, 0.0))
        fixed.append(np.where(mine, 0.0, full))
        room.append(hi if sign > 0 else -lo)
    shape = (len(rows), columns)
    return Priced(
        np.array(rows, dtype=np.int64), np.array(signs), np.array(uses).reshape(shape), np.array(fixed).reshape(shape),
        np.array(room),
    )


def peak_prices(matrix: Frozen, goal: Floats, part: Part) -> Floats:
    """By design column of a bus: what a kW of a monthly peak costs if nothing else asks for it; infinite elsewhere."""
    price = np.full(part.oracle.size, inf)
    asked = np.zeros(len(matrix.lo), dtype=bool)
    asked[matrix.index] = True
    for limit in part.oracle.bus.imported:
        for column in limit.monthly.values():
            at = part.oracle.at[column]
            master = part.design[at]
            if not asked[master] and goal[master] >= 0 and matrix.hi[master] >= limit.most and matrix.lo[master] <= 0:
                price[at] = goal[master]
    return price


def first_design(matrix: Frozen, goal: Floats, priced: Priced, quantities: Ints) -> Point | None:
    """The cheapest relaxed design if energy were free and no row bounded quantities; none where there is no design."""
    row_lo, row_hi = matrix.row_lo.copy(), matrix.row_hi.copy()
    row_lo[priced.row], row_hi[priced.row] = -inf, inf
    lo, hi = matrix.lo.copy(), matrix.hi.copy()
    lo[quantities] = hi[quantities] = 0.0
    none = np.empty(0, dtype=np.int64)
    return Session(Frozen(lo, hi, none, row_lo, row_hi, matrix.start, matrix.index, matrix.value), goal).run()
