"""Networks by family in exact whole counts: switches by tier and links, as ladders that an optimiser can climb.

Everything is wired evenly: whatever goes up from a switch reaches every switch above it over equally many links, so
that no spine is dark. A switch of k ports has d down and u up, d + u <= k, d / u <= the oversubscription r.

    single      one switch                                   endpoints <= k
    leaf-spine  n leaves, S spines, S divides u              n u / S <= k                     links + n u
                oversubscribed, a few more uplinks than must be may divide better: each such split is a shape
    three-tier  n pods of m leaves and s spines, s divides u m u / s <= d' of a spine         links + n (m u + s u')
                c cores for every spine of a pod             c divides u', n u' / c <= k      cores = s c
    dragonfly+  g groups of m leaves and s spines, l links between any two, as many as the oversubscription asks:
                l = ceil(m d / (g r)), l (g - 1) <= s u'              links + g m u + l g (g - 1) / 2
    rails       rail-optimised: leaves come in sets, one for each of a machine's R network ports; rail-only: R networks
                of their own, none between the rails
    torus       cubes of 4^d accelerators, d links each; as many cubes as a pod has                   links + 4^d d n
    optical     n cubes over d 4^(d-1) circuit switches, 2 n <= k; links inside cubes         + fibres 2 d 4^(d-1) n
    planes      P networks of their own at the broken-out radix; a cable carries one lane of each

d', u' split a spine's ports by the oversubscription above the pod. Sources: leaf-spine and three tiers, NVIDIA DGX
SuperPOD reference architectures (every published count is met); rail-only, Wang et al. 2023 (arXiv:2307.12169);
dragonfly+, Shpiner et al. 2017 (HiPINEB); tori, planner/estimate/torus.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.estimate.fabric import divisors, leaf_spine_ladder, split, splits
from planner.estimate.torus import CUBE, OPTICAL, TORI, links_each

if TYPE_CHECKING:
    from planner.problem import FabricClass

ANY, RAIL_OPTIMIZED, RAIL_ONLY, DRAGONFLY = "fat_tree", "rail_optimized", "rail_only", "dragonfly_plus"
MOST_TIERS = 3
LEAST_POD = 4
"""Pods narrower than the widest over this are not offered: they save a few switches and lose what stays inside."""
FAMILIES = (ANY, RAIL_OPTIMIZED, RAIL_ONLY, DRAGONFLY)


@dataclass(frozen=True, slots=True)
class Rung:
    """What joins up to `units` units: switches above them, and links that come with the rung."""

    units: int
    spine: int = 0
    core: int = 0
    links: int = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """A way to build: whole units of `ports` endpoints each, joined by one of the rungs, which rise."""

    name: str
    tiers: int
    ports: int
    leaf: int
    spine: int
    leaf_links: int
    """Of one unit, from its leaves up; `spine_links` from its spines up. The endpoints' own come on top."""
    spine_links: int
    rungs: tuple[Rung, ...]
    exact: bool = False
    """Whether a rung has just its units, no fewer."""
    planes: int = 1


@dataclass(frozen=True, slots=True)
class Count:
    """Switches by tier and links of one network, the endpoints' own links among them."""

    shape: str
    tiers: int
    leaf: int
    spine: int
    core: int
    endpoints: int
    leaf_links: int
    spine_links: int

    @property
    def switches(self) -> int:
        return self.leaf + self.spine + self.core

    @property
    def links(self) -> int:
        return self.endpoints + self.leaf_links + self.spine_links


@dataclass(frozen=True, slots=True)
class Wiring:
    """A family at a radix: `rails` network ports of a machine, `planes` lanes of a port where they may be split."""

    family: str
    ports: int
    oversubscription: float = 1.0
    above: float = 1.0
    """Oversubscription above the pod."""
    rails: int = 1
    planes: int = 1
    split_ports: int = 0
    """Ports of a switch whose ports are split into `planes` lanes."""
    dimensions: int = 0
    """Of a torus; `pod`: accelerators that one joins at most."""
    pod: int = 0


