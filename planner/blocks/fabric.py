"""Fabric: the network of each hall and fabric class, in whole switches and links; its topology is a choice.

    endpoints = sum over the class's pools of (working + spares) x ports      'fabric.endpoints[...]'
                (+ units of storage x ports, on the network of that name)
    endpoints = sum over topologies of ends,  sum of use <= 1                 'fabric.split[...]', 'fabric.one[...]'
    ends <= E x units;  E x units < ends + E      (a torus without switches)  'fabric.room[...]', 'fabric.whole[...]'
    units <= sum over rungs of N w        (dragonfly+: =)                     'fabric.ladder[...]'
    sum over rungs of w <= use,  use <= sum over periods of units             'fabric.rungs[...]', 'fabric.used[...]'
    leaves = sum of L units,  spines = sum of S units + S' w                  'fabric.leaves[...]', 'fabric.spines[..]'
    cores = sum of C' w,  switches = leaves + spines + cores                  'fabric.cores[..]', 'fabric.switches[..]'
    links = endpoints,  trunks = sum of T units + T' w                        'fabric.links[...]', 'fabric.trunks[...]'
    a small switch alone: ends <= ports x alone,  alone <= use                'fabric.few[...]', 'fabric.stands[...]'
    its ends are endpoints, and links of its own and none of the network's

A topology is made of whole units (a switch, a leaf or a set of them by rail, a pod, a group, a cube): E endpoints, L
leaves, S spines and T trunks each; a rung is the S' spines, C' cores and T' trunks that join up to N units evenly.
Which there are: planner/estimate/topology.py. A network beside the compute fabric (storage, management) has every
machine on it; that of storage has owned storage too, in a site's first hall, at ports that carry its rate.

| symbol | name in code | unit | meaning |
| use | fabric.use[site,hall,fabric,topology] | 0/1 | the topology is built in the hall |
| units | fabric.units[site,hall,fabric,topology,period] | units | leaves, pods or groups |
| w | fabric.rung[site,hall,fabric,topology,units,spines,cores,period] | 0/1 | what joins the units |
| leaves, spines, cores | fabric.leaves[site,hall,fabric,period] and so on | switches | by tier, of all planes |
| links | fabric.links[site,hall,fabric,period] | links | cables to endpoints with what plugs into both ends |
| trunks | fabric.trunks[site,hall,fabric,period] | links | cables between switches |
| alone | fabric.alone[site,hall,fabric,switch,period] | switches | small ones, with all endpoints on one |
| ends | fabric.alone_links[site,hall,fabric,switch,period] | links | cables to a small switch |
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from planner.assets import Asset, own
from planner.estimate.failures import rungs
from planner.estimate.topology import Rung, Shape, shapes, wiring_of
from planner.model import Col, Model, name_of
from planner.options.pools import Pool, pools
from planner.options.stores import most_ports, store_ports
from planner.options.types import OptionSet
from planner.options.units import most_units, room
from planner.places import heat
from planner.problem import FabricClass, Period, Problem, Switch

TIERS = ("leaves", "spines", "cores")


@dataclass(frozen=True, slots=True)
class Net:
    """One fabric class in one hall, the pools wired to it, and what it may be built as."""

    site: str
    hall: str
    fabric: FabricClass
    switch: Switch
    pools: tuple[Pool, ...]
    shapes: tuple[Shape, ...]
    most: int

    @property
    def keys(self) -> dict[str, str]:
        return {"site": self.site, "hall": self.hall, "fabric": self.fabric.id}


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for net in _nets(problem, options):
        uses = {s.name: _use(m, net, s.name) for s in net.shapes}
        few = {s.id: _use(m, net, f"alone_{s.id}") for s in net.fabric.lesser}
        one = dict.fromkeys((*uses.values(), *few.values()), 1.0)
        m.row(name_of("fabric.one", **net.keys), one, "<=", 1.0, origin=net.fabric.origin)
        small = {s.id: {p.name: _alone(m, net, s, p, few[s.id]) for p in problem.periods} for s in net.fabric.lesser}
        made = {}
        for period in problem.periods:
            ends = [columns[period.name]["alone_links"] for columns in small.values()]
            made[period.name] = _topology(m, net, period, uses, ends)
        built = {t: [m.find(name_of("fabric.units", **net.keys, topology=t, period=p)) for p in made] for t in uses}
        built |= {f"alone_{id}": [columns[p]["alone"] for p in made] for id, columns in small.items()}
        for topology, use in (uses | {f"alone_{id}": use for id, use in few.items()}).items():
            units = {c: -1.0 for c in built[topology] if c is not None}
            name = name_of("fabric.used", **net.keys, topology=topology)
            m.row(name, units | {use: 1.0}, "<=", origin=net.fabric.origin)
        _acquire(m, problem, net, made)
        _acquire_few(m, problem, net, small)


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    for net in _nets(problem, options):
        for period in problem.periods:
            terms: dict[Col, float] = {}
            for pool in net.pools:
                for family in ("servers.working", "spares.count", "orchestration.room"):
                    column = m.find(name_of(family, **pool.keys, period=period.name))
                    if column is not None:
                        terms[column] = float(_ports(net.fabric, pool))
                here = {**pool.keys, "period": period.name}.items()
                for _, column in m.family("flexible.machines"):
                    if here <= m.columns[column].keys.items():
                        terms[column] = float(_ports(net.fabric, pool))
            terms |= _stored(m, problem, net, period)
            endpoints = m.find(name_of("fabric.endpoints", **net.keys, period=period.name))
            if endpoints is not None:
                name = name_of("fabric.endpoints", **net.keys, period=period.name)
                m.row(name, terms | {endpoints: -1.0}, "==", origin=net.fabric.origin)


def _stored(m: Model, problem: Problem, net: Net, period: Period) -> dict[Col, float]:
    """Units of storage on the network, which stand in the site's first hall, and their ports."""
    if net.hall != problem.site(net.site).halls[0].id:
        return {}
    found = {}
    for tier in problem.tiers:
        units = m.find(name_of("storage.units", site=net.site, tier=tier.id, period=period.name))
        if units is not None and (ports := store_ports(tier, net.fabric)):
            found[units] = float(ports)
    return found


