"""The most that a bus can buy where no connection limits it, so that nothing it counts is without a least.

An hour's import is no more than what is drawn, charged and sold, each at its most. What columns may be is a small
linear program over the model's own rows, those on what is dispatched left out.
"""

from __future__ import annotations

from math import isinf

import numpy as np

from planner.model import Bus
from planner.solve.highs_lp import Session
from planner.solve.matrix import Floats, Frozen, Ints


def without_dispatch(matrix: Frozen, quantities: Ints) -> Frozen:
    """The program with its whole numbers relaxed, quantities at nothing, and no row that bounds them."""
    mine = np.zeros(len(matrix.lo), dtype=bool)
    mine[quantities] = True
    place = np.repeat(np.arange(len(matrix.row_lo)), np.diff(matrix.start))
    rows = np.unique(place[mine[matrix.index]])
    row_lo, row_hi = matrix.row_lo.copy(), matrix.row_hi.copy()
    row_lo[rows], row_hi[rows] = -np.inf, np.inf
    lo, hi = matrix.lo.copy(), matrix.hi.copy()
    lo[quantities] = hi[quantities] = 0.0
    none = np.empty(0, dtype=np.int64)
    return Frozen(lo, hi, none, row_lo, row_hi, matrix.start, matrix.index, matrix.value)


def reach(program: Frozen, bus: Bus, column: Ints) -> float | None:
    """kW that the bus can buy in an hour at most; none where nothing bounds it. `column`: of each model column."""
    worth = np.zeros(len(program.lo))
    one: Floats = np.ones(len(bus.calendar))
    for draw in bus.draws:
        worth[column[draw.column]] -= draw.profile.max(initial=0.0)
    for store in bus.stores:
        worth[column[store.power]] -= store.on_bus(one, one)[0].max(initial=0.0)
    point = Session(program, worth).run()
    sold = sum(part.most for part in bus.exported)
    return None if point is None or isinf(sold) else sold - point.value