def wiring_of(fabric: FabricClass) -> Wiring:
    """The wiring of a class that has a switch."""
    assert fabric.switch is not None
    ratio, rails = fabric.oversubscription, fabric.rails
    lanes, torus = (fabric.planes, fabric.split_ports), (fabric.dimensions, fabric.pod)
    return Wiring(fabric.family, fabric.switch.ports, ratio, fabric.above, rails, *lanes, *torus)


def counts(shape: Shape, endpoints: int) -> Iterator[Count]:
    """What the shape takes for so many endpoints, on each rung that admits them."""
    need = max(1, ceil(endpoints / shape.ports))
    for rung in shape.rungs:
        if rung.units >= need:
            n = rung.units if shape.exact else need
            switches = n * shape.leaf, n * shape.spine + rung.spine, rung.core
            trunks = n * shape.leaf_links, n * shape.spine_links + rung.links
            yield Count(shape.name, shape.tiers, *switches, endpoints, *trunks)


def fewest(wiring: Wiring, endpoints: int) -> Count | None:
    """The count with the fewest switches, then the fewest links; None where no shape admits so many."""
    found = [c for shape in _every(wiring, endpoints) for c in counts(shape, endpoints)]
    return min(found, key=lambda c: (c.switches, c.links, c.tiers), default=None)


def largest(wiring: Wiring, tiers: int = MOST_TIERS) -> int:
    """Endpoints that so many tiers join at most."""
    made = [s for s in _every(wiring, 10**9) if s.tiers <= tiers]
    return max((s.ports * s.rungs[-1].units for s in made), default=0)


@lru_cache(maxsize=256)
def shapes(wiring: Wiring, most: int) -> tuple[Shape, ...]:
    """Shapes and rungs that are cheapest for some number of endpoints up to `most`, whatever the prices."""
    found = list(_every(wiring, most))
    flat = [(s, r) for s in found for r in s.rungs]
    if not flat:
        return ()
    most = max(1, min(most, max(s.ports * r.units for s, r in flat)))
    # Counts rise where a unit is full, and what is best just before that is best from the rise before on.
    full = [np.arange(s.ports, s.ports * max(r.units for r in s.rungs) + 1, s.ports) for s in found if s.rungs]
    ends = np.unique(np.concatenate([*full, [most]]))
    kept = _best(flat, ends[ends <= most])
    chosen = []
    for shape in found:
        rungs = tuple(r for (s, r), keep in zip(flat, kept, strict=True) if s is shape and keep)
        if rungs:
            chosen.append(replace(shape, rungs=rungs))
    return tuple(chosen)


