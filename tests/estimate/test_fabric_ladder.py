from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.estimate.fabric import leaf_spine_ladder


def spines_for(leaves: int, ports: int) -> int:
    return next(s for s, most in leaf_spine_ladder(ports, 1.0)[2] if most >= leaves)


@pytest.mark.parametrize(
    ("ports", "leaves", "spines"),
    [(64, 8, 4), (64, 16, 8), (64, 24, 16), (64, 32, 16), (128, 64, 32), (144, 32, 18), (144, 64, 36), (144, 144, 72)],
)
def test_published_superpod_tables(ports: int, leaves: int, spines: int) -> None:
    """Leaf and spine counts per scalable unit of NVIDIA's DGX SuperPOD reference architectures (H100, B300, XDR)."""
    assert spines_for(leaves, ports) == spines


@given(st.integers(2, 288), st.sampled_from([1.0, 1.5, 2.0, 3.0, 4.0]))
def test_every_rung_can_be_wired(ports: int, ratio: float) -> None:
    down, up, rungs = leaf_spine_ladder(ports, ratio)
    assert down + up <= ports
    assert down <= up * ratio + 1e-9
    assert [s for s, _ in rungs] == sorted({s for s, _ in rungs})
    for spines, most in rungs:
        assert up % spines == 0
        assert most * (up // spines) <= ports
    assert [m for _, m in rungs] == sorted(m for _, m in rungs)


def test_two_to_one_by_hand() -> None:
    assert leaf_spine_ladder(48, 2.0) == (32, 16, ((1, 3), (2, 6), (4, 12), (8, 24), (16, 48)))
