"""Several stores on a bus: the engines agree, cuts hold everywhere and are tight where they were made."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import Any

import numpy as np
import pytest
import random_stores
import toys
from both_engines import SAME, optima

from planner.blocks import assemble
from planner.model import Bus
from planner.solve import interior
from planner.solve.interior import Interior
from planner.solve.lp_oracle import LpOracle

Floats = np.ndarray[Any, np.dtype[np.float64]]


def agree(seed: int) -> None:
    problem = random_stores.problem(seed)
    m = assemble(problem, toys.options())
    found = optima(m, problem.objective)
    if found is None:
        return
    reference, ours = found
    assert reference.objective <= ours.objective * (1 + SAME) + 1e-6
    assert ours.objective == pytest.approx(reference.objective, rel=SAME)


@pytest.mark.parametrize("seed", [1, 2, 4, 7, 22])
def test_both_engines_agree(seed: int) -> None:
    agree(seed)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(8, 58))
def test_both_engines_agree_on_many(seed: int) -> None:
    agree(seed)


@pytest.mark.parametrize("seed", [2, 7])
def test_both_engines_agree_on_a_grid_without_limit(seed: int) -> None:
    made = random_stores.problem(seed)
    place = replace(made.sites[0], grid=replace(made.sites[0].grid, connection_kw=np.inf))
    m = assemble(replace(made, sites=(place,)), toys.options())
    found = optima(m, ("cost",))
    assert found is not None
    assert found[1].objective == pytest.approx(found[0].objective, rel=SAME)


def bus(seed: int) -> Bus:
    m = assemble(random_stores.problem(seed), toys.options())
    return next(b for b in m.buses.values() if b.balanced)


def design(rng: np.random.Generator, oracle: LpOracle) -> Floats:
    """Any design: sizes that may be nothing."""
    x = rng.choice([0.0, 1e-4, 1.0, 5.0, 40.0], oracle.size) * rng.uniform(0.5, 1.5, oracle.size)
    x[len(oracle.columns) :] = 0.0
    return np.asarray(x)


@pytest.mark.parametrize("seed", range(12))
def test_a_cut_never_exceeds_what_another_design_costs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    oracle = LpOracle(bus(seed), ("money", "brown_kwh"))
    mult, voll = np.array([1.0, float(rng.choice([0.0, 0.2]))]), 1e5
    designs = [design(rng, oracle) for _ in range(6)]
    found = [oracle.evaluate(x, mult, voll) for x in designs]
    for outcome in found:
        for x, other in zip(designs, found, strict=True):
            cost = float(mult @ other.quantities) + other.artificial
            cut = outcome.gradient @ oracle._without_levels(x) + outcome.constant
            assert oracle._least(cut, outcome.gradient, x) <= cost + 1e-9 * max(1.0, abs(cost))


@pytest.mark.parametrize("seed", range(12))
def test_at_its_own_design_a_cut_is_tight(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    oracle = LpOracle(bus(seed), ("money",))
    if not oracle.may.all():
        pytest.skip("in hours that pay for burning energy the bound may lie below")
    for _ in range(4):
        outcome = oracle.evaluate(design(rng, oracle), np.ones(1), 1e5)
        cost = float(outcome.quantities[0]) + outcome.artificial
        assert outcome.bound == pytest.approx(cost, rel=1e-6, abs=1e-4)


@pytest.mark.parametrize("seed", [1, 2, 4])
def test_a_dispatch_ends_as_soon_as_it_is_near_enough(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cost above, bound below what is exact, both within the slip of it, in fewer steps."""
    oracle, steps = LpOracle(bus(seed), ("money",)), []
    x = design(np.random.default_rng(100 + seed), oracle) + 1.0
    x[len(oracle.columns) :] = 0.0
    step = Interior._step
    monkeypatch.setattr(Interior, "_step", lambda self, gap: (steps.append(1), step(self, gap))[1])

    def cost(slip: float) -> tuple[float, float, int]:
        steps.clear()
        found = oracle.evaluate(x, np.ones(1), 1e5, slip=slip)
        return float(found.quantities[0]) + found.artificial, found.bound, len(steps)

    exact, below, many = cost(0.0)
    slip = 1e-3 * abs(exact)
    value, bound, few = cost(slip)
    assert below <= exact * (1 + 1e-9)
    assert bound - 1e-6 * abs(exact) <= exact <= value + 1e-6 * abs(exact)
    assert value - bound <= slip
    assert few < many


@pytest.mark.parametrize("seed", [1, 2, 4, 22])
def test_a_dispatch_that_stalls_is_ended_by_simplex(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """After two steps of the interior point method cost and bound are far apart; simplex brings them together."""
    oracle = LpOracle(bus(seed), ("money",))
    x = design(np.random.default_rng(100 + seed), oracle) + 1.0
    x[len(oracle.columns) :] = 0.0
    exact = oracle.evaluate(x, np.ones(1), 1e5)
    monkeypatch.setattr(interior, "STEPS", 2)
    stalled = oracle.evaluate(x, np.ones(1), 1e5, slip=inf)
    found = oracle.evaluate(x, np.ones(1), 1e5)
    cost, usual = (float(o.quantities[0]) + o.artificial for o in (found, exact))
    assert stalled.bound < exact.bound - 1e-3 * abs(exact.bound)
    assert found.bound == pytest.approx(cost, rel=1e-7, abs=1e-5)
    assert cost == pytest.approx(usual, rel=1e-6, abs=1e-4)


@pytest.mark.parametrize("seed", range(6))
def test_a_dispatch_balances_and_obeys_its_stores(seed: int) -> None:
    oracle = LpOracle(bus(seed), ("money",))
    x = design(np.random.default_rng(5), oracle)
    outcome = oracle.evaluate(x, np.ones(1), 1e5)
    d, load = outcome.dispatch, x[oracle.draw_at] @ oracle.drawn
    supply = (0.0 if d.taken is None else d.taken) + sum(d.imported) + sum(d.discharge)
    use = load + sum(d.exported) + sum(d.charge)
    short = outcome.unserved
    assert float(np.asarray(use - supply).sum()) == pytest.approx(short, abs=1e-6)
    for store, put, out, level in zip(oracle.bus.stores, d.charge, d.discharge, d.level, strict=True):
        usable = x[oracle.at[store.energy]] * store.usable
        assert (put + out / store.power_out <= x[oracle.at[store.power]] * (1 + 1e-9) + 1e-12).all()
        assert (level >= -1e-9 * (1 + usable)).all()
        assert (level <= usable + 1e-9 * (1 + usable)).all()
        for a, b in oracle.stretches:
            before = np.roll(level[a:b], 1) * (1 - store.standing_loss)
            after = before + put[a:b] * store.charge_efficiency - out[a:b] / store.discharge_efficiency
            assert level[a:b] == pytest.approx(after, abs=1e-9 * (1 + usable))
