"""Counts of a two-tier leaf-spine fabric that can be wired evenly."""

from __future__ import annotations

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
