"""The optima of both engines, for tests that hold one against the other."""

from __future__ import annotations

from planner.model import Model
from planner.solve import decomposed, monolithic
from planner.solve.monolithic import NoPlan
from planner.solve.solution import Solution

SAME = 1e-6
"""The engines' optima agree within a gap of 3e-7 and what the solver's own tolerances leave."""
BURNING = 5e-4
"""The most that not burning energy in a full store may cost; the plan states it as its gap."""


def optima(m: Model, objective: tuple[str, ...]) -> tuple[Solution, Solution] | None:
    """The reference's and ours, whose bound is below the reference; none where both say alike that there is no plan."""
    answers: list[Solution | str] = []
    for engine, gap in ((monolithic.solve, 1e-9), (decomposed.solve, 3e-7)):
        try:
            answers.append(engine(m, objective=objective, gap=gap))
        except NoPlan as none:
            answers.append(none.status)
    reference, ours = answers
    if isinstance(reference, str) or isinstance(ours, str):
        assert reference == ours
        return None
    assert ours.bound <= reference.objective * (1 + 1e-7) + 1e-6
    return reference, ours
