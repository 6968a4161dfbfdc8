"""Model -> Matrix with every hour of every bus written out: the reference that other engines must agree with.

Columns and rows are laid in the order of their names, so that the order in which blocks ran leaves no trace.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import inf

import numpy as np

from planner.model import Bus, Model, TallyKey
from planner.solve.hourly import BusColumns, expand_bus
from planner.solve.matrix import Frozen, Ints, Matrix, Vector, from_terms, join

BusKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Expanded:
    """The matrix, where each model column and bus part went, and the vectors of every ledger account and tally."""

    matrix: Frozen
    column: Ints
    """Matrix column of each model column."""
    row: dict[str, int]
    """Matrix row of each model row, by name."""
    buses: dict[BusKey, BusColumns]
    accounts: dict[str, Vector]
    tallies: dict[TallyKey, Vector]

    def ledger(self, accounts: tuple[str, ...] = ()) -> Vector:
        """USD per unit of each column, of some accounts or (empty) of all."""
        return join([(v, 1.0) for a, v in sorted(self.accounts.items()) if not accounts or a in accounts])

    def tally(self, key: TallyKey) -> Vector:
        """Units of a tally per unit of each column; an empty site or period means all of them."""
        return _select(self.tallies, key)


def expand(m: Model) -> Expanded:
    """Write out the whole model."""
    matrix = Matrix()
    column = np.empty(len(m.columns), dtype=np.int64)
    for index in sorted(range(len(m.columns)), key=lambda i: m.columns[i].name):
        c = m.columns[index]
        column[index] = matrix.add_column(c.lo, c.hi, integer=c.integer)
    balanced = sorted((key, bus) for key, bus in m.buses.items() if bus.balanced)
    buses = {key: expand_bus(matrix, bus, column) for key, bus in balanced}
    tallies = _tallies(m, column, buses)
    accounts = _accounts(m, column, buses, tallies)
    row = _rows(m, matrix, column, accounts, tallies)
    return Expanded(matrix.freeze(), column, row, buses, accounts, tallies)


def _select(tallies: dict[TallyKey, Vector], key: TallyKey) -> Vector:
    name, site, period = key
    return join(
        [
            (vector, 1.0)
            for (n, s, p), vector in sorted(tallies.items())
            if n == name and (not site or s == site) and (not period or p == period)
        ]
    )


def _tallies(m: Model, column: Ints, buses: dict[BusKey, BusColumns]) -> dict[TallyKey, Vector]:
    parts: dict[TallyKey, list[tuple[Vector, float]]] = defaultdict(list)
    counted: dict[TallyKey, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for count in m.counts:
        counted[count.tally, count.site, count.period][int(column[count.column])] += count.per_unit
    for key, terms in counted.items():
        parts[key].append((from_terms(terms), 1.0))
    for bus_key, columns in buses.items():
        bus = m.buses[bus_key]
        for imported, at in zip(bus.imported, columns.imported, strict=True):
            for name, profile in imported.tallies.items():
                parts[name, bus.site, bus.period].append(((at, profile * bus.calendar.weight), 1.0))
        for exported, at in zip(bus.exported, columns.exported, strict=True):
            for name, profile in exported.tallies.items():
                parts[name, bus.site, bus.period].append(((at, profile * bus.calendar.weight), 1.0))
    return {key: join(vectors) for key, vectors in parts.items()}


def _accounts(
    m: Model, column: Ints, buses: dict[BusKey, BusColumns], tallies: dict[TallyKey, Vector]
) -> dict[str, Vector]:
    parts: dict[str, list[tuple[Vector, float]]] = defaultdict(list)
    posted: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for line in m.ledger:
        posted[line.account][int(column[line.column])] += line.quantity * line.unit_price * line.factor
    for account, terms in posted.items():
        parts[account].append((from_terms(terms), 1.0))
    for key, columns in buses.items():
        for account, vector in _dispatch_costs(m.buses[key], columns):
            parts[account].append((vector, 1.0))
    for price in m.tally_prices:
        parts[price.account].append((_select(tallies, price.key), price.unit_price * price.factor))
    return {account: join(vectors) for account, vectors in parts.items()}


def _dispatch_costs(bus: Bus, columns: BusColumns) -> list[tuple[str, Vector]]:
    """What a bus's dispatchable parts cost, per kW of each hour."""
    weight = bus.calendar.weight
    found: list[tuple[str, Vector]] = []
    for imported, at in zip(bus.imported, columns.imported, strict=True):
        found.append((imported.account, (at, imported.price * weight * imported.factor)))
    for exported, at in zip(bus.exported, columns.exported, strict=True):
        found.append((exported.account, (at, -exported.price * weight * exported.factor)))
    for store, (_, discharge, _) in zip(bus.stores, columns.stores, strict=True):
        if store.wear:
            found.append((store.account, (discharge, weight * store.wear * store.factor)))
    return found


def _rows(
    m: Model,
    matrix: Matrix,
    column: Ints,
    accounts: dict[str, Vector],
    tallies: dict[TallyKey, Vector],
) -> dict[str, int]:
    where: dict[str, int] = {}
    for row in sorted(m.rows, key=lambda r: r.name):
        lo = row.rhs if row.sense != "<=" else -inf
        hi = row.rhs if row.sense != ">=" else inf
        at = matrix.add_rows(np.array([lo]), np.array([hi]))
        where[row.name] = int(at[0])
        index, value = from_terms(row.terms)
        matrix.put(at, column[index] if len(index) else index, value)
        for key, coefficient in row.tallies.items():
            matrix.put(at, *_scaled(_select(tallies, key), coefficient))
        if row.accounts is not None:
            for account, vector in accounts.items():
                if not row.accounts or account in row.accounts:
                    matrix.put(at, *_scaled(vector, 1.0))
    return where


def _scaled(vector: Vector, by: float) -> Vector:
    return vector[0], vector[1] * by
