"""Model -> Matrix with every hour of every bus written out: the reference that other engines must agree with.

Columns and rows are laid in the order of their names, so that the order in which blocks ran leaves no trace.
`lay_columns`, `gather` and `lay_rows` are shared with `condense.py`, which writes one column per quantity of a bus
where this writes its hours.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import inf

import numpy as np

from planner.model import Bus, Export, Import, Model, TallyKey
from planner.solve.hourly import BusColumns, expand_bus
from planner.solve.matrix import Frozen, Ints, Matrix, Named, Vector, from_terms, join

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
    column_names: tuple[Named, ...] = ()
    row_names: tuple[Named, ...] = ()

    def ledger(self, accounts: tuple[str, ...] = ()) -> Vector:
        """USD per unit of each column, of some accounts or (empty) of all."""
        return join([(v, 1.0) for a, v in sorted(self.accounts.items()) if not accounts or a in accounts])

    def tally(self, key: TallyKey) -> Vector:
        """Units of a tally per unit of each column; an empty site or period means all of them."""
        return select(self.tallies, key)


@dataclass(frozen=True, slots=True)
class Share:
    """What the dispatch of one bus adds to ledger accounts and tallies."""

    accounts: list[tuple[str, Vector]]
    tallies: list[tuple[str, Vector]]


def expand(m: Model) -> Expanded:
    """Write out the whole model."""
    matrix = Matrix()
    column = lay_columns(m, matrix)
    buses = {key: expand_bus(matrix, bus, column) for key, bus in balanced(m)}
    shares = {
        key: Share(_dispatch_costs(m.buses[key], at), _dispatch_tallies(m.buses[key], at)) for key, at in buses.items()
    }
    accounts, tallies = gather(m, column, shares)
    row = lay_rows(m, matrix, column, accounts, tallies)
    named = tuple(matrix.column_names), tuple(matrix.row_names)
    return Expanded(matrix.freeze(), column, row, buses, accounts, tallies, *named)


def balanced(m: Model) -> list[tuple[BusKey, Bus]]:
    """The buses that balance, in the order of their keys."""
    return sorted(((key, bus) for key, bus in m.buses.items() if bus.balanced), key=lambda kb: kb[0])


def lay_columns(m: Model, matrix: Matrix) -> Ints:
    """The model's own columns by name; where each went."""
    column = np.empty(len(m.columns), dtype=np.int64)
    for index in sorted(range(len(m.columns)), key=lambda i: m.columns[i].name):
        c = m.columns[index]
        column[index] = matrix.add_column(c.lo, c.hi, integer=c.integer, name=c.name)
    return column


def gather(
    m: Model, column: Ints, shares: dict[BusKey, Share]
) -> tuple[dict[str, Vector], dict[TallyKey, Vector]]:
    """The vectors of every ledger account and of every tally."""
    tallies = _tallies(m, column, shares)
    return _accounts(m, column, shares, tallies), tallies


def select(tallies: dict[TallyKey, Vector], key: TallyKey) -> Vector:
    name, site, period = key
    return join(
        [
            (vector, 1.0)
            for (n, s, p), vector in sorted(tallies.items())
            if n == name and (not site or s == site) and (not period or p == period)
        ]
    )


def _tallies(m: Model, column: Ints, shares: dict[BusKey, Share]) -> dict[TallyKey, Vector]:
    parts: dict[TallyKey, list[tuple[Vector, float]]] = defaultdict(list)
    counted: dict[TallyKey, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for count in m.counts:
        counted[count.tally, count.site, count.period][int(column[count.column])] += count.per_unit
    for key, terms in counted.items():
        parts[key].append((from_terms(terms), 1.0))
    for bus_key, share in shares.items():
        bus = m.buses[bus_key]
        for name, vector in share.tallies:
            parts[name, bus.site, bus.period].append((vector, 1.0))
    return {key: join(vectors) for key, vectors in parts.items()}


def _accounts(
    m: Model, column: Ints, shares: dict[BusKey, Share], tallies: dict[TallyKey, Vector]
) -> dict[str, Vector]:
    parts: dict[str, list[tuple[Vector, float]]] = defaultdict(list)
    posted: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for line in m.ledger:
        posted[line.account][int(column[line.column])] += line.quantity * line.unit_price * line.factor
    for account, terms in posted.items():
        parts[account].append((from_terms(terms), 1.0))
    for share in shares.values():
        for account, vector in share.accounts:
            parts[account].append((vector, 1.0))
    for price in m.tally_prices:
        parts[price.account].append((select(tallies, price.key), price.unit_price * price.factor))
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


def _dispatch_tallies(bus: Bus, columns: BusColumns) -> list[tuple[str, Vector]]:
    """What a bus's dispatchable parts count, per kW of each hour; what contracts cover counts less."""
    trades: list[tuple[Import | Export, Ints]] = list(zip(bus.imported, columns.imported, strict=True))
    trades += zip(bus.exported, columns.exported, strict=True)
    found = [
        (name, (at, profile * bus.calendar.weight)) for part, at in trades for name, profile in part.tallies.items()
    ]
    for part, at in zip(bus.imported, columns.covered, strict=True):
        for name, profile in part.cover.tallies.items() if part.cover else ():
            found.append((name, (at, -profile * bus.calendar.weight)))
    return found


def lay_rows(
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
        at = matrix.add_rows(np.array([lo]), np.array([hi]), name=row.name)
        where[row.name] = int(at[0])
        index, value = from_terms(row.terms)
        matrix.put(at, column[index] if len(index) else index, value)
        for key, coefficient in row.tallies.items():
            matrix.put(at, *_scaled(select(tallies, key), coefficient))
        if row.accounts is not None:
            for account, vector in accounts.items():
                if not row.accounts or account in row.accounts:
                    matrix.put(at, *_scaled(vector, 1.0))
    return where


def _scaled(vector: Vector, by: float) -> Vector:
    return vector[0], vector[1] * by
