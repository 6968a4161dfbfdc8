"""A network has a port for every cable, and can be wired evenly.

endpoints = sum over the pools on it of (working + spares) x ports of a machine;  links = endpoints
            on the network of storage also units of owned storage x the ports that carry their rate
switches = leaves + spines + cores, of every plane and, rail-only, of every rail's own network
a switch of k ports has u >= ceil(k / (1 + oversubscription)) up and d = min(k - u, u x oversubscription) down; but for
leaves of leaf-spine, u is no more than that
one switch:  endpoints <= k
leaf-spine:  endpoints <= d x leaves;  every leaf reaches every spine over equally many links: spines S divides u
             a spine has a port for each:  leaves x u / S <= k;  trunks = leaves x u
three tiers: pods of m leaves and s spines with u' up, s divides u, m u / s + u' <= k;  c cores over each spine of a
             pod, c divides u', pods x u' / c <= k;  trunks = leaves x u + spines x u'
dragonfly+:  groups so too, l links between any two: l (groups - 1) <= s u', l x oversubscription >= m d / groups
             trunks = leaves x u + l x groups (groups - 1) / 2
torus:       cubes of 4^d accelerators with d links each, no more than a pod has, no machine spare, no switch
             over circuit switches: d 4^(d-1) of them, two ports of each for every cube, fibres 2 d 4^(d-1) a cube
by rail:     leaves come in sets, one of each rail
a small switch alone: one of those the class may have instead, every endpoint on it, a port for each, no other switch
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from planner.audit.verdict import Check, at_least, at_most, equal, true
from planner.audit.view import Keys, Record, View

NAME = "fabric"
CUBE = 4
"""Accelerators along the edge of what tori are made of."""
EDGE = 1e-6
"""Slack on counts of ports, which the solver holds as real numbers."""
Tree = tuple[float, int, int, int, int, float]
"""Endpoints, units, leaves, spines, cores, trunks of one network of one plane."""


def check(view: View) -> Iterator[Check]:
    for site in view.sites.values():
        for hall in site["halls"]:
            for fabric in view.fabrics.values():
                for period in view.periods:
                    keys = {"site": site["id"], "hall": hall["id"], "fabric": fabric["id"], "period": period}
                    yield from _net(view, fabric, keys)


def _net(view: View, fabric: Record, keys: Keys) -> Iterator[Check]:
    where = f"{keys['fabric']} at {keys['site']}/{keys['hall']} in {keys['period']}"
    place = {k: v for k, v in keys.items() if k != "period"}
    leaves, spines, cores = (view.total(f"fabric.{tier}", **keys) for tier in ("leaves", "spines", "cores"))
    switches, links, trunks = (view.total(f"fabric.{f}", **keys) for f in ("switches", "links", "trunks"))
    built = [k["topology"] for k, v in view.each("fabric.use", **place) if v > 0.5]
    if fabric["switch"] is None:
        yield equal(where, "switches of no fabric", switches + leaves + spines + cores, 0)
        return
    ends = _endpoints(view, fabric, keys)
    yield equal(where, "endpoints", view.total("fabric.endpoints", **keys), ends, floor=EDGE)
    yield equal(where, "switches", switches, leaves + spines + cores, floor=EDGE)
    few = [k["switch"] for k, v in view.each("fabric.alone", **keys) if v > EDGE]
    short = view.total("fabric.alone_links", **keys)
    yield equal(where, "links", links + short, ends, floor=EDGE)
    yield true(where, "small switches that nothing hangs on", bool(few) or short <= EDGE)
    yield true(where, "machines are wired to nothing", ends <= EDGE or bool(built))
    if ends <= EDGE or not built:
        return
    if few or built[0].startswith("alone_"):
        (small,) = [s for s in fabric["lesser"] if built[0] == f"alone_{s['id']}"] or [{"id": "", "ports": 0}]
        yield true(where, f"small switches {few} where {built[0]} is taken", few == [small["id"]])
        yield equal(where, "small switches", view.total("fabric.alone", **keys), 1, floor=EDGE)
        yield at_most(where, "endpoints on a small switch", short, small["ports"], floor=EDGE)
        yield equal(where, "other switches and links", switches + links + trunks, 0, floor=EDGE)
        worked = (view.options[k["option"]] for k, n in _worked(view, fabric, keys) if n > EDGE)
        felt = [view.machines[o["machine"]]["nic_gbps"] for o in worked if o["replica_machines"] > 1]
        asked = min(fabric["switch"]["port_gbps"], max(felt, default=0.0))
        yield at_least(where, "Gb/s that work over several machines counts on", small.get("port_gbps", 0.0), asked)
        return
    name, _, planed = built[0].removesuffix("_planes").rpartition("_") if "_planes" in built[0] else (built[0], "", "1")
    planes, apart = int(planed), fabric["rails"] if fabric["family"] == "rail_only" else 1
    yield true(where, f"ports are split into {planes} lanes", planes in (1, fabric["planes"]))
    if fabric["family"].startswith("torus"):
        yield from _torus(view, where, fabric, keys, (ends, leaves + spines, cores, trunks))
        return
    ports = fabric["switch"]["ports"] if planes == 1 else fabric["split_ports"]
    copies = planes * apart
    whole = all(abs(n / copies - round(n / copies)) <= EDGE for n in (leaves, spines, cores))
    yield true(where, f"{copies} networks are not alike", whole)
    units = round(view.total("fabric.units", **keys, topology=built[0]))
    tiers = (round(n / copies) for n in (leaves, spines, cores))
    leaf, spine, core = tiers
    yield from _tree(where, fabric, ports, name, (ends / apart, units, leaf, spine, core, trunks / apart))


def _worked(view: View, fabric: Record, keys: Keys) -> Iterator[tuple[Keys, float]]:
    """Units of work in the hall whose option is on the network."""
    here = {k: keys[k] for k in ("site", "hall", "period")}
    for k, units in view.each("work.units", **here):
        if view.options[k["option"]]["fabric"] == fabric["id"]:
            yield k, units


def _torus(
    view: View, where: str, fabric: Record, keys: Keys, built: tuple[float, float, float, float]
) -> Iterator[Check]:
    """Whole cubes hold the accelerators; what joins them is what their faces ask for."""
    ends, packet, cores, trunks = built
    d, only = fabric["dimensions"], view.machines[fabric["machine"]]
    cube, face = CUBE**d, d * CUBE ** (d - 1)
    optical = fabric["family"] == "torus_optical"
    cubes = round(view.total("fabric.units", **keys, topology=fabric["family"]))
    yield equal(where, "packet switches of a torus", packet, 0)
    yield at_most(where, f"links in {cubes} cubes", ends, cubes * (cube * d - (face if optical else 0)), floor=EDGE)
    yield at_most(where, "accelerators of a pod", cubes * cube, fabric["pod"])
    yield equal(where, "circuit switches", cores, face if optical else 0)
    yield equal(where, "fibres", trunks, cubes * 2 * face if optical else 0, floor=EDGE)
    each = fabric["ports_per_machine"] / only["accelerators"]
    yield equal(where, "links of an accelerator", each, d - (d / CUBE if optical else 0), floor=EDGE)
    if optical:
        yield at_most(where, "ports of a circuit switch", 2 * cubes, fabric["switch"]["ports"])
        return
    spares = sum(n for _, n in view.each("spares.count", **keys))
    yield equal(where, "spares on a torus wired for good", spares, 0, floor=EDGE)


def _endpoints(view: View, fabric: Record, keys: Keys) -> float:
    """A network beside the compute fabric has the machines of every pool in the hall; that of storage, storage too."""
    found, given = 0.0, fabric["ports_per_machine"]
    place = {k: v for k, v in keys.items() if k != "fabric" or not fabric["side"]}
    for family in ("servers.working", "spares.count", "orchestration.room", "flexible.machines"):
        for k, count in view.each(family, **place):
            machine = view.machines[k["machine"]]
            found += count * (given or machine["nics"]) if machine["acquisition"] == "buy" else 0.0
    site = view.sites[keys["site"]]
    if fabric["id"] == "storage" and fabric["side"] and site["halls"][0]["id"] == keys["hall"]:
        for k, units in view.each("storage.units", site=keys["site"], period=keys["period"]):
            found += units * _store_ports(view.tiers[k["tier"]], fabric["switch"]["port_gbps"])
    return found


def _store_ports(tier: Record, gbps: float) -> int:
    """Ports of a unit of storage that carry the more of what it reads and writes; rented classes have none."""
    rate = 0.0 if tier["rent_usd_per_month"] else max(tier["read_gb_per_s"], tier["write_gb_per_s"])
    return ceil(rate * 8 / gbps - EDGE)


def _tree(where: str, fabric: Record, ports: int, name: str, tree: Tree) -> Iterator[Check]:
    """One network of one plane: enough ports, and every switch reaches every one above it equally."""
    ends, units, leaves, spines, cores, trunks = tree
    up, down = _split(ports, fabric["oversubscription"])
    if name == "single":
        yield equal(where, "switches of a single switch", leaves + spines + cores, 1)
        yield at_most(where, "endpoints on one switch", ends, ports, floor=EDGE)
        yield equal(where, "trunks of a single switch", trunks, 0, floor=EDGE)
        return
    if name.startswith("leaf_spine"):
        # A leaf may have more uplinks than it must: how many follows from the trunks.
        up = round(trunks / max(1, leaves))
        down = min(ports - up, int(up * fabric["oversubscription"] + EDGE))
        yield true(where, f"{up} uplinks of {ports} ports", 0 < up < ports)
    yield at_most(where, f"endpoints on {leaves} leaves", ends, down * leaves, floor=EDGE)
    if name.startswith("leaf_spine"):
        sets = fabric["rails"] if fabric["family"] == "rail_optimized" else 1
        yield true(where, f"{leaves} leaves are no whole sets of {sets}", leaves % sets == 0)
        yield true(where, f"{spines} spines do not divide {up} uplinks", spines > 0 and up % spines == 0)
        yield at_most(where, f"links on {spines} spines", leaves * up, spines * ports)
        yield equal(where, "trunks", trunks, leaves * up, floor=EDGE)
        return
    above = _split(ports, fabric["above"])[0]
    even = units > 0 and spines > 0 and leaves % units == 0 and spines % units == 0
    yield true(where, f"{leaves} leaves and {spines} spines in {units} pods", even)
    if even:
        yield from _pods(where, fabric, ports, name, tree, (leaves // units, spines // units, up, down, above))


def _pods(
    where: str, fabric: Record, ports: int, name: str, tree: Tree, pod: tuple[int, int, int, int, int]
) -> Iterator[Check]:
    _, units, leaves, spines, cores, trunks = tree
    m, s, up, down, above = pod
    yield true(where, f"{s} spines of a pod do not divide {up} uplinks", up % s == 0)
    yield at_most(where, "ports of a spine", m * up / s + above, ports)
    if name.startswith("three_tier"):
        each = cores // s
        even = each > 0 and cores == each * s and above % each == 0
        yield true(where, f"{cores} cores are not reached evenly", even)
        yield at_most(where, "links on cores", units * s * above, cores * ports)
        yield equal(where, "trunks", trunks, leaves * up + spines * above, floor=EDGE)
        return
    pairs = units * (units - 1) // 2
    between = round((trunks - leaves * up) / max(1, pairs))
    yield equal(where, "cores of groups", cores, 0)
    yield equal(where, "trunks", trunks, leaves * up + between * pairs, floor=EDGE)
    yield at_most(where, "links between groups", between * (units - 1), s * above)
    yield at_least(where, "links between two groups", between * fabric["above"], m * down / units)


def _split(ports: int, oversubscription: float) -> tuple[int, int]:
    """Ports up, as few as the oversubscription allows, and down."""
    up = max(1, ceil(ports / (1 + oversubscription) - EDGE))
    return up, min(ports - up, int(up * oversubscription + EDGE))
