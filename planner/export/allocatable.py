"""What a node has left for pods, after what Kubernetes keeps for itself.

Reserved, as Google Kubernetes Engine reserves it (cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes,
read 2026-11): of processors 6 % of the first, 1 % of the second, 0.5 % of the next two, 0.25 % of the rest; of memory
25 % of the first 4 GiB, 20 % of the next 4, 10 % of the next 8, 6 % of the next 112, 2 % of the rest, and 100 MiB below
which pods are evicted. A plan counts memory in GB (1e9 bytes) and processors as physical cores, nodes report GiB
modules and threads: the difference holds the daemons that run on every node.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

GIB = 2**30
MIB = 2**20
CPU = ((1.0, 0.06), (1.0, 0.01), (2.0, 0.005), (inf, 0.0025))
MEMORY = ((4.0, 0.25), (4.0, 0.20), (8.0, 0.10), (112.0, 0.06), (inf, 0.02))
EVICTION_BYTES = 100 * MIB


def tiered(amount: float, tiers: Sequence[tuple[float, float]]) -> float:
    """Sum over tiers of (width, share) of the share of what falls in each."""
    total = 0.0
    for width, share in tiers:
        inside = min(amount, width)
        total += inside * share
        amount -= inside
    return total


def cores(count: float) -> float:
    """Processors left for pods."""
    return count - tiered(count, CPU)


def memory_bytes(installed: float) -> float:
    """Bytes left for pods."""
    return max(0.0, installed - tiered(installed / GIB, MEMORY) * GIB - EVICTION_BYTES)