def _ports(fabric: FabricClass, pool: Pool) -> int:
    return fabric.ports_per_machine or pool.machine.nics


def _nets(problem: Problem, options: OptionSet) -> list[Net]:
    found: dict[tuple[str, str, str], list[Pool]] = defaultdict(list)
    beside = [f.id for f in problem.fabrics if f.side]
    for pool in pools(problem, options):
        if pool.machine.acquisition == "buy":
            for wired in dict.fromkeys((pool.fabric, *beside)):
                if wired != "none":
                    found[pool.site.id, pool.hall.id, wired].append(pool)
    classes = {f.id: f for f in problem.fabrics}
    nets = []
    for (site, hall, id), members in sorted(found.items()):
        fabric = classes[id]
        if fabric.switch is not None:
            most = sum(_most(pool, problem) * _ports(fabric, pool) for pool in members)
            most += most_ports(problem, options, fabric) if hall == problem.site(site).halls[0].id else 0
            made = shapes(wiring_of(fabric), most)
            few = replace(fabric, lesser=_fast_enough(fabric, members))
            nets.append(Net(site, hall, few, fabric.switch, tuple(members), made, most))
    return nets


def _fast_enough(fabric: FabricClass, members: list[Pool]) -> tuple[Switch, ...]:
    """Small switches; where work over several machines counts on ports of their speed, those that have it."""
    felt = [p for p in members if p.fabric == fabric.id and any(o.replica_machines > 1 for o in p.options)]
    most = fabric.switch.port_gbps if fabric.switch is not None else 0.0
    least = max((min(most, p.machine.nic_gbps) for p in felt), default=0.0)
    return tuple(s for s in fabric.lesser if s.port_gbps >= least)


