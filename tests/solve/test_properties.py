"""What every plan inherits: relaxing never costs, adding choices never costs, more work never saves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import toys
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.blocks import assemble
from planner.options.types import OptionSet
from planner.problem import Problem
from planner.solve.monolithic import NoPlan, solve

FEW = settings(max_examples=10, deadline=None)
EXACT = 1e-9
SLIP = 1e-6


def cost(problem: Problem, options: OptionSet | None = None) -> float:
    """Least cost; infinite where no plan can be."""
    try:
        return solve(assemble(problem, options or toys.options()), gap=EXACT).cost_usd
    except NoPlan as none:
        if none.status != "infeasible":
            raise
        return float("inf")


def limited(key: str, value: Any) -> Problem:
    place = toys.site(producers=(toys.solar(),), batteries=(toys.battery(),))
    base = toys.problem(sites=(place,))
    return replace(base, keys={"limits": {key: value}, "origins": {}})


@FEW
@given(st.floats(1_000, 40_000), st.floats(1.0, 3.0))
def test_relaxing_carbon_never_costs(cap: float, more: float) -> None:
    assert cost(limited("carbon", cap * more)) <= cost(limited("carbon", cap)) * (1 + SLIP)


@FEW
@given(st.floats(0.0, 0.99), st.floats(0.0, 1.0))
def test_relaxing_carbon_free_share_never_costs(share: float, part: float) -> None:
    strict = {"share": share, "grid": "excluded"}
    loose = {"share": share * part, "grid": "excluded"}
    assert cost(limited("carbon_free", loose)) <= cost(limited("carbon_free", strict)) * (1 + SLIP)


@FEW
@given(st.floats(20_000, 200_000), st.floats(1.0, 3.0))
def test_relaxing_the_budget_never_costs(budget: float, more: float) -> None:
    assert cost(limited("budget", budget * more)) <= cost(limited("budget", budget)) * (1 + SLIP)


@FEW
@given(st.floats(5, 60), st.floats(1.0, 3.0))
def test_relaxing_the_connection_never_costs(kw: float, more: float) -> None:
    def at(connection: float) -> float:
        place = toys.site(grid=toys.grid(connection_kw=connection), producers=(toys.solar(),))
        return cost(toys.problem(sites=(place,)))

    assert at(kw * more) <= at(kw) * (1 + SLIP)


@FEW
@given(st.integers(1, 12), st.integers(0, 6))
def test_more_racks_never_cost(racks: int, more: int) -> None:
    def at(count: int) -> float:
        return cost(toys.problem(sites=(toys.site(halls=(toys.hall(racks=float(count), rack_kw=4.0),)),)))

    assert at(racks + more) <= at(racks) * (1 + SLIP)


@FEW
@given(st.floats(2_000, 60_000), st.floats(50, 400), st.floats(0.3, 3.0))
def test_another_machine_never_costs(price: float, speed: float, kw: float) -> None:
    other = toys.machine("other", price_usd=price, busy_kw=kw, peak_kw=kw * 1.2, idle_kw=kw / 4)
    more = toys.options(toys.option(), toys.option(machine="other", per_machine=speed, idle_kw=kw / 4, busy_kw=kw / 2))
    both = toys.problem(machines=(toys.machine(), other))
    assert cost(both, more) <= cost(toys.problem()) * (1 + SLIP)


@FEW
@given(st.floats(100, 2_000), st.floats(1.0, 2.0))
def test_more_demand_never_saves(demand: float, more: float) -> None:
    def at(amount: float) -> float:
        return cost(toys.problem(workloads=(toys.workload(demand=(amount,)),)))

    assert at(demand * more) >= at(demand) * (1 - SLIP)


@FEW
@given(st.floats(0.9, 0.99999), st.floats(0.0, 1.0))
def test_more_availability_never_saves(target: float, part: float) -> None:
    def at(availability: float) -> float:
        return cost(toys.problem(workloads=(toys.workload(availability=availability),)))

    assert at(target) >= at(1 - (1 - target) * (1 + part)) * (1 - SLIP)


@FEW
@given(st.permutations(["a", "b", "c"]))
def test_order_of_machines_changes_nothing(order: list[str]) -> None:
    prices = {"a": 9_000.0, "b": 11_000.0, "c": 30_000.0}
    speed = {"a": 80.0, "b": 110.0, "c": 320.0}

    def at(names: list[str]) -> float:
        machines = tuple(toys.machine(n, price_usd=prices[n]) for n in names)
        found = toys.options(*(toys.option(machine=n, per_machine=speed[n]) for n in names))
        return cost(toys.problem(machines=machines), found)

    assert at(order) == pytest.approx(at(["a", "b", "c"]), rel=1e-9)


def test_surviving_a_site_takes_the_demand_at_each() -> None:
    both = (toys.site("s"), toys.site("t"))
    work = toys.workload(sites=("s", "t"), survive_site_loss=True)
    problem = toys.problem(sites=both, workloads=(work,))
    m = assemble(problem, toys.options())
    s = solve(m, gap=EXACT)
    served = {c.keys["site"]: 100 * v for c, v in zip(m.columns, s.values, strict=True) if c.family == "work.units"}
    assert all(v >= 1000 - 1e-6 for v in served.values())
