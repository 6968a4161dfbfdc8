"""The optima of both engines, for tests that hold one against the other."""

from __future__ import annotations

import pytest
import toys

from planner.blocks import assemble
from planner.model import Model
from planner.problem import Problem
from planner.solve import decomposed, monolithic
from planner.solve.monolithic import NoPlan
from planner.solve.solution import Solution

SAME = 1e-6
"""The engines' optima agree within a gap of 3e-7 and what the solver's own tolerances leave."""


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


def agree(problem: Problem) -> Solution | None:
    """Both engines answer a problem alike; ours, or none where both say that there is no plan."""
    m = assemble(problem, toys.options())
    found = optima(m, problem.objective)
    if found is None:
        return None
    reference, ours = found
    # A second objective may give away a millionth of the first, in each engine its own.
    same = SAME if len(problem.objective) == 1 else 5.0 * SAME
    assert ours.objective == pytest.approx(reference.objective, rel=same)
    return ours
