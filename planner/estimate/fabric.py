"""How the ports of switches split, and the numbers of spines over which leaves can be wired evenly."""

from __future__ import annotations

from functools import lru_cache
from math import ceil


def divisors(number: int) -> list[int]:
    return [d for d in range(1, number + 1) if number % d == 0]


def split(ports: int, oversubscription: float) -> tuple[int, int]:
    """Ports of a switch that go down and up: d + u <= ports, d / u <= oversubscription, u as few as that allows."""
    up = max(1, ceil(ports / (1 + oversubscription) - 1e-9))
    return min(ports - up, int(up * oversubscription + 1e-9)), up


def splits(ports: int, oversubscription: float) -> list[tuple[int, int]]:
    """Ports down and up of a leaf: the fewest uplinks first; where oversubscribed, up to a quarter more.

    22 uplinks of 64 ports are reached by 1, 2, 11 or 22 spines, 24 by eight numbers of them.
    """
    down, up = split(ports, oversubscription)
    most = up * 5 // 4 if oversubscription > 1 else up
    return [(down, up), *((min(ports - u, int(u * oversubscription + 1e-9)), u) for u in range(up + 1, most + 1))]


@lru_cache(maxsize=256)
def leaf_spine_ladder(ports: int, oversubscription: float) -> tuple[int, int, tuple[tuple[int, int], ...]]:
    """Downlinks d and uplinks u of a leaf, and for every number of spines that divides u the most leaves it can join.

    d + u <= ports with d / u <= oversubscription. Every leaf reaches every spine over u / S equal links, so S divides
    u, and a spine's ports carry at most ports // (u / S) leaves.
    """
    down, up = split(ports, oversubscription)
    rungs = tuple((s, ports // (up // s)) for s in divisors(up))
    return down, up, rungs
