"""What a search says it took: counts that are the same on every run, seconds that stay out of them."""

from __future__ import annotations

from dataclasses import replace

import random_years
import toys

from planner.blocks import assemble
from planner.model import Model
from planner.solve import decomposed, monolithic
from planner.solve.effort import Effort


def model() -> Model:
    site = toys.site(producers=(toys.solar(),), batteries=(toys.battery(),))
    return assemble(toys.problem(sites=(site,)), toys.options())


def effort(gap: float = 1e-6) -> Effort:
    found = decomposed.solve(model(), gap=gap).effort
    assert found is not None
    return found


def test_two_runs_count_alike() -> None:
    assert effort().counts() == effort().counts()


def test_every_trial_is_a_dispatch_and_every_dispatch_a_cut() -> None:
    """One bus of one segment, no limits, enough power: a dispatch a trial, a cut a dispatch."""
    found = effort()
    assert found.trials > 1
    assert found.dispatches == found.trials
    assert found.cuts == found.dispatches
    assert found.programs >= 1


def test_a_finer_gap_takes_more_trials() -> None:
    assert effort(1e-8).trials > effort(0.3).trials


def test_all_objectives_and_the_proof_count() -> None:
    base = replace(random_years.problem(1), objective=("carbon", "cost"))
    m = assemble(base, toys.options())
    both = decomposed.solve(m, objective=("carbon", "cost"), gap=1e-6).effort
    first = decomposed.solve(m, objective=("carbon",), gap=1e-6).effort
    assert both is not None
    assert first is not None
    assert both.trials > first.trials
    assert both.dispatches > first.dispatches


def test_seconds_are_apart_and_no_more_than_passed() -> None:
    import time

    begin = time.perf_counter()
    found = effort()
    passed = time.perf_counter() - begin
    assert set(found.seconds()) == {"oracle_s", "relaxed_s", "milp_s"}
    assert not set(found.seconds()) & set(found.counts())
    assert all(s > 0.0 for s in found.seconds().values())
    assert sum(found.seconds().values()) <= passed


def test_the_log_ends_with_it() -> None:
    said: list[str] = []
    found = decomposed.solve(model(), gap=1e-4, progress=said.append).effort
    assert found is not None
    assert said[-1] == found.line()
    assert f"{found.trials} trials" in said[-1]


def test_the_reference_engine_has_no_trials_to_count() -> None:
    assert monolithic.solve(model()).effort is None
