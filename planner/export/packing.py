"""Bin packing of equal nodes: how many hold the pods, and pods small enough to fit.

Largest pods first, each on the fullest node that still has room (best fit decreasing). Nodes of equal room are counted
together, so that a hundred thousand pods take no longer than ten.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, inf

ROUNDING = 1e-9
MOST_PODS = 110
"""Pods on a node that Kubernetes is made for: kubernetes.io, considerations for large clusters."""


def nodes_needed(groups: Sequence[tuple[int, float]]) -> float:
    """Nodes that `groups` of (pods, share of a node each) fill; infinite where a pod is larger than a node."""
    room: dict[float, int] = {}
    opened = 0
    for count, share in sorted(groups, key=lambda g: -g[1]):
        if share > 1 + ROUNDING:
            return inf
        left = count
        for free in sorted(room):
            fit = _fits(free, share)
            if left and fit:
                left -= _fill(room, free, room.pop(free), fit, share, left)
        fit = _fits(1.0, share)
        fresh = -(-left // fit)
        opened += fresh
        if fresh:
            _fill(room, 1.0, fresh, fit, share, left)
    return opened


def _fits(free: float, share: float) -> int:
    return MOST_PODS if share <= 0 else min(MOST_PODS, floor(free / share + ROUNDING))


def _fill(room: dict[float, int], free: float, nodes: int, fit: int, share: float, pods: int) -> int:
    """Put pods on `nodes` of equal room, `fit` on each; returns how many found a place."""
    placed = min(pods, nodes * fit)
    full, rest = divmod(placed, fit)
    for count, on_each in ((full, fit), (1 if rest else 0, rest), (nodes - full - (1 if rest else 0), 0)):
        if count:
            left = round(max(0.0, free - on_each * share), 12)
            room[left] = room.get(left, 0) + count
    return placed
