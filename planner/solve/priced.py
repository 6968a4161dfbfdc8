"""The rows and columns of a master that need a price: rows on quantities, and the peaks that a bus may overrun."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from planner.solve.condense import Part
from planner.solve.highs_lp import Point, Session
from planner.solve.matrix import Floats, Frozen, Ints
from planner.solve.reach import without_dispatch


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


@dataclass(frozen=True, slots=True)
class Bill:
    """A column that only peaks and money ask something of: at least `share` x each peak + `least`, in real units."""

    column: int
    peaks: Ints
    share: Floats
    least: Floats
    floor: float

    def due(self, x: Floats) -> float:
        """The least that it may be for the peaks in `x`."""
        return max(self.floor, float((self.share * x[self.peaks] + self.least).max()))


@dataclass(frozen=True, slots=True)
class Peaks:
    """The peaks of a bus: what one more kW costs by design column of the bus, infinite elsewhere; and their bills."""

    price: Floats
    bills: tuple[Bill, ...]

    def settle(self, x: Floats, design: Ints, top: Floats, goal: Floats, lo: Floats) -> float:
        """Set the peaks in `x` to `top` and the bills to what is due; what that saves."""
        free = np.flatnonzero(np.isfinite(self.price))
        at, new = design[free], np.maximum(top[free], lo[design[free]])
        saved = float(goal[at] @ (x[at] - new))
        x[at] = new
        for bill in self.bills:
            due = bill.due(x)
            saved += float(goal[bill.column] * (x[bill.column] - due))
            x[bill.column] = due
        return saved


def peaks_of(matrix: Frozen, goal: Floats, part: Part) -> Peaks:
    """The peaks that may be overrun: those that nothing but their price and their bills speaks of.

    One kW more of a peak costs its own price and a share of every bill's, which is the most that it can cost.
    """
    price = np.full(part.oracle.size, inf)
    columns = {p.column: i.most for i in part.oracle.bus.imported for p in i.peaks}
    if not columns:
        return Peaks(price, ())
    rows = _rows_of(matrix)
    at = {int(part.design[part.oracle.at[c]]): (part.oracle.at[c], most) for c, most in columns.items()}
    bills = _bills(matrix, goal, rows, set(at))
    for master, (design, most) in at.items():
        mine = [b for b in bills.values() if master in b.peaks]
        plain = len(rows.get(master, ())) == sum(int((b.peaks == master).sum()) for b in mine)
        if plain and goal[master] >= 0 and matrix.hi[master] >= most:
            due = sum(float(goal[b.column] * b.share[b.peaks == master].sum()) for b in mine)
            price[design] = goal[master] + due
    return Peaks(price, tuple(bills[c] for c in sorted(bills)))


def _rows_of(matrix: Frozen) -> dict[int, list[int]]:
    """The rows that hold each column."""
    found: dict[int, list[int]] = {}
    place = np.repeat(np.arange(len(matrix.row_lo)), np.diff(matrix.start))
    for column, row in zip(matrix.index.tolist(), place.tolist(), strict=True):
        found.setdefault(column, []).append(row)
    return found


def _bills(matrix: Frozen, goal: Floats, rows: dict[int, list[int]], peaks: set[int]) -> dict[int, Bill]:
    """The bills of `peaks`: columns in no row but `column x a - peak x b >= c`, without an upper bound."""
    whole, found = set(matrix.integer.tolist()), {}
    mine = {row for peak in peaks for row in rows.get(peak, ())}
    asked = {int(c) for row in mine for c in matrix.index[matrix.start[row] : matrix.start[row + 1]]}
    for column in sorted(asked - peaks):
        parts = [_part_of_bill(matrix, row, column, peaks) for row in rows[column]]
        if column in whole or matrix.hi[column] < inf or goal[column] < 0 or not all(parts):
            continue
        of, share, least = zip(*(p for p in parts if p), strict=True)
        floor = float(matrix.lo[column])
        found[column] = Bill(column, np.array(of, dtype=np.int64), np.array(share), np.array(least), floor)
    return found


def _part_of_bill(matrix: Frozen, row: int, column: int, peaks: set[int]) -> tuple[int, float, float] | None:
    """Peak, share and constant of a row that says `column >= share x peak + constant`; none of any other row."""
    span = slice(matrix.start[row], matrix.start[row + 1])
    terms = dict(zip(matrix.index[span].tolist(), matrix.value[span].tolist(), strict=True))
    by = terms.pop(column)
    if len(terms) != 1 or by <= 0 or matrix.row_hi[row] < inf:
        return None
    (peak, value), = terms.items()
    return (peak, -value / by, float(matrix.row_lo[row]) / by) if peak in peaks and value < 0 else None


def first_design(matrix: Frozen, goal: Floats, quantities: Ints) -> Point | None:
    """The cheapest relaxed design if energy were free and no row bounded quantities; none where there is no design."""
    return Session(without_dispatch(matrix, quantities), goal).run()