def _best(flat: list[tuple[Shape, Rung]], ends: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which rungs no other beats in switches and links at once, at some number of endpoints."""
    switches, links = np.full((2, len(flat), len(ends)), np.inf)
    for i, (shape, rung) in enumerate(flat):
        need = np.ceil(ends / shape.ports)
        n = np.full(len(ends), float(rung.units)) if shape.exact else need
        fits = need <= rung.units
        switches[i, fits] = (n * (shape.leaf + shape.spine) + rung.spine + rung.core)[fits]
        links[i, fits] = (n * (shape.leaf_links + shape.spine_links) + rung.links)[fits]
    kept = np.zeros(len(flat), dtype=bool)
    order = np.lexsort((links, switches), axis=0)
    sorted_links = np.take_along_axis(links, order, axis=0)
    least = np.minimum.accumulate(sorted_links, axis=0)
    first = np.vstack([np.isfinite(sorted_links[:1]), sorted_links[1:] < least[:-1]])
    kept[order[first]] = True
    return kept


def _every(w: Wiring, most: int) -> Iterator[Shape]:
    if w.family in TORI:
        yield from _cubes(w)
        return
    yield from _plane(w, w.ports, 1, most)
    if w.planes > 1 and w.split_ports:
        yield from _plane(w, w.split_ports, w.planes, most)


def _cubes(w: Wiring) -> Iterator[Shape]:
    """A torus of whole cubes; endpoints are the links of its accelerators that no circuit switch carries."""
    cube, face = CUBE**w.dimensions, CUBE ** (w.dimensions - 1)
    inside, cubes = links_each(cube, w.dimensions, w.family), w.pod // cube
    if w.family != OPTICAL:
        yield from [Shape(w.family, 0, inside, 0, 0, 0, 0, (Rung(cubes),))] if cubes else []
        return
    cubes, fibres = min(cubes, w.ports // 2), 2 * w.dimensions * face
    if cubes:
        yield Shape(w.family, 0, inside, 0, 0, fibres, 0, (Rung(cubes, core=w.dimensions * face),))


def _plane(w: Wiring, k: int, planes: int, most: int) -> Iterator[Shape]:
    """Shapes at one radix: planes and separate rails multiply the switches, a cable carries a lane of every plane."""
    apart = w.rails if w.family == RAIL_ONLY else 1
    for shape in (s for s in _tree(w, k, ceil(most / apart)) if s.rungs):
        yield Shape(
            name=shape.name if planes == 1 else f"{shape.name}_{planes}_planes",
            tiers=shape.tiers,
            ports=shape.ports * apart,
            leaf=shape.leaf * apart * planes,
            spine=shape.spine * apart * planes,
            leaf_links=shape.leaf_links * apart,
            spine_links=shape.spine_links * apart,
            rungs=tuple(
                Rung(r.units, r.spine * apart * planes, r.core * apart * planes, r.links * apart) for r in shape.rungs
            ),
            exact=shape.exact,
            planes=planes,
        )


def _tree(w: Wiring, k: int, most: int) -> Iterator[Shape]:
    """Shapes of one network of one plane."""
    yield Shape("single", 1, k, 1, 0, 0, 0, (Rung(1),))
    set_of = w.rails if w.family == RAIL_OPTIMIZED else 1
    if not split(k, w.oversubscription)[0]:
        return
    if w.family == DRAGONFLY:
        yield from _dragonfly(w, k, most)
        return
    joined = 0
    for i, (down, up) in enumerate(splits(k, w.oversubscription)):
        reaches = ((spine, k // (up // spine) // set_of) for spine in divisors(up))
        rungs = tuple(Rung(units, spine) for spine, units in reaches if units)
        joined = max([joined, *(set_of * down * r.units for r in rungs)])
        yield Shape(f"leaf_spine_{up}" if i else "leaf_spine", 2, set_of * down, set_of, 0, set_of * up, 0, rungs)
    if most > joined:
        yield from _pods(w, k, set_of)


def _groups(w: Wiring, k: int) -> Iterator[tuple[int, int, int, int, int]]:
    """Pods of every number of spines s: leaves m, endpoints of a leaf d, its uplinks u, those of a spine."""
    down, up, _ = leaf_spine_ladder(k, w.oversubscription)
    below, above = split(k, w.above)
    for spine in divisors(up):
        leaf = below // (up // spine)
        if leaf and (spine == up or (w.above == 1 and spine * LEAST_POD >= up)):
            yield leaf, spine, down, up, above


def _pods(w: Wiring, k: int, set_of: int) -> Iterator[Shape]:
    for leaf, spine, down, up, above in _groups(w, k):
        leaves = leaf // set_of * set_of
        if leaves:
            rungs = tuple(Rung(k // (above // c), core=spine * c) for c in divisors(above))
            links = leaves * up, spine * above
            yield Shape(f"three_tier_{spine}", 3, leaves * down, leaves, spine, *links, rungs)


def _dragonfly(w: Wiring, k: int, most: int) -> Iterator[Shape]:
    for leaf, spine, down, up, above in _groups(w, k):
        ends, rungs = leaf * down, []
        for g in range(2, spine * above + 2):
            between = max(1, ceil(ends / (g * w.above) - 1e-9))
            if between * (g - 1) <= spine * above:
                rungs.append(Rung(g, links=between * g * (g - 1) // 2))
                if g * ends >= most:
                    break
        yield Shape(f"dragonfly_plus_{spine}", 3, ends, leaf, spine, leaf * up, 0, tuple(rungs), exact=True)
