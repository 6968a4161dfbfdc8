from __future__ import annotations

import pytest
from estimate_toys import coefficients
from hypothesis import given
from hypothesis import strategies as st

from planner.estimate.power import boards_w, share, working_w

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
