"""Several stores over some hours: what one store does, its halves do; every hour adds up, and nothing is overdrawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solve.test_ahead import balanced, cell, course

from planner.solve.ahead import Cell, Course, Engine, run
from planner.solve.window import cheapest

SEEDS = st.integers(0, 2**32 - 1)
HOURS = 60


def random_course(seed: int) -> Course:
    """Sales, cover, peaks and two generators, one of which may give only so much."""
    dice = np.random.default_rng(seed)
    load, free, buy = dice.uniform(1, 10, HOURS), dice.uniform(-10, 12, HOURS), dice.uniform(0.01, 1, HOURS)
    engines = (Engine(2.0, np.full(HOURS, 0.4)), Engine(3.0, np.full(HOURS, 0.2), budget_kwh=40.0))
    return course(
        load, np.maximum(free, 0.0), buy, sell=0.5 * buy, export_kw=3.0, connection_kw=14.0, engines=engines,
        meter=(np.arange(HOURS) // 30).astype(np.int64), target_kw=np.array([6.0, 9.0]),
        peak_usd_per_kw=np.array([2.0, 8.0]), covered_kw=dice.uniform(0, 4, HOURS), covered_usd=0.2 * buy,
    )  # fmt: skip


def random_cells(seed: int) -> list[Cell]:
    dice = np.random.default_rng(seed)
    found = []
    for _ in range(int(dice.integers(2, 4))):
        kw, kwh = float(dice.uniform(0.5, 5)), float(dice.uniform(1, 40))
        way = {"charge": float(dice.choice([0.7, 0.95])), "discharge": float(dice.choice([0.7, 0.95]))}
        may, level = dice.random(HOURS) > 0.1, kwh * float(dice.choice([0.0, 0.4, 1.0]))
        found.append(cell(HOURS, power=kw, power_out=kw, energy=kwh, may=may, level=level, **way))
    return found


@given(SEEDS)
@settings(max_examples=8, deadline=None)
def test_every_hour_balances(seed: int) -> None:
    c, stores = random_course(seed), random_cells(seed)
    for guess in ("known", "yesterday"):
        balanced(c, stores, run(c, stores, 20, guess))  # type: ignore[arg-type]


@given(SEEDS)
@settings(max_examples=8, deadline=None)
def test_two_halves_of_a_store_do_what_the_store_does(seed: int) -> None:
    """The linear program and the recursion: the same money, hours that cost the same aside."""
    c = random_course(seed)
    whole = replace(random_cells(seed)[0], level=0.0)
    half = replace(whole, power=whole.power / 2, power_out=whole.power_out / 2, energy=whole.energy / 2)
    one, two = run(c, [whole], 20, "known"), run(c, [half, half], 20, "known")
    assert usd(c, two) == pytest.approx(usd(c, one), rel=1e-4)


def usd(c: Course, done: Any) -> float:
    """What a run costs, peaks too."""
    hourly = c.buy @ done.imported - c.sell @ done.exported - c.covered_usd @ np.minimum(done.imported, c.covered_kw)
    tops = [max(0.0, done.imported[c.meter == k].max() - kw) for k, kw in enumerate(c.target_kw)]
    burnt = sum(e.usd @ kw for e, kw in zip(c.engines, done.generated, strict=True))
    return float(hourly + burnt + c.peak_usd_per_kw @ tops)


def test_it_fills_the_store_that_loses_less() -> None:
    """Power is given away for one hour, so full stores are worth most where least is lost on the way."""
    need, cost = np.array([1.0, 8.0, 8.0]), np.array([[0.0], [1.0], [1.0]])
    width, may, wear = np.full((3, 1), 6.0), np.ones((2, 3), dtype=bool), np.zeros((2, 3))
    power, energy, level = np.array([4.0, 4.0]), np.array([9.0, 9.0]), np.zeros(2)
    phys = np.array([[1.0, 0.9, 1.0, 1.0], [1.0, 0.6, 1.0, 1.0]])
    put, out, near = cheapest(need, cost, width, may, wear, 1e3, power, energy, level, phys)
    assert near < 1e-6
    assert put[:, 0] == pytest.approx([4.0, 1.0], abs=1e-4)  # five are left over the load of one
    assert out[0, 1:].sum() == pytest.approx(3.6, abs=1e-4)
    assert out[1, 1:].sum() == pytest.approx(0.6, abs=1e-4)


def test_a_full_store_may_stay_full() -> None:
    need, cost = np.array([3.0, 3.0]), np.array([[0.1], [0.1]])
    most = (np.full((2, 1), 9.0), np.zeros((2, 2), dtype=bool), np.zeros((2, 2)), 1e3)
    stores = (np.array([2.0, 2.0]), np.array([5.0, 5.0]), np.array([5.0, 5.0]))
    put, out, _ = cheapest(need, cost, *most, *stores, np.array([[1.0, 0.9, 0.9, 1.0]] * 2))
    assert put == pytest.approx(np.zeros((2, 2)), abs=1e-4)
    assert out == pytest.approx(np.zeros((2, 2)), abs=1e-4)
