"""Cuts kept from one solve to the next.

A cut says what a bus must spend for a design, whatever rows, limits and prices stand in the model around it. So a sweep
over a limit need not find out again what the year costs: each solve begins with the cuts that mattered to earlier ones.

A bus is known again by all that a cut depends on: its hours, profiles, prices, limits, store and the names of its
columns. With anything changed the cuts are not used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from planner.solve.matrix import Floats
from planner.solve.oracle import BusOracle

MOST = 400
"""Cuts kept of one segment of a bus; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Kept:
    """`mult . quantities >= slope . design + rest`, in one segment of a bus, in real units."""

    mult: Floats
    slope: Floats
    rest: float


@dataclass(slots=True)
class Memory:
    """What several solves of much the same model share."""

    cuts: dict[tuple[bytes, int], list[Kept]] = field(default_factory=dict)
    """By bus and segment."""

    def keep(self, bus: bytes, segment: int, cut: Kept) -> None:
        known = self.cuts.setdefault((bus, segment), [])
        known.append(cut)
        del known[:-MOST]


def fingerprint(oracle: BusOracle, names: Sequence[str]) -> bytes:
    """All that a cut of this bus depends on, as one number. `names` by model column."""
    text = repr((
        oracle.quantities,
        [names[c] for c in oracle.columns],
        oracle.segments,
        [(limit.most, limit.limit) for limit in oracle.limits],
        [part.most for part in oracle.bus.exported],
        [
            (s.charge_efficiency, s.discharge_efficiency, s.usable, s.standing_loss, s.power_out)
            for s in oracle.bus.stores
        ],
    ))
    found = hashlib.sha256(text.encode())
    arrays = [oracle.drawn, oracle.draw_at, oracle.made, oracle.made_at, oracle.bought, oracle.sold, oracle.wear]
    arrays += [oracle.may, oracle.saved, oracle.unit]
    for limit in oracle.limits:
        arrays += [*limit.peaks, limit.cover_at, limit.covers]
    for array in arrays:
        found.update(np.ascontiguousarray(array).tobytes())
    return found.digest()
