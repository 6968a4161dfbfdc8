"""A dispatch that the interior point method could not bring to an end, ended by simplex.

Where sizes are next to nothing, or stored energy is worth less than nothing, the interior point method may stall while
what its point costs and what its prices prove still differ by more than a search can use. The same linear program,
solved to a vertex, has no such difference. A year of hours takes seconds, so it is the last resort.
"""

from __future__ import annotations

from math import inf

import numpy as np

from planner.solve.highs_lp import Session
from planner.solve.interior import Interior
from planner.solve.matrix import Floats, Frozen, Matrix

ITERATIONS = 1_000_000
"""Simplex steps; a year of two stores takes some ten thousands."""


def settle(search: Interior, power: Floats, energy: Floats) -> None:
    """Puts the optimal dispatch and its prices in place of a stalled search's, where one is found.

    `power`, `energy`: sizes of the stores (K,), in the search's unit; nothing is nothing here.
    """
    (hours, _), stores = search.shape, len(search.each)
    point = Session(program(search, power, energy), search.cost, iterations=ITERATIONS).run()
    if point is None:
        return
    search.x = point.x.reshape(search.shape)
    search.lam = point.duals[:hours]
    search.w = point.duals[hours * (1 + stores) :].reshape(stores, hours)


def program(search: Interior, power: Floats, energy: Floats) -> Frozen:
    """The search's linear program: rows of the bus (T), of power (K x T), of levels (K x T)."""
    (hours, columns), stores, first = search.shape, len(search.each), search.steps
    made, t, none = Matrix(), np.arange(hours), np.zeros(hours)
    width = np.where(search.there, np.where(search.cap > 0.0, search.cap, inf), 0.0).reshape(search.shape)
    width[:, first + 3 :: 4] = energy
    made.add_block(hours * columns)
    made.hi = width.ravel().tolist()
    need = search.asked[0]
    balance = made.add_rows(need, need)
    limits = [made.add_rows(none + kw, none + kw) for kw in power]
    kept = [made.add_rows(none, none) for _ in energy]
    for s in range(first):
        made.put(balance, t * columns + s, 1.0)
    for k in range(stores):
        charge, discharge, rest, held = (t * columns + first + 4 * k + i for i in range(4))
        keep, into, out_of, out = search.phys[k]
        made.put(balance, charge, -search.bus[0, k])
        made.put(balance, discharge, search.bus[1, k])
        for column, kw in ((charge, 1.0), (discharge, 1.0 / out), (rest, 1.0)):
            made.put(limits[k], column, kw)
        before = np.roll(held, 1)
        for column, kwh in ((before, keep), (held, -1.0), (charge, into), (discharge, -1.0 / out_of)):
            made.put(kept[k], column, float(kwh))
    return made.freeze()


