"""What limits would have to be, by hand: the toy's cheapest plan, solved with and without them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import toys

from planner.blocks import assemble
from planner.problem import Problem
from planner.solve.monolithic import NoPlan, solve
from planner.unlimited import needed


def limited(**limits: Any) -> Problem:
    return toys.problem(keys={"limits": limits, "origins": {"limits.budget": "toy.yaml:9"}})


def cheapest() -> float:
    m = assemble(toys.problem(), toys.options())
    return solve(m, gap=1e-6).cost_usd


def number(line: str) -> float:
    return float(line.partition(": ")[2].split()[0].replace(",", ""))


def test_a_budget_would_have_to_be_what_the_cheapest_plan_costs() -> None:
    problem = limited(budget=1000.0)
    with pytest.raises(NoPlan):
        solve(assemble(problem, toys.options()))
    (line,) = needed(problem, toys.options())
    assert line.startswith("budget: ")
    assert line.endswith("USD, where at most 1,000 USD is asked (toy.yaml:9)")
    assert number(line) == pytest.approx(cheapest(), rel=0.01)


def test_limits_that_hold_are_not_told() -> None:
    assert needed(limited(budget=1e12, carbon=1e12, power=1e6), toys.options()) == []


def test_a_share_is_told_as_one() -> None:
    (line,) = needed(limited(carbon_free={"share": 0.9, "grid": "excluded"}), toys.options())
    assert ": a share of 0.0%, where 90.0% is asked" in line


def test_a_connection_would_have_to_carry_the_peak() -> None:
    problem = toys.problem(sites=(toys.site(grid=toys.grid(connection_kw=2.0)),))
    (line,) = needed(problem, toys.options())
    assert line.startswith("s grid connection: ")
    enough = number(line) * 1.01
    solve(assemble(toys.problem(sites=(toys.site(grid=toys.grid(connection_kw=enough)),)), toys.options()))


def test_where_no_limit_is_to_blame_nothing_is_told() -> None:
    full = replace(toys.hall(), racks=0.0)
    problem = replace(limited(budget=1.0), sites=(toys.site(halls=(full,)),))
    assert needed(problem, toys.options()) == []