def _most(pool: Pool, problem: Problem) -> int:
    """No plan has more machines in the pool: every option at its workload's highest demand, and their spares."""
    demand = {w.id: max(w.demand) for w in problem.workloads}
    working = 0
    for option in pool.options:
        replicas = 0 if option.block_machines else ceil(most_units(option, demand[option.workload]))
        working += option.block_machines or replicas * option.replica_machines
    beside = max((room(o) for o in pool.options), default=0)
    mine = {o.workload for o in pool.options}
    if any(w.survive != "none" or w.survive_site_loss for w in problem.workloads if w.id in mine):
        working *= 2  # what is left when a domain is lost carries all of it
    levels = pool.levels if pool.joint else (pool.target,)
    return working + beside + max(len(rungs(pool.failures, level, working)) for level in levels)


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


def _topology(m: Model, net: Net, period: Period, uses: Mapping[str, Col], few: Sequence[Col] = ()) -> dict[str, Col]:
    """Columns and rows of every topology in one period; the totals of switches, links and trunks.

    `few`: endpoints on small switches that stand alone.
    """
    origin, keys = net.fabric.origin, {**net.keys, "period": period.name}
    totals: dict[str, dict[Col, float]] = {t: {} for t in (*TIERS, "trunks")}
    endpoints = m.column(name_of("fabric.endpoints", **keys), origin=origin, unit="ports")
    split: dict[Col, float] = {endpoints: 1.0} | dict.fromkeys(few, -1.0)
    for shape in net.shapes:
        split[_shape(m, net, shape, keys, uses[shape.name], totals)] = -1.0
    m.row(name_of("fabric.split", **keys), split, "==", origin=origin)
    totals["links"] = {endpoints: 1.0} | dict.fromkeys(few, -1.0)
    made = {}
    for family in (*TIERS, "links", "trunks"):
        tier = family in TIERS
        column = m.column(
            name_of(f"fabric.{family}", **keys),
            origin=origin,
            unit="switches" if tier else "links",
            kind="switch" if tier else "cable",
            item=f"{net.fabric.id} {family}",
        )
        m.row(name_of(f"fabric.{family}", **keys), totals[family] | {column: -1.0}, "==", origin=origin)
        made[family] = column
    switches = m.column(name_of("fabric.switches", **keys), origin=origin, unit="switches")
    tiers = {made[t]: 1.0 for t in TIERS}
    m.row(name_of("fabric.switches", **keys), tiers | {switches: -1.0}, "==", origin=origin)
    _draw(m, net, period, switches, made)
    return {"switches": switches, "links": made["links"], "trunks": made["trunks"]}


def _shape(
    m: Model, net: Net, shape: Shape, keys: Mapping[str, str], use: Col, totals: dict[str, dict[Col, float]]
) -> Col:
    """One topology in one period: its endpoints. Adds what it takes to the totals."""
    origin, place = net.fabric.origin, {**keys, "topology": shape.name}
    ends = m.column(name_of("fabric.ends", **place), origin=origin, unit="ports")
    last = shape.rungs[-1].units
    top = last if shape.exact else min(last, max(1, ceil(net.most / shape.ports)))
    units = m.column(name_of("fabric.units", **place), origin=origin, unit="units", integer=True, hi=top)
    room = {ends: 1.0, units: -float(shape.ports)}
    m.row(name_of("fabric.room", **place), room, "<=", origin=origin)
    if not shape.leaf and not shape.leaf_links:
        # Cubes wired for good cost nothing beside their links: no more of them than hold the endpoints.
        whole = {units: float(shape.ports), ends: -1.0}
        m.row(name_of("fabric.whole", **place), whole, "<=", shape.ports - 1.0, origin=origin)
    joined: dict[Col, float] = {units: 1.0}
    one: dict[Col, float] = {use: -1.0}
    for rung in shape.rungs:
        w = _rung(m, place, rung, origin)
        joined[w], one[w] = -float(min(rung.units, top)), 1.0
        for family, amount in (("spines", rung.spine), ("cores", rung.core), ("trunks", rung.links)):
            if amount:
                totals[family][w] = float(amount)
    m.row(name_of("fabric.ladder", **place), joined, "==" if shape.exact else "<=", origin=origin)
    m.row(name_of("fabric.rungs", **place), one, "<=", origin=origin)
    each = (("leaves", shape.leaf), ("spines", shape.spine), ("trunks", shape.leaf_links + shape.spine_links))
    for family, amount in each:
        if amount:
            totals[family][units] = float(amount)
    return ends


