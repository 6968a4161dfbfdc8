"""What typical weeks cost in accuracy: the same whole-number decisions over every hour of the year."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from planner.model import Model
from planner.solve import outage
from planner.solve.clock import Clock
from planner.solve.expand import expand
from planner.solve.pulp_highs import solve_lp_roughly
from planner.solve.solution import Solution

TOLERANCE = 1e-4
"""Relative accuracy of the year's cost: the difference to the weeks is printed to a hundredth of a percent."""
ITERATIONS = 25_000
"""The most steps the year may take, some 20 s; without an answer by then the plan says that none was found."""


def year_cost(weeks: Model, answer: Solution, year: Callable[[], Model], clock: Clock) -> float | None:
    """Least levelised cost, USD, over all hours with the whole numbers of `answer`; none where none was found.

    Columns are matched by name; continuous sizes (MW of solar, of battery, monthly peaks) are free to adjust.
    """
    held = {c.name: v for c, v in zip(weeks.columns, answer.values.tolist(), strict=True) if c.integer}
    model = year()
    for _ in range(outage.ROUNDS):
        expanded = expand(model)
        values = np.zeros(len(expanded.matrix.lo))
        for index, column in enumerate(model.columns):
            if column.integer:
                values[expanded.column[index]] = held[column.name]
        fixed = expanded.matrix.fixed(values)
        cost, left = fixed.dense(expanded.ledger()), clock.left()
        found = solve_lp_roughly(fixed, cost, tolerance=TOLERANCE, iterations=ITERATIONS, time_limit=left)
        if found.values is None:
            return None
        rows = outage.broken(model, found.values[expanded.column], slip=TOLERANCE)
        if not rows:
            return found.objective
        outage.add(model, rows)
    return None
