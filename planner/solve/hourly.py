"""One bus, hour by hour, as columns and rows.

    imports + taken + discharge = draws + exports + charge                            every hour
    taken <= sum over producers of column x profile                                   what is not taken is curtailed
    import <= limit,  import <= every peak column that counts the hour
    covered <= import,  covered <= sum over contracts of column x profile
    level(t) = level(t-1) (1 - loss) + charge eta_c - discharge / eta_d               cyclic in each stretch
    charge + discharge / power_out <= power,  level <= energy x usable
    discharge = 0 in hours so negative that burning energy in a store would pay
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

import numpy as np
from numpy.typing import NDArray

from planner.model import Bus, Import, Peak, Store, name_of
from planner.solve.matrix import Ints, Matrix


@dataclass(slots=True)
class BusColumns:
    """Matrix columns of a bus's parts, one per hour; stores as (charge, discharge, level)."""

    balance: Ints
    """Rows of the balance."""
    taken: Ints | None = None
    imported: list[Ints] = field(default_factory=list)
    covered: list[Ints] = field(default_factory=list)
    """Of each import, what contracts cover; empty where none may."""
    exported: list[Ints] = field(default_factory=list)
    stores: list[tuple[Ints, Ints, Ints]] = field(default_factory=list)


def expand_bus(matrix: Matrix, bus: Bus, column: Ints) -> BusColumns:
    """Columns and rows of one balanced bus."""
    hours = len(bus.calendar)
    zero = np.zeros(hours)
    made = BusColumns(matrix.add_rows(zero, zero, name=_name(bus, "balance")))
    for draw in bus.draws:
        matrix.put(made.balance, column[draw.column], -draw.profile)
    if bus.produced:
        made.taken = matrix.add_block(hours, name=_name(bus, "taken"))
        matrix.put(made.balance, made.taken, 1.0)
        rows = matrix.add_rows(np.full(hours, -inf), zero, name=_name(bus, "available"))
        matrix.put(rows, made.taken, 1.0)
        for part in bus.produced:
            matrix.put(rows, column[part.column], -part.profile)
    for imported in bus.imported:
        made.imported.append(_import(matrix, bus, made.balance, column, imported))
        made.covered.append(_cover(matrix, bus, made.imported[-1], column, imported))
    for exported in bus.exported:
        at = matrix.add_block(hours, exported.most, name=_name(bus, "exported", exported.who))
        matrix.put(made.balance, at, -1.0)
        made.exported.append(at)
    for store in bus.stores:
        made.stores.append(_store(matrix, bus, made.balance, column, store))
    return made


def _name(bus: Bus, what: str, who: str = "") -> str:
    """What a part of a bus is called; the hour comes after it."""
    said = {"who": who} if who else {}
    return name_of(f"{bus.name}.{what}", site=bus.site, period=bus.period, **said)


def _import(matrix: Matrix, bus: Bus, balance: Ints, column: Ints, part: Import) -> Ints:
    hours = len(bus.calendar)
    at = matrix.add_block(hours, part.most, name=_name(bus, part.role, part.who))
    matrix.put(balance, at, 1.0)
    if part.limit is not None:
        rows = matrix.add_rows(np.full(hours, -inf), np.zeros(hours), name=_name(bus, "limit", part.who))
        matrix.put(rows, at, 1.0)
        matrix.put(rows, column[part.limit], -1.0)
    _peaks(matrix, bus, at, column, part)
    return at


def may_discharge(bus: Bus, store: Store) -> NDArray[np.bool_]:
    """Hours (T,) in which a store may discharge: not those so negative that burning energy in its losses would pay."""
    taken, given = store.on_bus(np.ones(len(bus.calendar)), np.ones(len(bus.calendar)))
    through = store.charge_efficiency * store.discharge_efficiency * given / taken
    least = np.min([part.price for part in bus.imported], axis=0) if bus.imported else np.zeros(len(bus.calendar))
    return np.asarray(least * (1.0 - through) >= -store.wear * through)


