"""Stored energy keeps its source: by hand, and conserved whatever the dispatch; the audit's own way agrees."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.audit.mixture import mixed
from planner.audit.view import Block
from planner.plan.mixture import Stored, clean_share


def store(charge: list[float], discharge: list[float], level: list[float]) -> Stored:
    return Stored(np.array(charge), np.array(discharge), np.array(level), 1.0, 1.0)


def share(clean: list[float], supply: list[float], *stores: Stored) -> list[float]:
    return clean_share(np.array(clean), np.array(supply), stores, ((0, len(clean)),)).tolist()


def test_without_a_store_an_hour_has_its_own_mix() -> None:
    assert share([5.0, 0.0, 2.0, 0.0], [10.0, 10.0, 2.0, 0.0]) == [0.5, 0.0, 1.0, 0.0]


def test_a_store_gives_back_what_it_was_given() -> None:
    cell = store([4.0, 0.0, 0.0], [0.0, 4.0, 0.0], [4.0, 0.0, 0.0])
    assert share([8.0, 0.0, 0.0], [8.0, 4.0, 8.0], cell) == pytest.approx([1.0, 0.5, 0.0])
    assert share([2.0, 0.0, 0.0], [8.0, 4.0, 8.0], cell) == pytest.approx([0.25, 0.125, 0.0])


def test_the_last_night_charges_for_the_first_morning() -> None:
    cell = store([0.0, 0.0, 4.0], [4.0, 0.0, 0.0], [0.0, 0.0, 4.0])
    assert share([0.0, 0.0, 6.0], [4.0, 8.0, 8.0], cell) == pytest.approx([0.375, 0.0, 0.75])


def test_a_store_that_is_never_empty_mixes_round_and_round() -> None:
    """Half is renewed in each cycle: f = (f + 1) / 2 has only one end, all clean."""
    cell = store([4.0, 0.0], [0.0, 4.0], [8.0, 4.0])
    assert share([8.0, 0.0], [8.0, 0.0], cell) == pytest.approx([1.0, 1.0])


def test_charging_and_discharging_at_once_gives_back_some_of_what_comes_in() -> None:
    cell = store([4.0, 0.0], [4.0, 0.0], [0.0, 0.0])
    assert share([4.0, 0.0], [8.0, 8.0], cell) == pytest.approx([0.5, 0.0])


def test_an_idle_store_changes_nothing() -> None:
    cell = store([0.0, 0.0], [0.0, 0.0], [7.0, 7.0])
    assert share([5.0, 0.0], [10.0, 10.0], cell) == pytest.approx([0.5, 0.0])


Years = st.integers(0, 2**32 - 1)


Array = np.ndarray[Any, Any]


def random_bus(seed: int, stores: int, hours: int = 48) -> tuple[Array, Array, list[Stored]]:
    """A dispatch that adds up: levels at random, the flows that lead from each to the next, supply for all."""
    dice = np.random.default_rng(seed)
    found = []
    for _ in range(stores):
        level = dice.uniform(0, 10, hours) * (dice.random(hours) < 0.8)
        keep, eta = float(dice.uniform(0.9, 1)), float(dice.uniform(0.8, 1))
        step = level - keep * np.roll(level, 1)
        found.append(Stored(np.maximum(step, 0) / eta, np.maximum(-step, 0) * eta, level, keep, eta))
    supply = sum((s.charge for s in found), dice.uniform(0, 20, hours))
    return np.asarray(supply * dice.random(hours)), np.asarray(supply), found


@given(Years, st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_clean_energy_is_conserved(seed: int, stores: int) -> None:
    """Lossless: what is clean and comes in, goes out as load in the end."""
    clean, supply, found = random_bus(seed, stores)
    level = [s.level for s in found]
    step = [h - np.roll(h, 1) for h in level]
    lossless = [Stored(np.maximum(d, 0), np.maximum(-d, 0), h, 1.0, 1.0) for h, d in zip(level, step, strict=True)]
    supply = supply + sum((s.charge for s in lossless), np.zeros(len(supply)))
    mix = clean_share(clean, supply, lossless, ((0, len(supply)),))
    load = supply + sum((s.discharge - s.charge for s in lossless), np.zeros(len(supply)))
    assert float(load @ mix) == pytest.approx(float(clean.sum()), rel=1e-6)
    assert ((mix > -1e-9) & (mix < 1 + 1e-9)).all()


@given(Years, st.integers(0, 2))
@settings(max_examples=40, deadline=None)
def test_the_audit_finds_the_same(seed: int, stores: int) -> None:
    clean, supply, found = random_bus(seed, stores)
    flows = {"imported.grid": supply}
    records = {}
    for i, s in enumerate(found):
        flows |= {f"charge.{i}": s.charge, f"discharge.{i}": s.discharge, f"level.{i}": s.level}
        records[str(i)] = {"standing_loss_per_hour": 1 - s.keep, "charge_efficiency": s.charge_efficiency}
    half, hours = len(supply) // 2, len(supply)
    stretches = ((0, half), (half, hours)) if not stores else ((0, hours),)
    block = Block("s", "y", "", np.arange(48.0), np.ones(48), stretches, (), {}, flows)
    theirs = mixed(block, clean, records)
    assert theirs == pytest.approx(clean_share(clean, supply, found, stretches), abs=1e-9)
