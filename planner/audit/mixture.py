"""The carbon-free share of a bus by hour, worked out from its printed hours: energy in a store keeps its source.

All that leaves the bus in an hour has one mix of what comes onto it; all that is in a store has one mix of what was
left and what came in. Each stretch is a cycle: a store ends it with the mix it began with. The mix at the end is
linear in the mix at the start; the cycle is walked once from nothing, and once for each store from that store alone.
"""

from __future__ import annotations

import numpy as np

from planner.audit.verdict import Floats
from planner.audit.view import Block, Record

LEAST = 1e-9


def clean_by_source(block: Block, counted: dict[str, Floats]) -> Floats:
    """kW of carbon-free power made or bought in each hour; `counted`: what counts of each importer, 0..1 (hours,)."""
    clean = block.flow("produced")
    for who, share in counted.items():
        clean = clean + (block.flow("imported", who) + block.flow("generated", who)) * share
    return clean


def mixed(block: Block, clean: Floats, stores: dict[str, Record]) -> Floats:
    """Carbon-free share of what flows off the bus, shape (hours,)."""
    supply = block.flow("produced") + block.flow("generated") + block.flow("imported")
    used = [id for id in block.who("charge") if id in stores and block.flow("charge", id).max(initial=0.0) > LEAST]
    if not used:
        return np.where(supply > LEAST, clean / np.where(supply > LEAST, supply, 1.0), 0.0)
    flows = [(stores[i], block.flow("charge", i), block.flow("discharge", i), block.flow("level", i)) for i in used]
    share = np.zeros(len(supply))
    for begin, end in block.stretches:
        hours = range(begin, end)
        zero = np.zeros(len(used))
        _, alone = _walk(hours, zero, clean, supply, flows)
        nothing = np.zeros(len(supply))
        carried = np.column_stack([_walk(hours, one, nothing, supply, flows)[1] for one in np.eye(len(used))])
        first = np.linalg.pinv(np.eye(len(used)) - carried, rcond=1e-9) @ alone
        share[begin:end], _ = _walk(hours, np.clip(first, 0.0, 1.0), clean, supply, flows)
    return share


def _walk(
    hours: range, first: Floats, clean: Floats, supply: Floats, flows: list[tuple[Record, Floats, Floats, Floats]]
) -> tuple[list[float], Floats]:
    """Shares of a stretch hour by hour, and the stores' mixes at its end."""
    mix, found, last = first.copy(), [], hours[-1]
    for t in hours:
        before = t - 1 if t > hours[0] else last
        green, total = float(clean[t]), float(supply[t])
        parts = []
        for i, (store, charge, discharge, level) in enumerate(flows):
            old = float(level[before]) * (1 - store["standing_loss_per_hour"])
            new = float(charge[t]) * store["charge_efficiency"]
            fresh = new / (old + new) if old + new > LEAST else 0.0
            parts.append((fresh, float(mix[i]) * (1 - fresh)))
            green += float(discharge[t]) * parts[-1][1]
            total += float(discharge[t]) * (1 - fresh)
        share = green / total if total > LEAST else 0.0
        for i, (fresh, kept) in enumerate(parts):
            mix[i] = kept + fresh * share
        found.append(share)
    return found, mix
