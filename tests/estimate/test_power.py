from __future__ import annotations

from math import exp

import pytest
from estimate_toys import coefficients
from hypothesis import given
from hypothesis import strategies as st

from planner.estimate.power import boards_w, loaded_w, share, working_w

C = coefficients()


def test_work_that_was_metered_lower_draws_less_and_other_work_counts_as_language() -> None:
    assert working_w(1000.0, "vision", False, C) == pytest.approx(800)
    assert working_w(1000.0, "llm", False, C) == 1000
    assert share("nobody-measured-it", C) == 1.0


def test_lowered_limits() -> None:
    assert working_w(1000.0, "llm", True, C) == pytest.approx(800)


def test_a_machine_is_more_than_its_boards() -> None:
    assert boards_w(8, 300.0, C) == pytest.approx(8 * 300 * 1.5)


@given(st.floats(1, 1e5), st.sampled_from(["vision", "embedding", "llm"]), st.booleans())
def test_power_scales_with_the_machine(sustained_w: float, work: str, tuned: bool) -> None:
    assert working_w(2 * sustained_w, work, tuned, C) == pytest.approx(2 * working_w(sustained_w, work, tuned, C))


def test_accelerators_meter_between_their_floor_and_their_board_power() -> None:
    """1 - exp(-0.7) of 1,000 W at no load; 1 - exp(-1.9) at 40 % of memory and 20 % of FLOPs."""
    assert loaded_w(1, 1000.0, 0.0, 0.0, C) == pytest.approx(1000 * (1 - exp(-0.7)))
    assert loaded_w(8, 1000.0, 0.4, 0.2, C) == pytest.approx(8000 * (1 - exp(-1.9)))


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.5))
def test_more_work_draws_more_and_never_more_than_the_boards(memory: float, arithmetic: float, more: float) -> None:
    least = loaded_w(1, 700.0, memory, arithmetic, C)
    assert least <= loaded_w(1, 700.0, memory + more, arithmetic, C) <= 700.0
    assert least <= loaded_w(1, 700.0, memory, arithmetic + more, C) <= 700.0
