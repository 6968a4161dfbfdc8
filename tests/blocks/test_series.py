"""Joint availability by the sum of logarithms: never short, and as cheap as trying every split."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product
from math import ceil, inf, prod
from typing import Any

import pytest
import toys
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.audit import audit
from planner.blocks import assemble
from planner.estimate.reliability import pool_availability, unavailability
from planner.options.pools import LEVELS, pools
from planner.options.types import OptionSet
from planner.plan.extract import extract
from planner.plan.schema import Accuracy, Plan
from planner.problem import Machine, Problem
from planner.solve.monolithic import solve

NONE = toys.FabricClass("none", None, 1.0, "")


def machine(id: str, price: float, failures: float) -> Machine:
    """A machine so dear that its power is not worth counting, so that only their number is."""
    free = {"maintenance_fraction": 0.0, "idle_kw": 2.0, "busy_kw": 8.0, "peak_kw": 10.0}
    return toys.machine(id, price_usd=price, failures_per_day=failures, **free)


def made(machines: tuple[Machine, ...], demand: float, target: float, **changes: Any) -> tuple[Problem, OptionSet]:
    web = toys.workload(availability=target, demand=(demand,), **{"series": "pools", **changes})
    problem = toys.problem(machines=machines, fabrics=(NONE,), tiers=(), workloads=(web,))
    found = [toys.option(machine=m.id, fabric="none", idle_kw=m.idle_kw, busy_kw=0.0) for m in machines]
    return problem, OptionSet(tuple(found), ())


def plan(problem: Problem, options: OptionSet) -> Plan:
    m = assemble(problem, options)
    none = Accuracy(hours=3, weeks_usd=0, year_usd=None, difference=None, note="")
    found = extract(m, solve(m, gap=1e-9), problem, options, accuracy=none)
    assert audit(json.loads(found.model_dump_json())).findings == ()
    return found


def standing(found: Plan) -> dict[str, float]:
    return {s.item: s.quantity for s in found.sizing if s.kind == "machine"}


def cheapest(machines: tuple[Machine, ...], demand: float, target: float) -> float:
    """Least money over every split of the work and every number of spares."""
    need, best = ceil(demand / 100), inf
    for split in product(range(need + 1), repeat=len(machines)):
        if sum(split) < need:
            continue
        for spares in product(range(6), repeat=len(machines)):
            up = prod(
                pool_availability(n, s, unavailability(m.failures_per_day, m.repair_days)) if n else 1.0
                for n, s, m in zip(split, spares, machines, strict=True)
            )
            if up >= target:
                money = sum(m.price_usd * (n + s) for n, s, m in zip(split, spares, machines, strict=True))
                best = min(best, money)
    return best


@settings(deadline=None, max_examples=10)
@given(st.floats(0.003, 0.05), st.floats(0.003, 0.05), st.integers(1, 4), st.integers(1, 3))
def test_two_pools_share_what_may_be_short_as_is_cheapest(a: float, b: float, have: int, more: int) -> None:
    """Too few of the machines there are left: both kinds must work, and be up together."""
    kinds = replace(machine("left", 0.0, a), on_sale=False), machine("right", 1e9, b)
    problem, options = made(kinds, 100.0 * (have + more), 0.995)
    found = plan(replace(problem, sites=(toys.site(installed={"main/left": have}),)), options)
    bought, ups = standing(found).get("right", 0.0), [unavailability(m.failures_per_day, 1.0) for m in kinds]
    pairs = [(n, s) for n in range(have + 1) for s in range(have + 1 - n)]
    least = min(
        have + more - n + extra
        for n, s in pairs
        for extra in range(12)
        if (pool_availability(n, s, ups[0]) if n else 1.0) * pool_availability(have + more - n, extra, ups[1]) >= 0.995
    )
    assert bought == least
    assert found.availability[0].achieved >= 0.995


@settings(deadline=None, max_examples=10)
@given(
    st.floats(0.9, 1.1), st.floats(0.003, 0.05), st.floats(0.003, 0.05), st.integers(1, 5),
    st.sampled_from([0.97, 0.99, 0.999]),
)  # fmt: skip
def test_as_cheap_as_every_split_tried(ratio: float, a: float, b: float, need: int, target: float) -> None:
    kinds = machine("left", 1e9, a), machine("right", 1e9 * ratio, b)
    found = plan(*made(kinds, 100.0 * need, target))
    money = sum(next(m for m in kinds if m.id == id).price_usd * n for id, n in standing(found).items())
    assert money <= cheapest(kinds, 100.0 * need, target) * (1 + 1e-3)
    assert found.availability[0].achieved >= target


def test_one_pool_alone_is_held_to_the_whole_target_not_to_half_of_what_may_be_short() -> None:
    box = machine("box", 1e9, 0.01)
    target = pool_availability(4, 1, unavailability(0.01, 1.0)) - 1e-6
    halves = plan(*made((box,), 400.0, target, series="none"))
    whole = plan(*made((box,), 400.0, target))
    assert (standing(halves)["box"], standing(whole)["box"]) == (6, 5)
    assert whole.availability[0].achieved == pytest.approx(target, abs=2e-6)


def test_a_pool_in_series_has_32_levels_of_availability() -> None:
    problem, options = made((machine("box", 1.0, 0.01),), 400.0, 0.999)
    (pool,) = pools(problem, options)
    assert len(pool.levels) == LEVELS == 32
    assert pool.levels[0] == 0.999
    assert pool.levels[-1] == pytest.approx(1 - 1e-5)
    assert list(pool.levels) == sorted(pool.levels)


def test_the_power_train_takes_its_share() -> None:
    box = machine("box", 1e9, 0.01)
    target = pool_availability(4, 1, unavailability(0.01, 1.0)) - 1e-6
    problem, options = made((box,), 400.0, target, series="site")
    place = replace(problem.sites[0], power_train=toys.train(availability=0.9999))
    found = plan(replace(problem, sites=(place,)), options)
    assert standing(found)["box"] == 6
    up = pool_availability(4, 2, unavailability(0.01, 1.0)) * 0.9999
    assert found.availability[0].achieved == pytest.approx(up)


def test_a_power_train_below_the_target_leaves_no_plan() -> None:
    from planner.solve.monolithic import NoPlan

    problem, options = made((machine("box", 1.0, 0.01),), 400.0, 0.999, series="site")
    place = replace(problem.sites[0], power_train=toys.train(availability=0.998))
    with pytest.raises(NoPlan):
        plan(replace(problem, sites=(place,)), options)
