"""How many units of a tier a store needs: the largest of capacity, reads, writes, operations and failure domains.

    units >= TB stored / (raw TB x usable),  GB/s read / GB/s of a unit,  GB/s written / ...,  operations / ...,  k + m

Raw is what is bought, usable what is left after redundancy and fill, effective what users see before reduction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, inf

ROUNDING = 1e-9
"""Relative slack when needs are rounded up to whole units."""


def feed_bytes_per_s(accelerators: int, record: float, batch: int, step: float, utilisation: float) -> float:
    """Bytes/s that keep accelerators computing a share `utilisation` of the time.

    accelerators x utilisation x batch x record bytes / step seconds; MLPerf Storage holds readers to 0.9 (3D-UNet,
    ResNet-50) or 0.7 (CosmoFlow). What it prints as MB/s are MiB/s.
    """
    return accelerators * utilisation * batch * record / step


@dataclass(frozen=True, slots=True)
class Load:
    """What lies on a tier: TB, GB/s read and written, random operations a second."""

    tb: float = 0.0
    read: float = 0.0
    write: float = 0.0
    operations: float = 0.0

    def plus(self, other: Load) -> Load:
        return Load(
            self.tb + other.tb, self.read + other.read, self.write + other.write, self.operations + other.operations
        )


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of a tier: usable TB, GB/s, operations a second, and the failure domains its scheme needs."""

    usable_tb: float
    read: float
    write: float
    operations: float
    domains: int


def needs(load: Load, unit: Unit, *, used: bool = False) -> dict[str, float]:
    """Units that each need asks for, unrounded; infinite where a unit gives nothing of it.

    `used`: something beside the load lies there too (checkpoints), on as many failure domains.
    """
    pairs: Mapping[str, tuple[float, float]] = {
        "capacity": (load.tb, unit.usable_tb),
        "read": (load.read, unit.read),
        "write": (load.write, unit.write),
        "operations": (load.operations, unit.operations),
    }
    found = {what: asked / each if each else (inf if asked else 0.0) for what, (asked, each) in pairs.items()}
    apart = unit.domains > 1 and (load.tb > 0 or used)
    return {**found, "failure domains": float(unit.domains) if apart else 0.0}


def binding(asked: Mapping[str, float]) -> str:
    """The need that asks for the most units; of equals the first."""
    return max(asked, key=lambda what: asked[what])


def units(asked: Mapping[str, float]) -> int:
    """Whole units that meet every need."""
    most = max(asked.values())
    return ceil(most - ROUNDING * most)
