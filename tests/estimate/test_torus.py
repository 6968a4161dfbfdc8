"""Tori, optical switches and scale-up domains, as published."""

from __future__ import annotations

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.estimate.torus import CUBE, nearly_cubic, optical, scale_up_chips, torus


def test_a_tpu_v4_pod_as_published() -> None:
    """4,096 chips: 12,288 links, 512 across the middle; 64 cubes, 6,144 fibres, 48 switches of 128 ports in use."""
    assert nearly_cubic(4096) == (16, 16, 16)
    pod, light = torus((16, 16, 16)), optical(4096)
    assert (pod.links, pod.bisection) == (12_288, 512)
    assert (light.cubes, light.fibres, light.links, light.switches, light.ports) == (64, 6144, 3072, 48, 128)
    assert light.switches * light.ports == light.fibres


def test_two_dimensions_by_hand() -> None:
    assert (torus((16, 16)).links, torus((16, 16)).bisection) == (512, 32)
    assert (torus((2, 2)).links, torus((2, 2)).bisection) == (4, 2)
    assert torus((1,)).links == 0


def test_an_nvl72_as_published() -> None:
    assert scale_up_chips(72, 18, 72) == 18


@given(st.integers(1, 20_000), st.sampled_from([2, 3]))
def test_cubes_hold_what_is_asked_and_no_cube_more(accelerators: int, dimensions: int) -> None:
    dims = nearly_cubic(accelerators, dimensions)
    assert len(dims) == dimensions
    assert all(n % CUBE == 0 for n in dims)
    assert accelerators <= prod(dims) < accelerators + CUBE**dimensions


@pytest.mark.parametrize("accelerators", [1, 64, 65, 4096])
def test_every_port_of_a_cube_is_used(accelerators: int) -> None:
    light = optical(accelerators)
    assert light.fibres == 2 * light.links == light.switches * light.ports
