"""Linear programs that are solved again and again while rows and bounds change, kept warm in HiGHS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.solve.matrix import Floats, Frozen, Ints
from planner.solve.pulp_highs import quiet_highs, status_of, to_highs

ITERATIONS = 20_000
"""Far more simplex steps than these programs need."""


@dataclass(frozen=True, slots=True)
class Point:
    """An optimal point: its value, columns, row duals and reduced costs."""

    value: float
    x: Floats
    duals: Floats
    reduced: Floats


class Session:
    """A linear program held by HiGHS. Rows added later count after the matrix's own."""

    def __init__(
        self, matrix: Frozen | None = None, cost: Floats | None = None, *, iterations: int = ITERATIONS
    ) -> None:
        self._h: Any = quiet_highs({"simplex_iteration_limit": iterations})
        if matrix is not None and cost is not None:
            self._h.passModel(to_highs(matrix, cost))

    def clear(self) -> None:
        """Begin anew without rows and columns."""
        self._h.clearModel()

    @property
    def rows(self) -> int:
        return int(self._h.getNumRow())

    @property
    def columns(self) -> int:
        return int(self._h.getNumCol())

    def add_row(
        self, lo: float, hi: float, index: Sequence[int] | Ints = (), value: Sequence[float] | Floats = ()
    ) -> int:
        self._h.addRow(lo, hi, len(index), np.asarray(index, dtype=np.int32), np.asarray(value, dtype=np.float64))
        return self.rows - 1

    def add_rows(self, lo: Sequence[float], index: Sequence[Ints], value: Sequence[Floats]) -> None:
        """Rows without an upper bound, all at once."""
        starts = np.cumsum([0, *(len(i) for i in index)], dtype=np.int32)
        least, most = np.array(lo), np.full(len(lo), np.inf)
        columns, values = np.concatenate(index).astype(np.int32), np.concatenate(value)
        self._h.addRows(len(lo), least, most, len(columns), starts[:-1], columns, values)

    def add_column(
        self, cost: float, lo: float, hi: float, index: Sequence[int] | Ints = (), value: Sequence[float] | Floats = ()
    ) -> int:
        rows, coefficients = np.asarray(index, dtype=np.int32), np.asarray(value, dtype=np.float64)
        self._h.addCol(cost, lo, hi, len(rows), rows, coefficients)
        return self.columns - 1

    def bound_row(self, row: int, lo: float, hi: float) -> None:
        self._h.changeRowBounds(row, lo, hi)

    def bound_columns(self, index: Ints, lo: Floats, hi: Floats) -> None:
        if len(index):
            self._h.changeColsBounds(len(index), index.astype(np.int32), lo, hi)

    def price_column(self, column: int, cost: float) -> None:
        self._h.changeColCost(column, cost)

    def run(self) -> Point | None:
        """The optimum; none where there is none. `infeasible` tells a proof from a failure."""
        self._h.run()
        if status_of(self._h) != "optimal":
            # A warm start may lead astray, and simplex may cycle: otherwise, from nothing, before it is believed.
            self._h.clearSolver()
            self._h.setOptionValue("solver", "ipm")
            self._h.run()
            self._h.setOptionValue("solver", "choose")
        if status_of(self._h) != "optimal":
            return None
        solution = self._h.getSolution()
        value = float(self._h.getInfo().objective_function_value)
        return Point(value, np.array(solution.col_value), np.array(solution.row_dual), np.array(solution.col_dual))

    @property
    def infeasible(self) -> bool:
        return status_of(self._h) == "infeasible"
