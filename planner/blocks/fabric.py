"""Fabric: a single switch or a two-tier leaf-spine per hall and fabric class, in whole switches.

    endpoints = sum over the class's pools of (working + spares) x nics              'fabric.endpoints[...]'
    endpoints = single + spread,  use(single) + use(leaf_spine) <= 1                 'fabric.split', 'fabric.one'
    single <= ports x use(single)                                                    'fabric.single[...]'
    spread <= d x leaves                                                             'fabric.leaves[...]'
    leaves <= sum over S of most(S) w_S,  sum of w_S = use(leaf_spine)               'fabric.spines[...]'
    spines = sum over S of S w_S;  S divides the leaf's u uplinks, d + u = ports, d / u = oversubscription
    switches = use(single) + leaves + spines;   links = endpoints + u x leaves

| symbol | name in code | unit | meaning |
| use | fabric.use[site,hall,fabric,topology] | 0/1 | the topology is built in the hall |
| leaves | fabric.leaves[site,hall,fabric,period] | switches | leaf switches |
| w_S | fabric.spine_count[site,hall,fabric,period,spines] | 0/1 | the fabric has S spines |
| links | fabric.links[site,hall,fabric,period] | links | cables with what plugs into both ends |
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from planner.assets import Asset, own
from planner.estimate.fabric import leaf_spine_ladder
from planner.model import Col, Model, name_of
from planner.options.pools import Pool, pools
from planner.options.types import OptionSet
from planner.places import heat
from planner.problem import FabricClass, Period, Problem, Switch


@dataclass(frozen=True, slots=True)
class Net:
    """One fabric class in one hall, and the pools wired to it."""

    site: str
    hall: str
    fabric: FabricClass
    switch: Switch
    pools: tuple[Pool, ...]

    @property
    def keys(self) -> dict[str, str]:
        return {"site": self.site, "hall": self.hall, "fabric": self.fabric.id}


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for net in _nets(problem, options):
        uses = {t: _use(m, net, t) for t in ("single", "leaf_spine")}
        m.row(name_of("fabric.one", **net.keys), dict.fromkeys(uses.values(), 1.0), "<=", 1.0, origin=net.fabric.origin)
        switches: dict[str, Col] = {}
        links: dict[str, Col] = {}
        for period in problem.periods:
            switches[period.name], links[period.name] = _topology(m, net, period, uses)
        _acquire(m, problem, net, switches, links)


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    for net in _nets(problem, options):
        for period in problem.periods:
            terms: dict[Col, float] = {}
            for pool in net.pools:
                for family in ("servers.working", "spares.count"):
                    column = m.find(name_of(family, **pool.keys, period=period.name))
                    if column is not None:
                        terms[column] = float(pool.machine.nics)
            endpoints = m.find(name_of("fabric.endpoints", **net.keys, period=period.name))
            if endpoints is not None:
                name = name_of("fabric.endpoints", **net.keys, period=period.name)
                m.row(name, terms | {endpoints: -1.0}, "==", origin=net.fabric.origin)


def _nets(problem: Problem, options: OptionSet) -> list[Net]:
    found: dict[tuple[str, str, str], list[Pool]] = defaultdict(list)
    for pool in pools(problem, options):
        if pool.machine.acquisition == "buy" and pool.fabric != "none":
            found[pool.site.id, pool.hall.id, pool.fabric].append(pool)
    classes = {f.id: f for f in problem.fabrics}
    nets = []
    for (site, hall, fabric), members in sorted(found.items()):
        switch = classes[fabric].switch
        if switch is not None:
            nets.append(Net(site, hall, classes[fabric], switch, tuple(members)))
    return nets


def _use(m: Model, net: Net, topology: str) -> Col:
    return m.column(
        name_of("fabric.use", **net.keys, topology=topology),
        origin=net.fabric.origin,
        hi=1.0,
        integer=True,
        kind="fabric",
        item=f"{net.fabric.id} {topology.replace('_', '-')}",
        choice=True,
    )


def _topology(m: Model, net: Net, period: Period, uses: dict[str, Col]) -> tuple[Col, Col]:
    """Columns and rows of the two topologies in one period; the total of switches and of links."""
    origin, ports = net.fabric.origin, net.switch.ports
    keys = {**net.keys, "period": period.name}
    down, up, rungs = leaf_spine_ladder(ports, net.fabric.oversubscription)
    largest = float(down * rungs[-1][1])

    def column(family: str, unit: str, integer: bool = False) -> Col:
        return m.column(name_of(family, **keys), origin=origin, unit=unit, integer=integer)

    endpoints, single = column("fabric.endpoints", "ports"), column("fabric.single", "ports")
    spread, leaves = column("fabric.spread", "ports"), column("fabric.leaves", "switches", integer=True)
    m.row(name_of("fabric.split", **keys), {endpoints: 1, single: -1, spread: -1}, "==", origin=origin)
    m.row(name_of("fabric.single", **keys), {single: 1, uses["single"]: -float(ports)}, "<=", origin=origin)
    m.row(name_of("fabric.spread", **keys), {spread: 1, uses["leaf_spine"]: -largest}, "<=", origin=origin)
    m.row(name_of("fabric.leaves", **keys), {spread: 1, leaves: -float(down)}, "<=", origin=origin)
    admits: dict[Col, float] = {leaves: 1.0}
    one: dict[Col, float] = {uses["leaf_spine"]: -1.0}
    switches = column("fabric.switches", "switches")
    count: dict[Col, float] = {switches: 1.0, uses["single"]: -1.0, leaves: -1.0}
    for spines, most in rungs:
        w = m.column(name_of("fabric.spine_count", **keys, spines=str(spines)), origin=origin, hi=1.0, integer=True)
        admits[w], one[w], count[w] = -float(most), 1.0, -float(spines)
    m.row(name_of("fabric.spines", **keys), admits, "<=", origin=origin)
    m.row(name_of("fabric.spine_one", **keys), one, "==", origin=origin)
    m.row(name_of("fabric.switches", **keys), count, "==", origin=origin)
    links = column("fabric.links", "links")
    wires = {links: 1.0, endpoints: -1.0, leaves: -float(up)}
    m.row(name_of("fabric.links", **keys), wires, "==", origin=origin)
    bus = heat(m, net.site, net.hall, period, liquid=False)
    bus.draw(f"{net.switch.id}", switches, net.switch.kw)
    bus.draw(f"{net.switch.id} optics", links, net.switch.link_kw)
    return switches, links


def _acquire(m: Model, problem: Problem, net: Net, switches: dict[str, Col], links: dict[str, Col]) -> None:
    switch = net.switch
    life, origin, upkeep = switch.life_years, switch.origin, switch.maintenance_fraction
    box = Asset(switch.id, "switches", switch.price_usd, life, upkeep, switch.embodied_kg, origin, "switch")
    own(m, problem, box, "fabric.switches", net.keys, switches, integer=True)
    wire = Asset(f"{switch.id} links", "links", switch.link_usd, life, 0.0, 0.0, origin, "cable")
    own(m, problem, wire, "fabric.links", net.keys, links)
