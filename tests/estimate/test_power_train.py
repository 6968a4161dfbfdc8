"""Power trains by surviving kW, maintenance and load: the definitions, and the catalog's rows."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner import driver
from planner.estimate.power_train import MODULES, Modules, modules_of, part_load


@pytest.mark.parametrize(
    ("train", "surviving", "survives", "maintainable"),
    [
        ("n", 0.0, False, False),
        ("n_plus_1", 1000.0, True, False),
        ("three_n_over_two", 1000.0, True, True),
        ("two_n", 1000.0, True, True),
    ],
)
def test_a_megawatt_with_one_module_lost(train: str, surviving: float, survives: bool, maintainable: bool) -> None:
    found = modules_of(train, 1000.0)
    assert found.surviving_kw(1) == pytest.approx(surviving)
    assert (found.survives_module, found.maintainable) == (survives, maintainable)


def test_two_lost_modules_leave_what_is_left() -> None:
    assert modules_of("n_plus_1", 1000.0).surviving_kw(2) == pytest.approx(750.0)
    assert modules_of("two_n", 1000.0).surviving_kw(2) == 0.0
    assert modules_of("three_n_over_two", 1000.0).surviving_kw(2) == pytest.approx(500.0)


def test_the_catalog_is_of_these_modules() -> None:
    rows = {row.id: row for row in driver.catalog().rows("power_train")}
    assert set(rows) == set(MODULES)
    for id, row in rows.items():
        found = modules_of(id, 1.0)
        assert row.number("built_over_needed") == pytest.approx(found.built / found.needed)
        assert row.number("max_module_load_fraction") == pytest.approx(found.load_fraction(1.0), abs=1e-3)
        assert row.text["concurrently_maintainable"] is found.maintainable


def test_a_train_of_ones_own_has_as_few_modules_as_its_ratio() -> None:
    found = modules_of("mine", 900.0, 4 / 3)
    assert (found.built, found.needed, found.module_kw) == (4, 3, 300.0)


POINTS = [(1.0, 0.955), (0.8, 0.951), (0.667, 0.946), (0.5, 0.931)]


def test_efficiency_at_the_points_is_theirs() -> None:
    for load, efficiency in POINTS:
        assert part_load(POINTS, load) == pytest.approx(efficiency)


@given(st.lists(st.floats(0.01, 1.2), min_size=2, max_size=20))
def test_efficiency_never_falls_as_load_grows(loads: list[float]) -> None:
    found = [part_load(POINTS, x) for x in sorted(loads)]
    assert all(a <= b + 1e-12 for a, b in pairwise(found))
    assert all(0 < e <= 0.955 for e in found)


def test_a_third_of_the_load_costs_points_of_efficiency() -> None:
    """Field surveys found 2N sites at 20 to 40 % load, where double conversion loses two to four points more."""
    assert 0.02 < part_load(POINTS, 0.5) - part_load(POINTS, 0.3) < 0.05
    assert part_load(POINTS, 0.0) == 0.0


@given(st.integers(1, 9), st.integers(1, 9), st.floats(1.0, 1e6))
def test_what_survives_never_exceeds_what_is_built(built: int, needed: int, kw: float) -> None:
    found = Modules(max(built, needed), needed, 2, kw)
    left = [found.surviving_kw(k) for k in range(found.built + 1)]
    assert left == sorted(left, reverse=True)
    assert left[-1] == 0.0
