"""What a pod asks for: processors, memory, and accelerators by the name its device plugin gives them."""

from __future__ import annotations

from math import floor
from typing import Any

from planner.export.allocatable import cores, memory_bytes
from planner.export.fleet import Part, Pool

MIB = 2**20
GB = 1e9
PLUGINS = (
    ("nvidia_", "nvidia.com/gpu"),
    ("amd_", "amd.com/gpu"),
    ("google_tpu", "google.com/tpu"),
    ("intel_gaudi", "habana.ai/gaudi"),
    ("aws_", "aws.amazon.com/neuron"),
    ("huawei_ascend", "huawei.com/Ascend910"),
)
"""Extended resources of the vendors' device plugins, by the beginning of an accelerator's id."""
Amounts = dict[str, int]
"""Millicores, MiB, and accelerators by resource name."""


def device(machine: dict[str, Any]) -> str:
    """The resource name of a machine's accelerators; `aiplan/ID` where no device plugin is known; empty without any."""
    id = str(machine["accelerator"])
    if not machine["accelerators"]:
        return ""
    return next((name for start, name in PLUGINS if id.startswith(start)), f"aiplan/{id}")


def of_node(pool: Pool) -> Amounts:
    """What one node of a pool has for pods."""
    found = {
        "cpu": floor(cores(float(pool.machine["cores"])) * 1000),
        "memory": floor(memory_bytes(pool.machine["ram_gb"] * GB) / MIB),
    }
    name = device(pool.machine)
    return found | ({name: int(pool.machine["accelerators"])} if name else {})


def of_pod(part: Part) -> Amounts:
    """What one pod asks for: its share of a node, rounded down so that the shares fit."""
    name, node = device(part.pool.machine), of_node(part.pool)
    found = {what: floor(node[what] * part.share + 1e-6) for what in ("cpu", "memory") if node[what] > 0}
    return found | ({name: part.accelerators} if name and part.accelerators else {})


def written(amounts: Amounts) -> dict[str, str]:
    """Amounts as Kubernetes writes quantities."""
    units = {"cpu": "m", "memory": "Mi"}
    return {name: f"{amount}{units.get(name, '')}" for name, amount in amounts.items()}


def times(amounts: Amounts, count: int) -> Amounts:
    return {name: amount * count for name, amount in amounts.items()}
