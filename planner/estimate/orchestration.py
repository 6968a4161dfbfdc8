"""What Kubernetes keeps of a machine, what its control plane needs, and how surely a majority of it is up.

Figures: catalog row orchestration/kubernetes, as a problem carries it for scenarios that name it.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

from planner.estimate.failures import Failures, up
from planner.machine import Machine

GB, GIB = 1e9, 2**30
MEMORY = ("first_4", "next_4", "next_8", "next_112", "other")
STEPS = (25.0, 100.0, 250.0)
"""Nodes of a cluster that the catalog has control planes for."""


def reserved_cores(cores: float, f: Mapping[str, float]) -> float:
    """Cores that kubelet, system and daemons keep."""
    widths = (1.0, 1.0, 2.0, inf)
    names = ("first_core", "second_core", "next_two_cores", "other_cores")
    kept, left = f["daemon_cores"], cores
    for width, name in zip(widths, names, strict=True):
        kept += min(left, width) * f[f"reserved_{name}_fraction"]
        left -= min(left, width)
    return kept


def reserve(machine: Machine, f: Mapping[str, float]) -> float:
    """Share of a machine's cores that is kept."""
    return min(1.0, reserved_cores(machine.cores, f) / machine.cores) if machine.cores else 0.0


def reserved_memory(machine: Machine, f: Mapping[str, float]) -> float:
    """Share of a machine's memory that kubelet, system, daemons and the eviction threshold keep."""
    left = machine.ram_gb * GB / GIB
    kept = (f["eviction_mib"] + f["daemon_mib"]) / 1024
    for width, name in zip((4.0, 4.0, 8.0, 112.0, inf), MEMORY, strict=True):
        kept += min(left, width) * f[f"reserved_{name}_gib_fraction"]
        left -= min(left, width)
    return min(1.0, kept * GIB / (machine.ram_gb * GB)) if machine.ram_gb else 0.0


def control_needs(nodes: float, f: Mapping[str, float]) -> tuple[float, float]:
    """Cores and GB that each node of a control plane over so many nodes needs."""
    step = next((s for s in STEPS if nodes <= s), STEPS[-1])
    more = max(1.0, nodes / STEPS[-1])
    return f[f"control_cores_{step:.0f}_nodes"] * more, f[f"control_ram_gb_{step:.0f}_nodes"] * more


def majority(count: int, how: Failures) -> float:
    """Probability that a majority of `count` nodes is up, failing together where such machines do."""
    minority = (count - 1) // 2
    return up(how, count - minority, minority)
