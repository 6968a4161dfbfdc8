"""A network has a port for every cable, and can be wired evenly.

endpoints = sum over the pools on it of (working + spares) x network ports of a machine
one switch:  endpoints <= ports
leaf-spine:  a leaf has u uplinks and d downlinks, d + u <= ports, d / u <= oversubscription
             endpoints <= d x leaves
             every leaf reaches every spine over equally many links: spines S divides u
             a spine has a port for each:  leaves x u / S <= ports
switches = leaves + spines, or one;   links = endpoints + u x leaves
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.verdict import Check, at_most, equal, true
from planner.audit.view import Keys, Record, View

NAME = "fabric"
EDGE = 1e-6
"""Slack on counts of ports, which the solver holds as real numbers."""


def check(view: View) -> Iterator[Check]:
    for site in view.sites.values():
        for hall in site["halls"]:
            for fabric in view.fabrics.values():
                for period in view.periods:
                    keys = {"site": site["id"], "hall": hall["id"], "fabric": fabric["id"], "period": period}
                    yield from _net(view, fabric, keys)


def _net(view: View, fabric: Record, keys: Keys) -> Iterator[Check]:
    where = f"{keys['fabric']} at {keys['site']}/{keys['hall']} in {keys['period']}"
    ends, leaves = _endpoints(view, keys), view.total("fabric.leaves", **keys)
    spines = sum(float(k["spines"]) * v for k, v in view.each("fabric.spine_count", **keys))
    switches, links = view.total("fabric.switches", **keys), view.total("fabric.links", **keys)
    switch = fabric["switch"]
    if switch is None:
        yield equal(where, "switches of no fabric", switches + leaves + spines, 0)
        return
    place = {k: v for k, v in keys.items() if k != "period"}
    single = view.total("fabric.use", **place, topology="single")
    spread = view.total("fabric.use", **place, topology="leaf_spine")
    yield equal(where, "endpoints", view.total("fabric.endpoints", **keys), ends, floor=EDGE)
    yield equal(where, "switches", switches, single + leaves + spines, floor=EDGE)
    yield true(where, "machines are wired to nothing", ends <= EDGE or single + spread > 0.5)
    if spread > 0.5 or leaves > 0.5:
        yield from _leaf_spine(where, fabric, ends, round(leaves), round(spines), links)
    else:
        yield at_most(where, "endpoints on one switch", ends, switch["ports"] * single, floor=EDGE)
        yield equal(where, "links", links, ends, floor=EDGE)


def _endpoints(view: View, keys: Keys) -> float:
    found = 0.0
    for family in ("servers.working", "spares.count"):
        for k, count in view.each(family, **keys):
            machine = view.machines[k["machine"]]
            found += count * machine["nics"] if machine["acquisition"] == "buy" else 0.0
    return found


def _leaf_spine(where: str, fabric: Record, ends: float, leaves: int, spines: int, links: float) -> Iterator[Check]:
    """The uplinks of a leaf follow from the number of links; the rest is counting ports."""
    ports = fabric["switch"]["ports"]
    if not leaves:
        yield at_most(where, "endpoints without a leaf", ends, 0.0, floor=EDGE)
        return
    up = round((links - ends) / leaves)
    down = min(ports - up, int(up * fabric["oversubscription"] + EDGE))
    yield equal(where, "links", links, ends + up * leaves, floor=EDGE)
    yield true(where, f"{up} uplinks of {ports} ports", 0 < up < ports)
    yield at_most(where, f"endpoints on {leaves} leaves", ends, down * leaves, floor=EDGE)
    yield true(where, f"{spines} spines do not divide {up} uplinks", spines > 0 and up % spines == 0)
    yield at_most(where, f"links on {spines} spines", leaves * up, spines * ports)
