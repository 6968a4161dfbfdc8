from __future__ import annotations

from dataclasses import replace

import pytest
import toys
from hypothesis import given
from hypothesis import strategies as st

from planner.options.dominance import KEEP, prune
from planner.options.types import Option
from planner.problem import Machine, Problem


def offer(*machines: Machine, installed: dict[str, int] | None = None) -> tuple[Problem, list[Option]]:
    problem = toys.problem(machines=machines, sites=(toys.site(installed=installed or {}),))
    return problem, [toys.option(machine=m.id) for m in machines]


def kept(problem: Problem, found: list[Option]) -> list[str]:
    return [o.machine for o in prune(problem, problem.workloads[0], found)[0]]


def test_dearer_at_the_same_work_is_dominated_and_says_by_whom() -> None:
    problem, found = offer(toys.machine("a"), toys.machine("b", price_usd=20_000.0))
    good, excuses = prune(problem, problem.workloads[0], found)
    assert [o.machine for o in good] == ["a"]
    (excuse,) = excuses
    assert (excuse.machine, excuse.reason, excuse.value, excuse.limit) == ("b", "dominated", 200.0, 100.0)
    assert "web/a" in excuse.text


@pytest.mark.parametrize(
    "better", [{"peak_kw": 0.5}, {"rack_units": 1.0}, {"embodied_kg": 1.0}, {"failures_per_day": 0.0}]
)
def test_dearer_but_better_in_anything_stays(better: dict[str, float]) -> None:
    dear = replace(toys.machine("b", price_usd=20_000.0), **better)  # type: ignore[arg-type]
    assert kept(*offer(toys.machine("a"), dear)) == ["a", "b"]


def test_equals_go_to_the_lower_id() -> None:
    assert kept(*offer(toys.machine("b"), toys.machine("a"))) == ["a"]


def test_installed_machines_are_never_beaten_by_others() -> None:
    problem, found = offer(toys.machine("a"), toys.machine("b", price_usd=20_000.0), installed={"main/b": 3})
    assert kept(problem, found) == ["a", "b"]


def test_only_the_cheapest_few_machine_types_stay() -> None:
    many = [toys.machine(f"m{k}", price_usd=1e4 * (k + 1), peak_kw=1.0 - k / 100) for k in range(KEEP + 2)]
    problem, found = offer(*many)
    good, excuses = prune(problem, problem.workloads[0], found)
    assert [o.machine for o in good] == [f"m{k}" for k in range(KEEP)]
    assert {e.machine for e in excuses} == {f"m{KEEP}", f"m{KEEP + 1}"}
    assert {e.reason for e in excuses} == {"dearer"}
    assert all(e.value is not None and e.limit is not None and e.value > e.limit for e in excuses)


@given(st.lists(st.tuples(st.floats(1e3, 1e5), st.floats(0.5, 2.0)), min_size=1, max_size=8))
def test_every_machine_is_kept_or_excused_and_order_changes_nothing(figures: list[tuple[float, float]]) -> None:
    machines = [toys.machine(f"m{k}", price_usd=usd, peak_kw=kw) for k, (usd, kw) in enumerate(figures)]
    problem, found = offer(*machines)
    good, excuses = prune(problem, problem.workloads[0], found)
    assert {o.machine for o in good} | {e.machine for e in excuses} == {m.id for m in machines}
    assert good
    assert prune(problem, problem.workloads[0], found[::-1]) == (good, excuses)
