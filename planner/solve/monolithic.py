"""The reference engine: every hour written out, one mixed-integer program after another.

1. Minimise each objective in turn, holding those before it (lexicographic).
2. Hold the whole numbers; minimise the same again as a linear program: exact continuous values and shadow prices.
3. Hold the cost too and minimise carbon: of equally cheap answers, the cleanest. Ties are broken on purpose.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import Literal, Protocol

import numpy as np

from planner.model import Model, TallyKey
from planner.solve.clock import ENDLESS, Clock
from planner.solve.expand import Expanded, expand
from planner.solve.matrix import Floats, Frozen, Vector, join
from planner.solve.pulp_highs import Answer, Progress, conflict, solve_lp, solve_mip
from planner.solve.solution import Dispatch, Solution

HOLD = 1e-6
"""How far a met objective may slip, relative, while the next is pursued: above solver tolerance, below any gap."""
TIE = 1e-12
"""How far cost may slip while ties are broken, relative: nothing is bought for carbon's sake, only chosen."""
CONFLICT_SECONDS = 20.0
POLISH_SECONDS = 2.0
"""What exact values, ties and the reasons of a clash are given when the time is up."""
STOPPED = ("limit", "interrupted")


class NoPlan(Exception):
    """No feasible answer: proven (`infeasible`, with the names of rows that clash) or not found in time."""

    def __init__(self, status: str, rows: list[str]) -> None:
        super().__init__(status)
        self.status = status
        self.rows = rows


def solve(
    m: Model,
    *,
    objective: tuple[str, ...] = ("cost",),
    solver: str = "highs",
    gap: float = 1e-4,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> Solution:
    """Solve a model with every hour written out."""
    clock = Clock.of(time_limit)
    expanded = expand(m)
    matrix = expanded.matrix
    first: Answer | None = None
    answer: Answer | None = None
    for aim in objective:
        vector = goal(expanded, aim)
        answer = solve_mip(
            matrix, matrix.dense(vector), solver=solver, gap=gap, time_limit=clock.left(), progress=progress
        )
        if answer.values is None:
            if first is None:
                proven = answer.status == "infeasible"
                raise NoPlan(answer.status, names_of_conflict(matrix, expanded.row, clock) if proven else [])
            first = replace(first, status=answer.status if answer.status in STOPPED else first.status)
            break
        first = answer if first is None else first
        if answer.status in STOPPED:
            first = replace(first, status=answer.status)
        if len(objective) > 1:
            slack = HOLD * max(1.0, abs(answer.objective))
            matrix = matrix.with_row(vector, -inf, answer.objective + slack)
    assert first is not None
    best = answer if answer is not None and answer.values is not None else first
    values, duals = polish(expanded, matrix, objective, best, clock)
    at = float(matrix.dense(goal(expanded, objective[0])) @ values)
    return _solution(m, expanded, values, first, at, duals, solver)


class Laid(Protocol):
    """A model laid out in columns, hour by hour or condensed: the vectors of its money and of what it counts."""

    def ledger(self) -> Vector: ...

    def tally(self, key: TallyKey) -> Vector: ...


def goal(expanded: Laid, aim: str) -> Vector:
    """The vector of an objective: `cost` in USD or `carbon` (operational and embodied) in kgCO2e."""
    if aim == "cost":
        return expanded.ledger()
    return join([(expanded.tally((name, "", "")), 1.0) for name in ("co2_kg", "embodied_kg")])


def polish(
    expanded: Expanded, matrix: Frozen, objective: tuple[str, ...], best: Answer, clock: Clock
) -> tuple[Floats, Floats | None]:
    """Continuous values at their optimum with the whole numbers held, then ties broken; and the first's row duals.

    Where the clock runs out first the values are those of the search, and there are no duals.
    """
    assert best.values is not None
    held = matrix.fixed(best.values)
    aim = goal(expanded, objective[-1])
    cost = held.dense(aim)
    exact = solve_lp(held, cost, time_limit=clock.left(POLISH_SECONDS))
    if exact.values is None or exact.duals is None:
        return best.values, None
    second = "carbon" if objective[-1] == "cost" else "cost"
    scale = max(1.0, abs(exact.objective))
    tied = held.with_row(aim, -inf, exact.objective + TIE * scale)
    cleaner = solve_lp(tied, held.dense(goal(expanded, second)), time_limit=clock.left(POLISH_SECONDS))
    values = cleaner.values if cleaner.values is not None else exact.values
    values = values.copy()
    values[matrix.integer] = np.round(values[matrix.integer])
    return values, exact.duals


def names_of_conflict(matrix: Frozen, row: dict[str, int], clock: Clock = ENDLESS) -> list[str]:
    """Names of rows that cannot hold together, as far as the linear relaxation tells."""
    left = min(CONFLICT_SECONDS, clock.left(POLISH_SECONDS) or CONFLICT_SECONDS)
    rows = conflict(matrix, np.zeros(len(matrix.lo)), left)
    names = {at: name for name, at in row.items()}
    return [names[r] for r in rows if r in names]


def _solution(
    m: Model, expanded: Expanded, values: Floats, first: Answer, objective: float, duals: Floats | None, solver: str
) -> Solution:
    dispatch = {}
    for key, columns in expanded.buses.items():
        dispatch[key] = Dispatch(
            None if columns.taken is None else values[columns.taken],
            tuple(values[at] for at in columns.imported),
            tuple(values[at] for at in columns.exported),
            tuple(values[c] for c, _, _ in columns.stores),
            tuple(values[d] for _, d, _ in columns.stores),
            tuple(values[e] for _, _, e in columns.stores),
        )
    status: Literal["optimal", "limit", "interrupted"] = "optimal"
    if first.status == "limit" or first.status == "interrupted":
        status = first.status
    ledger = expanded.matrix.dense(expanded.ledger())
    prices, reduced = {}, np.empty(0)
    if duals is not None:
        prices = {name: float(duals[at]) for name, at in expanded.row.items()}
        reduced = expanded.matrix.reduced(ledger, duals[: len(expanded.matrix.row_lo)])[expanded.column]
    bound = min(first.bound, objective)
    return Solution(
        status,
        "monolithic",
        solver,
        values[expanded.column],
        float(ledger @ values),
        objective,
        bound,
        dispatch,
        prices,
        reduced,
    )
