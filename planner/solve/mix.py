"""The cheapest mix of the dispatches seen at one design, within the rows that bound quantities; and those rows' prices.

Every restriction of a dispatch is convex, so a mix of dispatches of a design is itself a dispatch of that design.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from planner.solve.highs_lp import Session
from planner.solve.matrix import Floats
from planner.solve.solution import Dispatch


@dataclass(frozen=True, slots=True)
class Mixed:
    """Its value, the row prices (R,), the share of every dispatch by bus, what each row is exceeded by (R,)."""

    value: float
    prices: Floats
    shares: list[Floats]
    excess: Floats


def mix(
    lp: Session, costs: list[Floats], uses: list[Floats], room: Floats, low: Floats, high: Floats, unit: float
) -> Mixed:
    """Least `sum of share x cost` with `sum of share x use <= room`, row prices kept between `low` and `high`.

    By bus: `costs` (K,) of its dispatches and `uses` (R, K) of the rows; `room`, `low`, `high` (R,). Shares of each bus
    add to one. Beyond its room a row is exceeded at `high`; below `low` its price does not fall. `unit`: a usual cost.
    `lp` is overwritten: to make a session takes longer than to solve this.
    """
    lp.clear()
    buses, rows = len(costs), len(room)
    for _ in range(buses):
        lp.add_row(1.0, 1.0)
    size = np.maximum(1e-12, np.abs(room) + sum((np.abs(u).max(axis=1) for u in uses), np.zeros(rows)))
    for r in range(rows):
        lp.add_row(-inf, room[r] / size[r])
    for b, (cost, use) in enumerate(zip(costs, uses, strict=True)):
        for k in range(len(cost)):
            index = [b, *(buses + r for r in range(rows))]
            lp.add_column(cost[k] / unit, 0.0, inf, index, [1.0, *(use[:, k] / size)])
    over = [lp.add_column(high[r] * size[r] / unit, 0.0, inf, [buses + r], [-1.0]) for r in range(rows)]
    for r in range(rows):
        if low[r] > 0:
            lp.add_column(-low[r] * size[r] / unit, 0.0, inf, [buses + r], [1.0])
    point = lp.run()
    if point is None:
        raise ArithmeticError("a mix of dispatches was not found")
    prices = np.maximum(-point.duals[buses:], 0.0) * unit / size
    shares, at = [], 0
    for cost in costs:
        shares.append(point.x[at : at + len(cost)])
        at += len(cost)
    return Mixed(point.value * unit, prices, shares, point.x[over] * size if rows else np.empty(0))


def mixed_dispatch(shares: Floats, parts: list[Dispatch]) -> Dispatch:
    """The weighted sum of dispatches of one bus."""

    def add(of: list[tuple[Floats, ...]]) -> tuple[Floats, ...]:
        return tuple(np.asarray(sum(w * a for w, a in zip(shares, one, strict=True))) for one in zip(*of, strict=True))

    taken = [d.taken for d in parts if d.taken is not None]
    return Dispatch(
        np.asarray(sum(w * t for w, t in zip(shares, taken, strict=True))) if taken else None,
        add([d.imported for d in parts]),
        add([d.exported for d in parts]),
        add([d.charge for d in parts]),
        add([d.discharge for d in parts]),
        add([d.level for d in parts]),
    )
