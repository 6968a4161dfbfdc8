"""The bill of a network for so many machines, family by family: switches by tier, links, modules, power, price.

modules     2 for every link and trunk, one an end
power       switches x typical draw + modules x draw of one
bisection   endpoints / 2 x port speed / oversubscription at that size, one way
"""

from __future__ import annotations

from dataclasses import dataclass

from planner.estimate.network import network
from planner.estimate.topology import FAMILIES, Count, Wiring, fewest


@dataclass(frozen=True, slots=True)
class Parts:
    """What one switch and one link take at the speed of the machine's ports; none where nobody prices them."""

    ports: int
    split_ports: int
    gbps: float
    switch_w: float
    module_w: float
    switch_usd: float | None
    link_usd: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """One family at one size."""

    family: str
    count: Count
    trunks: int
    modules: int
    kw: float
    usd: float | None
    bisection_tbps: float
    switches_crossed: int


def bill(
    parts: Parts, machines: int, nics: int, *, over: float = 1.0, above: float = 1.0, planes: int = 1
) -> tuple[Line, ...]:
    """Every family that joins the machines, each with the fewest switches that do."""
    endpoints, lanes = machines * nics, planes if parts.split_ports else 1
    found = []
    for family in FAMILIES:
        rails = nics if family.startswith("rail") else 1
        for split in sorted({1, lanes}):
            wiring = Wiring(family, parts.ports, over, above, rails, split, parts.split_ports if split > 1 else 0)
            count = fewest(wiring, endpoints)
            if count is not None and (split == 1 or "planes" in count.shape):
                found.append(_line(parts, wiring, count, machines, nics))
    return tuple(found)


def _line(parts: Parts, wiring: Wiring, count: Count, machines: int, nics: int) -> Line:
    modules = 2 * count.links
    seen = network(wiring, nics, nics)
    usd = None
    if parts.switch_usd is not None and parts.link_usd is not None:
        usd = count.switches * parts.switch_usd + count.links * parts.link_usd
    return Line(
        family=wiring.family,
        count=count,
        trunks=count.leaf_links + count.spine_links,
        modules=modules,
        kw=(count.switches * parts.switch_w + modules * parts.module_w) / 1e3,
        usd=usd,
        bisection_tbps=machines * nics / 2 * parts.gbps / 1e3 / float(seen.oversubscription(machines * nics)),
        switches_crossed=int(seen.switches(machines * nics)),
    )
