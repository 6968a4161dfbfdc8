"""Networks without packet switches, in exact counts: tori of accelerators, their optical switches, scale-up domains.

A torus is wired for good, or over circuit switches, which put any cube in the place of any other.

    torus        links = sum over dimensions of length n: N, or N / 2 where n is 2;  bisection 2 N / n of the longest
    optical      cubes of c^3 accelerators, each face's c^2 fibres to one circuit switch by position and dimension:
                 fibres = cubes x 6 c^2;  switches = 3 c^2, two ports of each for every cube
    all-to-all   among a block of n x .. x n in d dimensions, without links around it: d n / 2 times what the links of
                 an accelerator would take, for half of all crosses its middle
    scale-up     switch chips = accelerators x links of each / ports of a chip

Sources: TPU v4, Jouppi et al. 2023 (arXiv:2304.01433); NVLink, NVIDIA DGX GB200 reference architecture.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, prod
from typing import Any

import numpy as np

STATIC, OPTICAL = "torus", "torus_optical"
TORI = (STATIC, OPTICAL)
"""Families of networks between accelerators that have links of their own for it."""
CUBE = 4
"""Accelerators along the edge of a TPU cube, one rack."""


@dataclass(frozen=True, slots=True)
class Torus:
    """A torus of `dims`: links between accelerators, and those that an even cut severs."""

    dims: tuple[int, ...]
    links: int
    bisection: int


@dataclass(frozen=True, slots=True)
class Optical:
    """Circuit switches over cubes: fibres to them, links through them, ports used of each switch."""

    cubes: int
    fibres: int
    links: int
    switches: int
    ports: int


def torus(dims: tuple[int, ...]) -> Torus:
    """Counts of a torus; a dimension of one has no links."""
    nodes = prod(dims)
    links = sum(nodes if n > 2 else nodes // 2 for n in dims if n > 1)
    longest = max(dims)
    wraps = 2 if longest > 2 else 1
    return Torus(dims, links, wraps * nodes // longest if longest > 1 else 0)


def optical(accelerators: int, cube: int = CUBE) -> Optical:
    """Counts of circuit switches over whole cubes."""
    cubes = ceil(accelerators / cube**3)
    face = cube**2
    return Optical(cubes, cubes * 6 * face, cubes * 3 * face, 3 * face, 2 * cubes)


def links_each(accelerators: int, dimensions: int, family: str) -> int:
    """Links that come with a machine: one of every dimension, less those over circuit switches; 0 if not whole."""
    every = accelerators * dimensions
    if family == STATIC:
        return every
    return every * (CUBE - 1) // CUBE if every % CUBE == 0 else 0


def crowding(group: Any, dimensions: int) -> Any:
    """Times longer that an all-to-all among a nearly cubic block takes than the links of each would; at least 1."""
    return np.maximum(1.0, dimensions * group ** (1 / dimensions) / 2)


def nearly_cubic(accelerators: int, dimensions: int = 3, edge: int = CUBE) -> tuple[int, ...]:
    """Lengths in whole cubes, as equal as they come, that hold so many accelerators; the longest last."""
    cubes = ceil(accelerators / edge**dimensions)
    found: list[int] = []
    for left in range(dimensions, 0, -1):
        side = next(n for n in range(max(1, round(cubes ** (1 / left))), 0, -1) if cubes % n == 0 or left == 1)
        found.append(side if left > 1 else cubes)
        cubes //= side if left > 1 else cubes
    return tuple(sorted(n * edge for n in found))


def scale_up_chips(accelerators: int, links: int, ports: int) -> int:
    """Switch chips of a domain in which every accelerator has `links` links, over chips of `ports` ports."""
    return ceil(accelerators * links / ports)
