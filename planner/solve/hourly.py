"""One bus, hour by hour, as columns and rows.

    imports + taken + discharge = draws + exports + charge                            every hour
    taken <= sum over producers of column x profile                                   what is not taken is curtailed
    import <= limit,  import <= peak of the stretch <= monthly peak columns
    level(t) = level(t-1) (1 - loss) + charge eta_c - discharge / eta_d               cyclic in each stretch
    charge + discharge / power_out <= power,  level <= energy x usable
    discharge = 0 in hours so negative that burning energy in a store would pay
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

import numpy as np
from numpy.typing import NDArray

from planner.model import Bus, Calendar, Import, Store
from planner.solve.matrix import Ints, Matrix

MONTH_ENDS = np.cumsum((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)) * 24
LONGEST_MONTH = 31 * 24
"""Hours; one stretch longer than this is the period itself, each hour in its own month."""


@dataclass(slots=True)
class BusColumns:
    """Matrix columns of a bus's parts, one per hour; stores as (charge, discharge, level)."""

    balance: Ints
    """Rows of the balance."""
    taken: Ints | None = None
    imported: list[Ints] = field(default_factory=list)
    exported: list[Ints] = field(default_factory=list)
    stores: list[tuple[Ints, Ints, Ints]] = field(default_factory=list)


def expand_bus(matrix: Matrix, bus: Bus, column: Ints) -> BusColumns:
    """Columns and rows of one balanced bus."""
    hours = len(bus.calendar)
    zero = np.zeros(hours)
    made = BusColumns(matrix.add_rows(zero, zero))
    for draw in bus.draws:
        matrix.put(made.balance, column[draw.column], -draw.profile)
    if bus.produced:
        made.taken = matrix.add_block(hours)
        matrix.put(made.balance, made.taken, 1.0)
        rows = matrix.add_rows(np.full(hours, -inf), zero)
        matrix.put(rows, made.taken, 1.0)
        for part in bus.produced:
            matrix.put(rows, column[part.column], -part.profile)
    for imported in bus.imported:
        made.imported.append(_import(matrix, bus, made.balance, column, imported))
    for exported in bus.exported:
        at = matrix.add_block(hours, exported.most)
        matrix.put(made.balance, at, -1.0)
        made.exported.append(at)
    for store in bus.stores:
        made.stores.append(_store(matrix, bus, made.balance, column, store))
    return made


def _import(matrix: Matrix, bus: Bus, balance: Ints, column: Ints, part: Import) -> Ints:
    hours = len(bus.calendar)
    at = matrix.add_block(hours, part.most)
    matrix.put(balance, at, 1.0)
    if part.limit is not None:
        rows = matrix.add_rows(np.full(hours, -inf), np.zeros(hours))
        matrix.put(rows, at, 1.0)
        matrix.put(rows, column[part.limit], -1.0)
    if part.monthly:
        _monthly(matrix, bus, at, column, part.monthly)
    return at


def month_of_hour(hour: Ints) -> Ints:
    """The month (0..11) of hours of the year (0..8759)."""
    return np.searchsorted(MONTH_ENDS, hour, side="right")


def hour_months(calendar: Calendar) -> list[Ints]:
    """The months (0..11) whose peaks count each hour, as arrays (T,); -1 fills where an hour has fewer.

    In a whole period an hour counts in its own month; a typical stretch counts in all months it stands for.
    """
    if len(calendar.stretches) == 1 and len(calendar) > LONGEST_MONTH:
        return [month_of_hour(calendar.hour)]
    found = [np.full(len(calendar), -1) for _ in range(max(len(months) for months in calendar.months))]
    for (begin, end), months in zip(calendar.stretches, calendar.months, strict=True):
        for k, month in enumerate(months):
            found[k][begin:end] = month
    return found


def may_discharge(bus: Bus, store: Store) -> NDArray[np.bool_]:
    """Hours (T,) in which a store may discharge: not those so negative that burning energy in its losses would pay."""
    through = store.charge_efficiency * store.discharge_efficiency
    least = np.min([part.price for part in bus.imported], axis=0) if bus.imported else np.zeros(len(bus.calendar))
    return np.asarray(least * (1.0 - through) >= -store.wear * through)


def _monthly(matrix: Matrix, bus: Bus, at: Ints, column: Ints, monthly: dict[int, int]) -> None:
    """Every import within its month's peak; a typical stretch within that of all months it stands for."""
    calendar = bus.calendar
    if len(calendar.stretches) == 1 and len(calendar) > LONGEST_MONTH:
        rows = matrix.add_rows(np.full(len(at), -inf), np.zeros(len(at)))
        matrix.put(rows, at, 1.0)
        matrix.put(rows, column[np.array([monthly[int(k)] for k in hour_months(calendar)[0]])], -1.0)
        return
    for (begin, end), months in zip(calendar.stretches, calendar.months, strict=True):
        peak = matrix.add_column(0.0, inf)
        rows = matrix.add_rows(np.full(end - begin, -inf), np.zeros(end - begin))
        matrix.put(rows, at[begin:end], 1.0)
        matrix.put(rows, np.array(peak), -1.0)
        for month in months:
            row = matrix.add_rows(np.array([-inf]), np.array([0.0]))
            matrix.put(row, np.array(peak), 1.0)
            matrix.put(row, column[monthly[month]], -1.0)


def _store(matrix: Matrix, bus: Bus, balance: Ints, column: Ints, store: Store) -> tuple[Ints, Ints, Ints]:
    hours = len(bus.calendar)
    charge, discharge, level = (matrix.add_block(hours) for _ in range(3))
    for at in discharge[~may_discharge(bus, store)].tolist():
        matrix.hi[at] = 0.0
    matrix.put(balance, charge, -1.0)
    matrix.put(balance, discharge, 1.0)
    before = np.arange(hours) - 1
    for begin, end in bus.calendar.stretches:
        before[begin] = end - 1
    zero, below = np.zeros(hours), np.full(hours, -inf)
    rows = matrix.add_rows(zero, zero)
    matrix.put(rows, level, 1.0)
    matrix.put(rows, level[before], -(1.0 - store.standing_loss))
    matrix.put(rows, charge, -store.charge_efficiency)
    matrix.put(rows, discharge, 1.0 / store.discharge_efficiency)
    rows = matrix.add_rows(below, zero)
    matrix.put(rows, charge, 1.0)
    matrix.put(rows, discharge, 1.0 / store.power_out)
    matrix.put(rows, column[store.power], -1.0)
    rows = matrix.add_rows(below, zero)
    matrix.put(rows, level, 1.0)
    matrix.put(rows, column[store.energy], -store.usable)
    return charge, discharge, level
