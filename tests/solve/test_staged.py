"""Programs solved in stages: the same optimum as in one, a bound that holds, no plan where there is none."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from planner.solve.matrix import Frozen, Matrix
from planner.solve.pulp_highs import Answer, _misread, solve_mip
from planner.solve.staged import COUNTS, solve_staged


def program(seed: int, kinds: int = COUNTS) -> tuple[Frozen, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Cover six demands with `kinds` kinds of machine, each to be opened before any of it is bought."""
    rng = np.random.default_rng(seed)
    m, cost = Matrix(), []
    counts = [m.add_column(0.0, 200.0, integer=True) for _ in range(kinds)]
    opened = [m.add_column(0.0, 1.0, integer=True) for _ in range(kinds)]
    cost = [*rng.uniform(1, 3, kinds), *rng.uniform(10, 60, kinds)]
    for _ in range(6):
        some = rng.choice(kinds, 8, replace=False)
        row = m.add_rows(np.array([rng.uniform(50, 400)]), np.array([inf]))
        m.put(row, np.array(counts)[some], rng.uniform(0.5, 3.0, 8))
    for n, z in zip(counts, opened, strict=True):
        m.put(m.add_rows(np.array([-inf]), np.array([0.0])), np.array([n, z]), np.array([1.0, -200.0]))
    return m.freeze(), np.array(cost)


@pytest.mark.parametrize("seed", range(4))
def test_stages_find_what_one_finds(seed: int) -> None:
    matrix, cost = program(seed)
    one, staged = solve_mip(matrix, cost, gap=1e-6), solve_staged(matrix, cost, gap=1e-6)
    assert staged.status == "optimal"
    assert staged.objective == pytest.approx(one.objective, rel=2e-6)
    assert staged.bound <= one.objective + 1e-6
    assert staged.values is not None
    assert cost @ staged.values == pytest.approx(staged.objective)


def test_a_known_start_does_as_well() -> None:
    matrix, cost = program(0)
    known = solve_mip(matrix, cost, gap=0.05).values
    assert solve_staged(matrix, cost, gap=1e-6, start=known).objective == pytest.approx(
        solve_mip(matrix, cost, gap=1e-6).objective, rel=2e-6
    )


def test_counts_that_overflow_a_rung_of_stage_one_may_rise_one() -> None:
    """Thirty counts of 4.25 fit 128 until they are rounded: the next rung must be taken."""
    m = Matrix()
    counts = [m.add_column(0.0, 50.0, integer=True) for _ in range(30)]
    rungs = [m.add_column(0.0, 1.0, integer=True) for _ in range(2)]
    for n in counts:
        m.put(m.add_rows(np.array([4.25]), np.array([inf])), np.array([n]), 1.0)
    room = m.add_rows(np.array([-inf]), np.array([0.0]))
    m.put(room, np.array([*counts, *rungs]), np.array([1.0] * 30 + [-128, -384]))
    m.put(m.add_rows(np.array([-inf]), np.array([0.0])), np.array([rungs[1], rungs[0]]), np.array([1.0, -1.0]))
    answer = solve_staged(m.freeze(), np.array([1.0] * 30 + [5.0, 7.0]), gap=1e-6)
    assert answer.status == "optimal"
    assert answer.objective == pytest.approx(30 * 5 + 5 + 7)


def test_a_program_without_a_point_is_infeasible() -> None:
    matrix, cost = program(0)
    tight = matrix.with_row((np.arange(COUNTS), np.ones(COUNTS)), -inf, 1.0)
    assert solve_staged(tight, cost).status == "infeasible"


def test_an_objective_that_its_values_do_not_have_is_not_believed() -> None:
    cost = np.array([2.0, 3.0])
    point = np.array([1.0, 1.0])
    assert _misread(Answer("optimal", point, 4.9, 4.9), cost)
    assert not _misread(Answer("optimal", point, 5.0 + 1e-7, 4.9), cost)
    assert not _misread(Answer("infeasible", None, inf, inf), cost)


@pytest.mark.parametrize("seed", range(4))
def test_a_poor_start_is_left_behind(seed: int) -> None:
    matrix, cost = program(seed)
    poor = solve_mip(matrix, cost[::-1].copy(), gap=1e-6).values
    proven = solve_staged(matrix, cost, gap=1e-6, start=poor)
    assert proven.objective == pytest.approx(solve_mip(matrix, cost, gap=1e-6).objective, rel=2e-6)