def _alone(m: Model, net: Net, switch: Switch, period: Period, use: Col) -> dict[str, Col]:
    """A small switch in place of the network in one period: whether it stands there, and what hangs on it."""
    origin, keys = switch.origin, {**net.keys, "switch": switch.id, "period": period.name}
    alone = m.column(
        name_of("fabric.alone", **keys),
        origin=origin,
        unit="switches",
        integer=True,
        hi=1.0,
        kind="switch",
        item=f"{net.fabric.id} {switch.id}",
    )
    links, shown = name_of("fabric.alone_links", **keys), f"{net.fabric.id} links"
    ends = m.column(links, origin=origin, unit="links", kind="cable", item=shown)
    m.row(name_of("fabric.few", **keys), {ends: 1.0, alone: -float(switch.ports)}, "<=", origin=origin)
    m.row(name_of("fabric.stands", **keys), {alone: 1.0, use: -1.0}, "<=", origin=origin)
    bus = heat(m, net.site, net.hall, period, liquid=False)
    bus.draw(switch.id, alone, switch.kw)
    bus.draw(f"{switch.id} links", ends, switch.link_kw)
    return {"alone": alone, "alone_links": ends}


def _acquire_few(m: Model, problem: Problem, net: Net, made: Mapping[str, Mapping[str, Mapping[str, Col]]]) -> None:
    for switch in net.fabric.lesser:
        keys, life, origin = {**net.keys, "switch": switch.id}, switch.life_years, switch.origin
        figures = (switch.price_usd, life, switch.maintenance_fraction, switch.embodied_kg, origin, "switch")
        need = {f: {p: columns[f] for p, columns in made[switch.id].items()} for f in ("alone", "alone_links")}
        own(m, problem, Asset(switch.id, "switches", *figures), "fabric.alone", keys, need["alone"], integer=True)
        wire = Asset(f"{switch.id} links", "links", switch.link_usd, life, 0.0, 0.0, origin, "cable")
        own(m, problem, wire, "fabric.alone_links", keys, need["alone_links"])


def _rung(m: Model, place: Mapping[str, str], rung: Rung, origin: str) -> Col:
    name = name_of("fabric.rung", **place, units=str(rung.units), spines=str(rung.spine), cores=str(rung.core))
    return m.column(name, origin=origin, hi=1.0, integer=True)


def _draw(m: Model, net: Net, period: Period, switches: Col, made: Mapping[str, Col]) -> None:
    bus = heat(m, net.site, net.hall, period, liquid=False)
    trunk = net.switch.link_kw if net.switch.trunk_kw is None else net.switch.trunk_kw
    bus.draw(f"{net.switch.id}", switches, net.switch.kw)
    bus.draw(f"{net.switch.id} links", made["links"], net.switch.link_kw)
    bus.draw(f"{net.switch.id} trunks", made["trunks"], trunk)


def _acquire(m: Model, problem: Problem, net: Net, made: Mapping[str, Mapping[str, Col]]) -> None:
    switch = net.switch
    life, origin, upkeep = switch.life_years, switch.origin, switch.maintenance_fraction
    trunk = switch.link_usd if switch.trunk_usd is None else switch.trunk_usd
    box = Asset(switch.id, "switches", switch.price_usd, life, upkeep, switch.embodied_kg, origin, "switch")
    need = {family: {p: columns[family] for p, columns in made.items()} for family in ("switches", "links", "trunks")}
    own(m, problem, box, "fabric.switches", net.keys, need["switches"], integer=True)
    for family, price in (("links", switch.link_usd), ("trunks", trunk)):
        wire = Asset(f"{switch.id} {family}", "links", price, life, 0.0, 0.0, origin, "cable")
        own(m, problem, wire, f"fabric.{family}", net.keys, need[family])
