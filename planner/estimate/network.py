"""What a topology does to messages between accelerators: the bandwidth left, the switches crossed, rails forwarded.

    a job of w accelerators sees the first level that holds it:
    leaf         one switch, or one set of leaves by rail             nothing oversubscribed     1 switch crossed
    leaf-spine   up to k x (most leaves)                              leaf's oversubscription    3
    three tiers  pods                                                 x that above the pod       5
    dragonfly+   within a group as leaf-spine, beyond it              x that above the group     4
    rail-only    what changes rails goes over the machine's own links first: (R - 1) / R of traffic between machines
    torus        no switch; an all-to-all crowds its middle: planner/estimate/torus.py
    late         (switches crossed - 3) x 0.4 us on every message that waits for another

Published training runs, to which the coefficients are fitted, crossed two tiers: only more than that is late. A job is
counted as if it had the network to itself, and as if all it sends left its pod: an upper bound of the delay. Replicas
of served models that spread over machines send caches and activations the same way, every switch crossed counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.estimate.chip import Chip
    from planner.estimate.topology import Wiring

SWITCH_S = 0.4e-6
"""Latency of one switch (confidence: memory; InfiniBand 0.13 to 0.33 us, Ethernet 0.5 to 0.8 us)."""
PORT_S = 5e-6
"""Latency of a message from one machine's accelerator to another's, switches aside (confidence: memory; RDMA writes
take 1 to 2 us, collectives over them about twice that)."""
FITTED = 3
"""Switches that messages of the published runs crossed."""
Array = Any


@dataclass(frozen=True, slots=True)
class Level:
    """How far a message gets: `most` accelerators, at what oversubscription, over how many switches."""

    most: float
    oversubscription: float
    switches: int


@dataclass(frozen=True, slots=True)
class Network:
    """Levels that rise, the last for all; `forwards`: share of messages between domains sent over their links first."""

    levels: tuple[Level, ...]
    forwards: float = 0.0
    dimensions: int = 0
    """Of a torus, whose middle an all-to-all crowds; 0 for switches."""

    def oversubscription(self, world: Array) -> Array:
        """Of what leaves a machine, for jobs of `world` accelerators."""
        return self._by_level([level.oversubscription for level in self.levels], world)

    def switches(self, world: Array) -> Array:
        """Crossed by a message."""
        return self._by_level([level.switches for level in self.levels], world)

    def late_s(self, world: Array) -> Array:
        """Seconds that a message takes longer than on the published runs' networks."""
        return (self.switches(world) - FITTED).clip(0) * SWITCH_S

    def level(self, world: float) -> Level:
        """The first that holds a job of `world` accelerators."""
        return next((level for level in self.levels[:-1] if world <= level.most), self.levels[-1])

    def _by_level(self, values: list[float], world: Array) -> Array:
        import numpy as np

        return np.asarray(values)[np.searchsorted([level.most for level in self.levels[:-1]], world, side="left")]


@dataclass(frozen=True, slots=True)
class Between:
    """What machines of one replica send each other over: a network, and its ports' rate over that of the machines'."""

    network: Network
    share: float = 1.0

    def rate(self, chip: Chip, machines: int) -> float:
        """Bytes/s of one accelerator to others of `machines`; what changes rails goes over a machine's links first."""
        out = chip.scale_out * self.share / self.network.level(machines * chip.count).oversubscription
        inside = self.network.forwards / chip.scale_up if chip.scale_up > 0 else 0.0
        return 1 / (1 / out + inside) if out > 0 else 0.0

    def delay_s(self, chip: Chip, machines: int) -> float:
        """Seconds of both ends, and of the switches that a message crosses."""
        return PORT_S + self.network.level(machines * chip.count).switches * SWITCH_S


def flat(oversubscription: float) -> Network:
    """The same for every job: two tiers."""
    return Network((Level(inf, oversubscription, FITTED),))


def network(wiring: Wiring, nics: int, accelerators: int, *, alone: bool = True) -> Network:
    """The levels of a wiring for machines of so many network ports and accelerators.

    `alone`: the job is all there is, so that one switch may hold it; else it is one of many, under a leaf at best.
    """
    from planner.estimate.fabric import leaf_spine_ladder, split, splits
    from planner.estimate.topology import DRAGONFLY, RAIL_ONLY, RAIL_OPTIMIZED
    from planner.estimate.torus import TORI

    if wiring.family in TORI:
        return Network((Level(inf, 1.0, 0),), dimensions=wiring.dimensions)
    apart = wiring.rails if wiring.family == RAIL_ONLY else 1
    ports = wiring.split_ports if wiring.planes > 1 else wiring.ports
    most, _, ladder = leaf_spine_ladder(ports, wiring.oversubscription)
    least = splits(ports, wiring.oversubscription)[-1][0]
    sets = apart * (wiring.rails if wiring.family == RAIL_OPTIMIZED else 1)
    ratio = wiring.oversubscription
    steps: list[tuple[float, float, int]] = [*([(ports * apart, 1.0, 1)] if alone else []), (least * sets, 1.0, 1)]
    if wiring.family == DRAGONFLY:
        below, _ = split(ports, wiring.above)
        steps += [(below * most, ratio, 3), (inf, ratio * wiring.above, 4)]
    else:
        steps += [(most * ladder[-1][1] * apart, ratio, 3), (inf, ratio * wiring.above, 5)]
    levels = []
    for ends, over, crossed in sorted(steps, key=lambda s: s[0]):
        reach = inf if ends == inf else ends // max(1, nics) * accelerators
        levels.append(Level(reach, over, crossed))
    return Network(tuple(levels), 1 - 1 / wiring.rails if wiring.family == RAIL_ONLY else 0.0)


def examples(ports: int, nics: int, ratios: tuple[float, ...] = (1.0, 2.0, 4.0)) -> dict[str, Wiring]:
    """Wirings to set beside each other: each family by name, fat trees at each oversubscription."""
    from planner.estimate.topology import ANY, DRAGONFLY, RAIL_ONLY, RAIL_OPTIMIZED, Wiring, largest

    found = {f"fat tree {r:g}:1": Wiring(ANY, ports, r) for r in ratios}
    found |= {f"by rail {r:g}:1": Wiring(RAIL_OPTIMIZED, ports, r, rails=nics) for r in ratios[1:]}
    found["rail-only"] = Wiring(RAIL_ONLY, ports, rails=nics)
    found["dragonfly+"] = Wiring(DRAGONFLY, ports)
    return {name: w for name, w in found.items() if largest(w)}
