from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.estimate.goodput import best_interval_s, goodput


def test_by_hand() -> None:
    """One failure in 10,000 s, restart 500 s, saves of 50 s every 950 s: (1 - 0.0975) / (1 + 1/19)."""
    assert float(goodput(1e-4, 500.0, 50.0, 950.0)) == pytest.approx(0.9025 / (1 + 1 / 19))


@given(st.floats(1e-8, 1e-3), st.floats(0, 600), st.floats(1, 300))
def test_the_best_interval_beats_a_grid(failures: float, restart_s: float, write_s: float) -> None:
    grid = goodput(failures, restart_s, write_s, np.geomspace(max(1.0, write_s), 2e6, 400))
    assert float(goodput(failures, restart_s, write_s)) >= float(np.max(grid)) - 1e-6


def test_young_is_close_where_failures_are_rare() -> None:
    """Young 1974: sqrt(2 w M)."""
    assert float(best_interval_s(1e-6, 0.0, 40.0)) == pytest.approx((2 * 40 * 1e6) ** 0.5, rel=0.01)


@given(st.floats(1e-9, 1e-4), st.floats(1.1, 5))
def test_more_failures_never_help(failures: float, factor: float) -> None:
    assert float(goodput(failures * factor, 500.0, 50.0)) <= float(goodput(failures, 500.0, 50.0)) + 1e-12


def test_failing_faster_than_restarting_leaves_nothing() -> None:
    assert float(goodput(1.0, 500.0, 50.0)) == 0.0
