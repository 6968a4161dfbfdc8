"""A site run hour by hour: balances hold, what is known is used, and a guess that is right is as good as knowing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.solve.ahead import Cell, Course, Run, run

Array = np.ndarray[Any, Any]
FREE = np.full(12, 1e6)


def course(load: Array, free: Array, buy: Array, **changes: Any) -> Course:
    hours = len(load)
    made = Course(
        load=load, free=free, buy=buy, sell=np.zeros(hours), weight=np.ones(hours), connection_kw=1e6, export_kw=0.0,
        meter=np.zeros(hours, dtype=np.int64), target_kw=FREE, peak_usd_per_kw=np.zeros(12),
        covered_kw=np.zeros(hours), covered_usd=np.zeros(hours),
    )  # fmt: skip
    return replace(made, **changes)


def cell(hours: int, **changes: Any) -> Cell:
    return replace(
        Cell(5.0, 5.0, 20.0, 0.999, 0.9, 0.9, np.zeros(hours), np.ones(hours, dtype=bool), 0.0), **changes
    )


def balanced(c: Course, stores: Sequence[Cell], done: Run) -> None:
    """Every hour adds up, and nothing gives or holds more than it may."""
    supply = done.taken + done.imported + done.unserved + done.discharge.sum(axis=0) + done.generated.sum(axis=0)
    assert supply == pytest.approx(c.load + done.exported + done.charge.sum(axis=0), abs=1e-6)
    assert all(part.min(initial=0.0) >= 0.0 for part in (done.taken, done.imported, done.exported, done.unserved))
    for k, s in enumerate(stores):
        charge, discharge, level = done.charge[k], done.discharge[k], done.level[k]
        before = np.concatenate([[s.level], level[:-1]])
        assert level == pytest.approx(before * s.keep + charge * s.charge - discharge / s.discharge, abs=1e-6)
        assert level.max() <= s.energy + 1e-6
        assert level.min() >= -1e-9
        assert (charge + discharge / (s.power_out / s.power)).max() <= s.power + 1e-6
        assert min(charge.min(), discharge.min()) >= 0.0
        assert not discharge[~s.may].any()
    for k, engine in enumerate(c.engines):
        assert -1e-9 <= done.generated[k].min() <= done.generated[k].max() <= engine.power + 1e-6
        assert float(done.generated[k] @ c.weight) <= engine.budget_kwh + 1e-6
    assert np.all(done.taken <= c.free + 1e-6)
    assert done.imported.max() <= c.connection_kw + 1e-6
    assert done.exported.max() <= c.export_kw + 1e-6


def random_course(seed: int, days: int, *, same: bool) -> Course:
    dice = np.random.default_rng(seed)
    draws = [dice.uniform(1, 10, 24 * days), dice.uniform(0, 15, 24 * days), dice.uniform(0.01, 1, 24 * days)]
    load, free, buy = (np.tile(d[:24], days) if same else d for d in draws)
    return course(load, free, buy, export_kw=3.0, sell=0.5 * buy)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=8, deadline=None)
def test_every_hour_balances(seed: int) -> None:
    c = random_course(seed, 4, same=False)
    for guess in ("known", "yesterday"):
        balanced(c, [cell(96)], run(c, [cell(96)], 30, guess))  # type: ignore[arg-type]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=8, deadline=None)
def test_where_every_day_is_the_same_guessing_is_knowing(seed: int) -> None:
    c = random_course(seed, 3, same=True)
    known, guessed = run(c, [cell(72)], 48, "known"), run(c, [cell(72)], 48, "yesterday")
    assert guessed.imported == pytest.approx(known.imported, abs=1e-9)
    assert guessed.level == pytest.approx(known.level, abs=1e-9)


def test_it_buys_at_night_for_the_dear_evening() -> None:
    buy = np.tile(np.where(np.arange(24) < 6, 0.1, np.where(np.arange(24) >= 18, 1.0, 0.5)), 2)
    c = course(np.full(48, 4.0), np.zeros(48), buy)
    s = cell(48, keep=1.0)
    done = run(c, [s], 24, "known")
    assert done.level[0, 5] == pytest.approx(20.0)  # full before the morning
    assert done.discharge[0, 18:24].sum() == pytest.approx(18.0)  # 20 kWh at 0.9
    assert done.discharge[0, 6:18].max() == 0.0
    balanced(c, [s], done)


def test_a_surplus_of_yesterday_that_does_not_come_is_missed() -> None:
    """Sun on the first of two days only: who expects it again buys less at night than who knows."""
    sun = np.zeros(48)
    sun[10:14] = 12.0
    buy = np.tile(np.where(np.arange(24) < 6, 0.2, 0.6), 2)
    c = course(np.full(48, 4.0), sun, buy)
    known, guessed = run(c, [cell(48)], 24, "known"), run(c, [cell(48)], 24, "yesterday")
    assert float(buy @ guessed.imported) > float(buy @ known.imported)


def test_a_month_keeps_to_its_peak_and_remembers_one_that_is_past() -> None:
    """A spike of 10 over a base of 4: the store shaves it to the target; without a store the peak rises once."""
    load = np.full(48, 4.0)
    load[[20, 30]] = 8.0
    peaks = {"target_kw": np.full(12, 5.0), "peak_usd_per_kw": np.full(12, 100.0)}
    c = course(load, np.zeros(48), np.full(48, 0.1), **peaks)
    assert run(c, [cell(48)], 24, "known").imported.max() == pytest.approx(5.0)
    none = cell(48, power=0.0, power_out=0.0, energy=0.0)
    done = run(c, [none], 24, "known")
    assert done.imported == pytest.approx(load)
    assert done.unserved.max() == 0.0


def test_what_cannot_be_had_goes_unserved() -> None:
    c = course(np.array([4.0, 9.0, 4.0]), np.zeros(3), np.ones(3), connection_kw=6.0)
    done = run(c, [cell(3, power=1.0, power_out=1.0, energy=1.0)], 3, "known")
    assert done.imported.max() == pytest.approx(6.0)
    assert done.unserved[1] == pytest.approx(3.0 - 0.9 * 0.9 / 0.9, abs=0.2)


def test_covered_hours_are_used_first() -> None:
    """Up to 6 kW cost 0.5 less in the second hour: that is when the store is filled, though its price is the same."""
    hours = 24
    cover, off = np.zeros(hours), np.full(hours, 0.5)
    cover[1] = 9.0
    c = course(np.full(hours, 4.0), np.zeros(hours), np.full(hours, 0.6), covered_kw=cover, covered_usd=off)
    done = run(c, [cell(hours)], 24, "known")
    assert done.charge[0, 1] == pytest.approx(5.0)
    assert done.charge[0, [0, *range(2, hours)]].max() == pytest.approx(0.0)
