from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.estimate.store import Load, Unit, binding, needs, units

SERVER = Unit(usable_tb=100.0, read=10.0, write=4.0, operations=1e6, domains=3)


@pytest.mark.parametrize(
    ("load", "by", "count"),
    [
        (Load(tb=950), "capacity", 10),
        (Load(tb=100, read=72), "read", 8),
        (Load(tb=100, read=10, write=21), "write", 6),
        (Load(tb=100, read=10, write=4, operations=4.2e6), "operations", 5),
        (Load(tb=1), "failure domains", 3),
    ],
)
def test_the_largest_need_decides(load: Load, by: str, count: int) -> None:
    asked = needs(load, SERVER)
    assert binding(asked) == by
    assert units(asked) == count


def test_a_unit_without_random_access_never_serves_any() -> None:
    assert needs(Load(tb=1, operations=1), Unit(100, 1, 1, 0, 1))["operations"] == inf


@given(st.floats(0, 1e5), st.floats(0, 1e3), st.floats(0, 1e3), st.floats(0, 1e8), st.floats(1, 3))
def test_more_load_never_needs_fewer_units(tb: float, read: float, write: float, ops: float, more: float) -> None:
    less = units(needs(Load(tb, read, write, ops), SERVER))
    assert units(needs(Load(tb * more, read * more, write * more, ops * more), SERVER)) >= less
    for load, each in ((tb, 100.0), (read, 10.0), (write, 4.0), (ops, 1e6)):
        assert less * each >= load * (1 - 1e-8)
