"""Model -> master: the model's own columns and rows, and for each hourly bus one column per quantity instead of hours.

    quantity columns: money spent by the dispatch, and each tally that a row, a price or the objective names
    start columns: the level a store begins (and ends) each stretch with, no more than its energy
    a cut on a bus: mult . quantities >= gradient . (columns of the bus, starts) + constant
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

import numpy as np

from planner.model import Bus, Export, Import, Model, TallyKey
from planner.solve.burning import BurningOracle, may_burn
from planner.solve.expand import BusKey, Share, balanced, gather, lay_columns, lay_rows, select
from planner.solve.lp_oracle import LpOracle, recursive
from planner.solve.matrix import Frozen, Ints, Matrix, Vector, join
from planner.solve.oracle import MONEY, BusOracle, NotDecomposable
from planner.solve.reach import reach, without_dispatch

CUTS = 72
"""Cuts that a trial of all buses gives at most, where a year's cut is made by month."""


@dataclass(frozen=True, slots=True)
class Part:
    """One bus in the master: its oracle, the master columns of its design and of its quantities."""

    oracle: BusOracle
    design: Ints
    quantity: Ints
    """(segments, quantities)."""


@dataclass(frozen=True, slots=True)
class Condensed:
    """The master before cuts."""

    matrix: Frozen
    column: Ints
    """Master column of each model column."""
    row: dict[str, int]
    parts: dict[BusKey, Part]
    accounts: dict[str, Vector]
    tallies: dict[TallyKey, Vector]

    def ledger(self) -> Vector:
        return join([(v, 1.0) for _, v in sorted(self.accounts.items())])

    def tally(self, key: TallyKey) -> Vector:
        return select(self.tallies, key)

    @property
    def quantities(self) -> Ints:
        """Master columns of all quantities."""
        return np.concatenate([np.empty(0, np.int64), *(p.quantity.ravel() for p in self.parts.values())])


def condense(m: Model, objective: Iterable[str]) -> Condensed:
    """The master of a model. Raises NotDecomposable, with the reason, where only the reference engine will do."""
    matrix = Matrix()
    column = lay_columns(m, matrix)
    needed = _needed(m, objective)
    parts: dict[BusKey, Part] = {}
    shares: dict[BusKey, Share] = {}
    buses = list(balanced(m))
    months = months_of_a_cut(len(buses))
    for key, bus in buses:
        parts[key], shares[key] = _part(m, matrix, column, bus, needed, months)
    accounts, tallies = gather(m, column, shares)
    row = lay_rows(m, matrix, column, accounts, tallies)
    _cap_starts(matrix, parts)
    made = Condensed(matrix.freeze(), column, row, parts, accounts, tallies)
    _bound_below(made)
    return made


def _bound_below(c: Condensed) -> None:
    """A least for what a bus counts where it is paid for what it buys and nothing limits that but its use."""
    program = None
    for part in c.parts.values():
        if np.isfinite(c.matrix.lo[part.quantity]).all():
            continue
        program = program or without_dispatch(c.matrix, c.quantities)
        bus = part.oracle.bus
        most = reach(program, bus, c.column)
        if most is None:
            said = "buys without limit at prices below zero, and nothing limits what may stand there"
            raise NotDecomposable(f"{bus.name} of {bus.site} {said}")
        c.matrix.lo[part.quantity] = part.oracle.least(most)


def months_of_a_cut(buses: int) -> int:
    """Months that share a cut: one, while buses are few; the more cuts a trial gives, the longer the master takes."""
    return next((n for n in (1, 2, 3, 4, 6) if buses * 12 / n <= CUTS), 12)


def _needed(m: Model, objective: Iterable[str]) -> set[str]:
    """Tallies that something in the model depends on."""
    named = {key[0] for row in m.rows for key in row.tallies} | {price.key[0] for price in m.tally_prices}
    return named | ({"co2_kg", "embodied_kg"} if "carbon" in objective else set())


def _part(m: Model, matrix: Matrix, column: Ints, bus: Bus, needed: set[str], months: int) -> tuple[Part, Share]:
    trades: list[Import | Export] = [*bus.imported, *bus.exported]
    counted = sorted({name for part in trades for name in part.tallies} & needed)
    made = (BurningOracle if may_burn(m, bus) else BusOracle) if recursive(bus) else LpOracle
    oracle = made(bus, (MONEY, *counted), column, months=months)
    spent = sorted({part.account for part in trades} | {store.account for store in bus.stores})
    _one_purse(m, bus, spent)
    _no_equation(m, counted, spent)
    lows = oracle.least()
    quantity = np.array([[matrix.add_column(lo, inf) for lo in row] for row in lows.tolist()], dtype=np.int64)
    starts = [matrix.add_column(0.0, inf) for _ in range(oracle.starts)]
    design = np.array([*column[np.array(oracle.columns, dtype=np.int64)], *starts], dtype=np.int64)

    ones = np.ones(len(oracle.segments))
    share = Share(
        [(account, (quantity[:, 0], ones)) for account in spent[:1]],
        [(name, (quantity[:, 1 + k], ones)) for k, name in enumerate(counted)],
    )
    return Part(oracle, design, quantity), share


def _one_purse(m: Model, bus: Bus, spent: list[str]) -> None:
    """The accounts a dispatch pays into must be limited together or not at all: the master keeps them in one column."""
    for row in m.rows:
        named = set(row.accounts or ()) & set(spent)
        if named and named != set(spent):
            raise NotDecomposable(f"{row.name} limits {', '.join(sorted(named))} of {bus.name} apart from the rest")


def _no_equation(m: Model, counted: list[str], spent: list[str]) -> None:
    """A row on what a dispatch counts or spends has one side, on which a slack can have a price."""
    for row in m.rows:
        money = row.accounts is not None and (not row.accounts or set(row.accounts) & set(spent))
        if row.sense == "==" and (money or {key[0] for key in row.tallies} & set(counted)):
            raise NotDecomposable(f"{row.name} is an equation on what is dispatched")


def _cap_starts(matrix: Matrix, parts: dict[BusKey, Part]) -> None:
    for part in parts.values():
        oracle = part.oracle
        for k in range(oracle.starts):
            store = oracle.bus.stores[k // len(oracle.segments)]
            row = matrix.add_rows(np.array([-inf]), np.array([0.0]))
            matrix.put(row, part.design[len(oracle.columns) + k : len(oracle.columns) + k + 1], 1.0)
            matrix.put(row, part.design[[oracle.at[store.energy]]], -store.usable)
