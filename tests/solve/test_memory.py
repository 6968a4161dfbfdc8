"""Cuts kept between solves: the same optimum with less work, and none where the bus is another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import random_years
import toys

from planner.blocks import assemble
from planner.model import Model
from planner.problem import Problem
from planner.solve import decomposed, monolithic
from planner.solve.memory import Memory


def model(problem: Problem, **limits: Any) -> Model:
    return assemble(replace(problem, keys={"limits": limits, "origins": {}}), toys.options())


def trials(m: Model, memory: Memory | None) -> tuple[float, float, int]:
    """Objective, bound, and dispatches made, counted where the bounds are made."""
    from planner.solve.oracle import BusOracle

    calls, real = [0], BusOracle.evaluate

    def counted(*args: Any, **kwargs: Any) -> Any:
        calls[0] += 1
        return real(*args, **kwargs)

    BusOracle.evaluate = counted  # type: ignore[method-assign]
    try:
        answer = decomposed.solve(m, gap=1e-6, memory=memory)
    finally:
        BusOracle.evaluate = real  # type: ignore[method-assign]
    return answer.objective, answer.bound, calls[0]


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_another_limit_begins_where_the_last_ended(seed: int) -> None:
    problem = random_years.problem(seed)
    memory, saved = Memory(), 0
    for share in (0.2, 0.25, 0.3):
        m = model(problem, carbon_free={"share": share, "grid": "excluded"})
        alone, _, cold = trials(m, None)
        shared, bound, warm = trials(m, memory)
        assert shared == pytest.approx(alone, rel=3e-6)
        assert bound <= monolithic.solve(m, gap=1e-9).objective * (1 + 1e-7)
        saved += cold - warm
    assert saved > 0


def test_a_bus_with_other_prices_gets_none_of_the_cuts() -> None:
    problem = random_years.problem(1)
    memory = Memory()
    trials(model(problem), memory)
    (site,) = problem.sites
    dear = replace(site, grid=replace(site.grid, price_usd_per_kwh=site.grid.price_usd_per_kwh * 0.5))
    other = model(replace(problem, sites=(dear,)))
    objective, _, _ = trials(other, memory)
    assert objective == pytest.approx(monolithic.solve(other, gap=1e-9).objective, rel=3e-6)
    assert len({bus for bus, _ in memory.cuts}) == 2
