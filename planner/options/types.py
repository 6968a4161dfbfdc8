"""What each machine could do for each workload, and why others cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Option:
    """One way to run a workload on one machine type.

    A *rate* option (`block_machines` 0) serves any amount: `per_machine` units of demand on each machine.
    A *block* option is all or nothing: it takes `block_machines` machines and serves the whole demand.
    `idle_kw` is drawn by every working machine in every hour; `busy_kw` more at full load, scaled by the shape.
    """

    id: str
    workload: str
    machine: str
    fabric: str
    """Fabric class id; `none` where machines need no fabric of their own."""
    storage: str
    """Storage tier the option reads or checkpoints to; empty where it needs none."""
    per_machine: float
    block_machines: int
    replica_machines: int
    """Machines that act as one replica (a model spread over several); working machines are whole replicas."""
    idle_kw: float
    busy_kw: float
    duty: float
    """Share of the period's hours the work runs (a training run that ends before the period does)."""
    storage_read_gb_per_s: float
    storage_write_gb_per_s: float
    """Per working machine."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """Throughput, latency, parallelism, utilisation: JSON values, units in the keys, for explanations."""
    basis: str = "estimated"
    """`measured`, `calibrated` or `estimated`."""
    low: float = 1.0
    high: float = 1.0
    """Bounds on `per_machine` as multiples of it."""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Excuse:
    """Why a machine is not an option for a workload: the number that failed and the limit it failed against."""

    workload: str
    machine: str
    reason: str
    """A short code: memory, latency, deadline, denied, dominated, liquid, fabric, price, no-figure …"""
    value: float | None
    limit: float | None
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class OptionSet:
    """All options and excuses of a problem."""

    options: tuple[Option, ...]
    excuses: tuple[Excuse, ...]

    def of(self, workload: str) -> tuple[Option, ...]:
        return tuple(o for o in self.options if o.workload == workload)