def _cover(matrix: Matrix, bus: Bus, at: Ints, column: Ints, part: Import) -> Ints:
    if part.cover is None:
        return np.empty(0, dtype=np.int64)
    hours = len(at)
    covered = matrix.add_block(hours, name=_name(bus, "covered", part.who))
    rows = matrix.add_rows(np.full(hours, -inf), np.zeros(hours), name=_name(bus, "covered_import", part.who))
    matrix.put(rows, covered, 1.0)
    matrix.put(rows, at, -1.0)
    rows = matrix.add_rows(np.full(hours, -inf), np.zeros(hours), name=_name(bus, "covered_offer", part.who))
    matrix.put(rows, covered, 1.0)
    for offered, profile in part.cover.parts:
        matrix.put(rows, column[offered], -profile)
    return covered


def _peaks(matrix: Matrix, bus: Bus, at: Ints, column: Ints, part: Import) -> None:
    """Every import within the peaks that count its hour; hours with the same several peaks have one of their own."""
    for mine, hours in peak_groups(part.peaks, len(at)):
        if len(mine) == 1:
            top = column[mine]
        else:
            name = f"{_name(bus, 'top', part.who)[:-1]},from={hours[0]}]"
            top = np.array([matrix.add_column(0.0, inf, name=name)])
            for k, peak in enumerate(column[mine]):
                row = matrix.add_rows(np.array([-inf]), np.zeros(1), name=f"{name}.under.{k}")
                matrix.put(row, top, 1.0)
                matrix.put(row, peak, -1.0)
        rows = matrix.add_rows(
            np.full(len(hours), -inf), np.zeros(len(hours)), name=_name(bus, "peak", part.who), hours=hours
        )
        matrix.put(rows, at[hours], 1.0)
        matrix.put(rows, top, -1.0)


def peak_groups(peaks: tuple[Peak, ...], hours: int) -> list[tuple[Ints, Ints]]:
    """Hours by the peaks that count them: (columns, hours) of each such set, hours that no peak counts left out."""
    if not peaks:
        return []
    counted = np.array([peak.hours for peak in peaks]).T
    sets, which = np.unique(counted, axis=0, return_inverse=True)
    columns = np.array([peak.column for peak in peaks])
    return [
        (columns[members], np.flatnonzero(which.reshape(hours) == k)) for k, members in enumerate(sets) if members.any()
    ]


def _store(matrix: Matrix, bus: Bus, balance: Ints, column: Ints, store: Store) -> tuple[Ints, Ints, Ints]:
    hours = len(bus.calendar)
    parts = ("charge", "discharge", "level")
    charge, discharge, level = (matrix.add_block(hours, name=_name(bus, what, store.who)) for what in parts)
    for at in discharge[~may_discharge(bus, store)].tolist():
        matrix.hi[at] = 0.0
    taken, given = store.on_bus(np.ones(hours), np.ones(hours))
    matrix.put(balance, charge, -taken)
    matrix.put(balance, discharge, given)
    before = np.arange(hours) - 1
    for begin, end in bus.calendar.stretches:
        before[begin] = end - 1
    zero, below = np.zeros(hours), np.full(hours, -inf)
    rows = matrix.add_rows(zero, zero, name=_name(bus, "stored", store.who))
    matrix.put(rows, level, 1.0)
    matrix.put(rows, level[before], -(1.0 - store.standing_loss))
    matrix.put(rows, charge, -store.charge_efficiency)
    matrix.put(rows, discharge, 1.0 / store.discharge_efficiency)
    rows = matrix.add_rows(below, zero, name=_name(bus, "power", store.who))
    matrix.put(rows, charge, 1.0)
    matrix.put(rows, discharge, 1.0 / store.power_out)
    matrix.put(rows, column[store.power], -1.0)
    rows = matrix.add_rows(below, zero, name=_name(bus, "energy", store.who))
    matrix.put(rows, level, 1.0)
    matrix.put(rows, column[store.energy], -store.usable)
    return charge, discharge, level
