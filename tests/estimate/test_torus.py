"""Tori, optical switches and scale-up domains, as published."""

from __future__ import annotations

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.estimate.topology import Wiring, counts, fewest, largest, shapes
from planner.estimate.torus import (
    CUBE,
    OPTICAL,
    STATIC,
    crowding,
    links_each,
    nearly_cubic,
    optical,
    scale_up_chips,
    torus,
)


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


def test_the_shapes_count_what_the_formulas_count() -> None:
    """A TPU v4 pod: 12,288 links in all, of which 3,072 go over two fibres each and 48 switches."""
    plain, light = Wiring(STATIC, 0, dimensions=3, pod=4096), Wiring(OPTICAL, 136, dimensions=3, pod=4096)
    whole, over = fewest(plain, 4096 * 3), fewest(light, 1024 * links_each(4, 3, OPTICAL))
    assert whole is not None
    assert over is not None
    assert (whole.switches, whole.links) == (0, torus((16, 16, 16)).links)
    assert (over.leaf, over.spine, over.core, over.leaf_links) == (0, 0, 48, optical(4096).fibres)
    assert over.endpoints + over.leaf_links // 2 == whole.links
    assert largest(Wiring(OPTICAL, 136, dimensions=3, pod=8960)) == 68 * 144  # two ports of 136 for every cube


@given(st.sampled_from([STATIC, OPTICAL]), st.sampled_from([2, 3]), st.integers(1, 9_000), st.integers(1, 500))
def test_more_accelerators_never_take_less(family: str, dimensions: int, links: int, more: int) -> None:
    wiring = Wiring(family, 136, dimensions=dimensions, pod=8960)
    fewer, greater = fewest(wiring, links), fewest(wiring, links + more)
    if greater is not None:
        assert fewer is not None
        assert fewer.switches <= greater.switches
        assert fewer.links < greater.links
    assert (greater is None) == (links + more > largest(wiring))


def test_links_that_are_not_whole_are_no_class() -> None:
    assert [links_each(n, 3, OPTICAL) for n in (1, 2, 4, 8)] == [0, 0, 9, 18]
    assert links_each(1, 3, STATIC) == 3
    assert not shapes(Wiring(STATIC, 0, dimensions=3, pod=63), 9)
    (cube,) = shapes(Wiring(STATIC, 0, dimensions=3, pod=64), 192)
    assert [c.links for c in counts(cube, 192)] == [192]


def test_the_middle_of_a_block_is_crowded() -> None:
    """4 x 4 x 4: half of what 32 send crosses 16 links, so each may send one link's worth, of its six."""
    assert crowding(64.0, 3) == pytest.approx(6.0)
    assert crowding(16.0, 2) == pytest.approx(4.0)
    assert crowding(8.0, 3) == pytest.approx(3.0)
