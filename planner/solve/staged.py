"""Large mixed-integer programs in stages: yes or no first, then how many; the proof when it is known what they cost.

1. The columns that are 0 or 1 are decided with the counts relaxed: which machines, cooling, rungs of a ladder.
2. That choice is held and the counts are decided; where they do not fit, a few more may be chosen.
3. Asked again with a start, the whole program begun from it: the search proves a bound instead of looking for plans,
   so the solver's own heuristics, which solve programs nearly as large again and again, are left out, and so are cuts
   beyond the root, which take longer than the nodes they save.

The bound of an answer without a start is that of stage 1, whose program is a relaxation; stage 2 only finds a good
answer. Whoever asks finds out what that costs before asking for the proof, which then knows the cuts that it made.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from planner.solve.matrix import Floats, Frozen, Ints
from planner.solve.pulp_highs import Answer, solve_mip

COUNTS = 24
"""Counts beside yes-or-no columns, below which one stage is as quick."""
FEW = 8
"""Yes-or-no columns that may be chosen beyond stage 1's choice where counts do not fit it."""
ROUGHLY = 6.0
"""How exactly stage 1 is solved, in gaps: counts that are still relaxed move its answer by more."""


def solve_staged(
    matrix: Frozen,
    cost: Floats,
    *,
    solver: str = "highs",
    gap: float = 1e-4,
    time_limit: float | None = None,
    start: Floats | None = None,
) -> Answer:
    """Minimise `cost @ x`: a good answer of a large program, or, from a `start`, one proven to a relative `gap`.

    A program that is not large is solved to the gap at once, as `solve_mip` does.
    """
    yes_no = _yes_no(matrix)
    begin = time.monotonic()

    def left() -> float | None:
        return None if time_limit is None else max(0.1, time_limit - (time.monotonic() - begin))

    if solver != "highs" or not len(yes_no) or len(matrix.integer) - len(yes_no) < COUNTS:
        return solve_mip(matrix, cost, solver=solver, gap=gap, time_limit=time_limit)
    if start is not None:
        return solve_mip(matrix, cost, gap=gap, time_limit=time_limit, start=start)
    which = solve_mip(replace(matrix, integer=yes_no), cost, gap=ROUGHLY * gap, time_limit=left())
    if which.values is None:
        return which
    lo, hi = matrix.lo.copy(), matrix.hi.copy()
    lo[yes_no] = hi[yes_no] = np.round(which.values[yes_no])
    many = solve_mip(replace(matrix, lo=lo, hi=hi), cost, gap=gap, time_limit=left())
    if many.values is None and many.status != "interrupted":
        # Rounding up went over the brim of some ladder: a few may rise a step.
        risen = yes_no[lo[yes_no] == 0.0]
        few = replace(matrix, lo=lo).with_row((risen, np.ones(len(risen))), 0.0, float(FEW))
        many = solve_mip(few, cost, gap=2.0 * gap, time_limit=left())
    if many.values is None and many.status != "interrupted":
        return solve_mip(matrix, cost, gap=gap, time_limit=left())
    return replace(many, bound=which.bound)


def _yes_no(matrix: Frozen) -> Ints:
    """Whole columns that are 0 or 1."""
    at = matrix.integer
    return at[(matrix.lo[at] >= 0.0) & (matrix.hi[at] <= 1.0)]
