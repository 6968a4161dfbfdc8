"""Counts of leaf-spine fabrics that can be wired evenly, of two tiers and of three."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil


@lru_cache(maxsize=256)
def leaf_spine_ladder(ports: int, oversubscription: float) -> tuple[int, int, tuple[tuple[int, int], ...]]:
    """Downlinks d and uplinks u of a leaf, and for every number of spines that divides u the most leaves it can join.

    d + u <= ports with d / u <= oversubscription. Every leaf reaches every spine over u / S equal links, so S divides
    u, and a spine's ports carry at most ports // (u / S) leaves.
    """
    up = max(1, ceil(ports / (1 + oversubscription) - 1e-9))
    down = min(ports - up, int(up * oversubscription + 1e-9))
    rungs = tuple((s, ports // (up // s)) for s in range(1, up + 1) if up % s == 0)
    return down, up, rungs


@dataclass(frozen=True, slots=True)
class Clos:
    """Switches and cables of one full-bisection fabric."""

    tiers: int
    leaf: int
    spine: int
    core: int
    endpoint_cables: int
    leaf_spine_cables: int
    spine_core_cables: int


def clos(endpoints: int, radix: int, rails: int = 1) -> Clos:
    """Two tiers while a spine reaches every leaf, else three; raises ValueError beyond radix^3 / 4 endpoints.

    Leaves go by rail: rails x ceil(endpoints of a rail / (radix / 2)). The fewest spines over which a leaf's uplinks
    divide evenly (leaf_spine_ladder). Three tiers: a spine for every leaf, half as many cores.
    """
    down, up, rungs = leaf_spine_ladder(radix, 1.0)
    leaf = rails * ceil(ceil(endpoints / rails) / down)
    spine = next((s for s, most in rungs if most >= leaf), None)
    if spine is not None:
        return Clos(2, leaf, spine, 0, endpoints, leaf * up, 0)
    core = ceil(leaf * up / radix)
    if leaf > radix * down:
        raise ValueError(f"{endpoints} endpoints are more than three tiers of {radix} ports join")
    return Clos(3, leaf, leaf, core, endpoints, leaf * up, leaf * up)
