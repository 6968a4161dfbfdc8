"""Orchestration: what Kubernetes keeps of every machine, its control planes, whole replicas on whole machines.

    reserve = (6 % of the first core + 1 % of the second + 0.5 % of the next two + 0.25 % of the rest + daemons) / cores
    a machine without accelerators does (1 - reserve) of what it does alone, and rests at idle + reserve x (busy - idle)
    where memory binds, the reserve of memory counts: 25 % of the first 4 GiB, 20, 10, 6 % of the next 4, 8, 112, 2 %
    control plane at each site: n machines of their own, n = 1, 3 or 5, a majority of them up as surely as any workload
    halls >= 3: work.units of a site's control plane in one hall <= (n - 1) / 2       'orchestration.spread[...]'
    replicas >= units x replicas on a machine, whole (control planes: equal)           'orchestration.replicas[...]'
    sum of replicas / replicas on a machine + other machines <= working               'orchestration.pack[...]'
    units <= most x used,  surge x machines of a replica x used <= spares + room      'orchestration.surge[...]'
    a pool's room is counted with its machines: bought, racked, powered at idle, wired
    machines of a site <= 5,000                                                       'orchestration.nodes[site,period]'

Replicas of one machine's 1/2, 1/4 and 1/8 pack without loss, so that the row on their sum is bin packing itself. An
option with more replicas on a machine than pods may stand there is none. Constants: catalog orchestration/kubernetes.

| symbol | name in code | unit | meaning |
| replicas | orchestration.replicas[site,hall,option,period] | replicas | whole replicas of an option |
| room | orchestration.room[site,hall,machine,target,fabric,period] | machines | standing, for updates alone |
| used | orchestration.used[site,hall,machine,target,fabric,period] | 0/1 | a pool has work that is updated by turns |
| n | orchestration.control_plane | nodes | of the scenario; a majority decides |
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np
from pydantic import Field

from planner.estimate.failures import up
from planner.estimate.orchestration import control_needs, majority, reserve, reserved_memory
from planner.model import Col, Model, Sense, name_of
from planner.options.alone import alone
from planner.options.dominance import prune
from planner.options.most import most_machines
from planner.options.pools import Pool, failures, pools
from planner.options.types import Excuse, Option, OptionSet
from planner.problem import Machine, Period, Problem, Site, Workload
from planner.scenario.fragment import Fragment
from planner.scenario.schema_base import Record

ROLE = "control-plane"
CALM = 0.9
"""Least probability that all of a control plane's nodes are up: its majority bears what fails, not spares."""
ROLLING = ("serving", "service")


class Orchestration(Record):
    """Control planes, and spare room for rolling updates."""

    control_plane: Literal[1, 3, 5] = 3
    surge: int = Field(0, ge=0, le=1000, description="Replicas that an update starts beside those it replaces")


KEYS = (
    Fragment(
        "scenario",
        "orchestration",
        Orchestration,
        "Kubernetes at every site: what it keeps of machines, and its control planes",
        ("orchestration", "kubernetes"),
    ),
)


def terms(problem: Problem) -> tuple[Any, dict[str, float]] | None:
    """The scenario's wishes and the catalog's figures; none where nothing is orchestrated."""
    asked = problem.keys.get("orchestration")
    return None if asked is None else (asked, problem.keys["figures"]["orchestration"]["values"])


def add(problem: Problem, options: OptionSet) -> tuple[list[Workload], list[Option], list[Excuse]]:
    found = terms(problem)
    work: list[Workload] = []
    made: list[Option] = []
    excuses: list[Excuse] = []
    for site in problem.sites if found else ():
        if any(site.id in w.sites and w.kind not in ("dataset", "load") for w in problem.workloads):
            plane = _plane(problem, site)
            work.append(plane)
            tried = [_option(problem, options, site, plane, machine) for machine in problem.machines]
            good, worse = prune(problem, plane, [r for r in tried if isinstance(r, Option)])
            made += good
            excuses += [*(r for r in tried if isinstance(r, Excuse)), *worse]
    return work, made, excuses


def _plane(problem: Problem, site: Site) -> Workload:
    asked = problem.keys["orchestration"]
    count = float(asked.control_plane)
    return Workload(
        id=f"{ROLE}.{site.id}",
        kind="service",
        sites=(site.id,),
        availability=CALM,
        survive_site_loss=False,
        surge=0.0,
        unit="nodes",
        demand=tuple(count for _ in problem.periods),
        shape=np.ones(168),
        spec={"role": ROLE},
        origin=problem.keys["origins"]["orchestration"],
    )


def _option(problem: Problem, options: OptionSet, site: Site, plane: Workload, machine: Machine) -> Option | Excuse:
    asked, f = problem.keys["orchestration"], problem.keys["figures"]["orchestration"]["values"]
    nodes = most_machines(problem, options, site.id)
    cores, ram = control_needs(nodes, f)
    who = (plane.id, machine.id)
    if machine.accelerators:
        text = "a control plane has no use for accelerators: allow a machine without"
        return Excuse(*who, "accelerated", float(machine.accelerators), 0.0, "accelerators", text)
    if machine.cores < cores:
        return Excuse(*who, "cores", float(machine.cores), cores, "cores", f"too few for a cluster of {nodes} nodes")
    if machine.ram_gb < ram:
        return Excuse(*who, "memory", machine.ram_gb, ram, "GB", f"too little for a cluster of {nodes} nodes")
    how = failures(machine)
    most = majority(asked.control_plane, how)
    promised = max(w.availability for w in problem.workloads if site.id in w.sites)
    if most < promised:
        return Excuse(*who, "majority", most, promised, "", "a majority is up less surely than what it runs")
    if (all_up := up(how, asked.control_plane, 0)) < CALM:
        return Excuse(*who, "majority", all_up, CALM, "", "all of its nodes are up too seldom")
    details = {"majority_up": most, "cores_needed": cores, "ram_needed_gb": ram, "nodes_at_most": nodes}
    details["whole_replicas"] = 1.0
    kw = max(0.0, machine.busy_kw - machine.idle_kw) * min(1.0, cores / machine.cores)
    return alone(plane, machine, per_machine=1.0, busy_kw=kw, details=details)


def adjust(problem: Problem, options: OptionSet) -> tuple[Problem, OptionSet]:
    found = terms(problem)
    if not found:
        return problem, options
    f = found[1]
    shares = {m.id: 0.0 if m.accelerators else reserve(m, f) for m in problem.machines}
    control = {w.id for w in problem.workloads if w.spec.get("role") == ROLE}
    rolling = {w.id for w in problem.workloads if w.kind in ROLLING and not w.spec.get("role")}
    memory = {m.id: reserved_memory(m, f) for m in problem.machines}
    kept = [_less(o, 0.0 if o.workload in control else shares[o.machine], memory[o.machine]) for o in options.options]
    kept = [_roomy(o, found[0].surge) if o.workload in rolling and found[0].surge else o for o in kept]
    excuses = list(options.excuses)
    for option in [o for o in kept if o.details.get("replicas_per_machine", 0) > f["pods_per_node"]]:
        kept.remove(option)
        pods, most = float(option.details["replicas_per_machine"]), f["pods_per_node"]
        excuses.append(
            Excuse(option.workload, option.machine, "pods", pods, most, "pods", "more pods than a node holds")
        )
    machines = tuple(_rest(m, shares[m.id]) for m in problem.machines)
    return replace(problem, machines=machines), OptionSet(tuple(kept), tuple(excuses))


def _less(option: Option, share: float, of_memory: float) -> Option:
    several = option.details.get("replicas_per_machine", 0)
    single = not option.block_machines and option.replica_machines == 1 and several >= 1
    details = {**option.details, **({"whole_replicas": float(several)} if single else {})}
    details["reserved_memory_share"] = of_memory
    if not share:
        return replace(option, details=details)
    details = {**details, "reserved_share": share, "alone_per_machine": option.per_machine}
    bound = of_memory if option.details.get("binding") == "memory" else share
    each, busy = option.per_machine * (1 - bound), option.busy_kw * (1 - share)
    return replace(option, per_machine=each, busy_kw=busy, details=details)


def _roomy(option: Option, surge: int) -> Option:
    """An option that says how many machines its updates may need."""
    each = 1 / on_machine(option) if on_machine(option) else float(option.replica_machines)
    return replace(option, details={**option.details, "update_room": surge * each})


def _rest(machine: Machine, share: float) -> Machine:
    """A machine whose daemons never rest."""
    return replace(machine, idle_kw=machine.idle_kw + share * max(0.0, machine.busy_kw - machine.idle_kw))


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    found = terms(problem)
    if found and found[0].surge:
        for period in problem.periods:
            for pool in pools(problem, options):
                if rolling_options(pool):
                    name = name_of("orchestration.room", **pool.keys, period=period.name)
                    origin, item = pool.machine.origin, pool.machine.id
                    m.column(name, origin=origin, unit="machines", integer=True, kind="spare", item=item)


def rolling_options(pool: Pool) -> list[Option]:
    """Options of a pool that are updated by turns."""
    return [o for o in pool.options if "update_room" in o.details]


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    found = terms(problem)
    if not found:
        return
    asked, f = found
    for period in problem.periods:
        for pool in pools(problem, options):
            _pack(m, pool, period)
            if asked.surge:
                _surge(m, pool, period)
        for site in problem.sites:
            _nodes(m, problem, site, period, f["nodes_per_cluster"])
            _spread(m, options, site, period, asked.control_plane)


def _units(m: Model, pool: Pool, option: Option, period: Period) -> Col | None:
    return m.find(name_of("work.units", site=pool.site.id, hall=pool.hall.id, period=period.name, option=option.id))


def _working(m: Model, pool: Pool, period: Period) -> Col | None:
    return m.find(name_of("servers.working", **pool.keys, period=period.name))


def on_machine(option: Option) -> float:
    """Whole replicas that stand on one machine; 0 where work is cut anywhere or takes whole machines."""
    return float(option.details.get("whole_replicas", 0))


def _pack(m: Model, pool: Pool, period: Period) -> None:
    working, row = _working(m, pool, period), {}
    place = {"site": pool.site.id, "hall": pool.hall.id, "period": period.name}
    whole = [o for o in pool.options if on_machine(o)]
    if working is None or not whole:
        return
    for option in pool.options:
        units = _units(m, pool, option, period)
        if units is None:
            continue
        several = on_machine(option)
        if not several:
            row[units] = float(option.block_machines or option.replica_machines)
            continue
        name = name_of("orchestration.replicas", **place, option=option.id)
        replicas = m.column(name, origin=option.origin, unit="replicas", integer=True)
        sense: Sense = "==" if option.workload.startswith(f"{ROLE}.") else "<="
        m.row(name, {units: several, replicas: -1.0}, sense, origin=option.origin)
        row[replicas] = 1 / several
    name = name_of("orchestration.pack", **pool.keys, period=period.name)
    m.row(name, row | {working: -1.0}, "<=", origin=pool.machine.origin)


def _surge(m: Model, pool: Pool, period: Period) -> None:
    """Spares that hold what an update starts before it stops anything."""
    keys, rolling = {**pool.keys, "period": period.name}, rolling_options(pool)
    spares, room = m.find(name_of("spares.count", **keys)), m.find(name_of("orchestration.room", **keys))
    if spares is None or room is None:
        return
    used = m.column(name_of("orchestration.used", **keys), origin=pool.machine.origin, hi=1.0, integer=True)
    for option in rolling:
        units = _units(m, pool, option, period)
        if units is not None and m.columns[units].hi > 0:
            row = name_of("orchestration.rolls", **keys, option=option.id)
            m.row(row, {units: 1.0, used: -m.columns[units].hi}, "<=", origin=option.origin)
    need = max(float(o.details["update_room"]) for o in rolling)
    row = name_of("orchestration.surge", **keys)
    m.row(row, {spares: -1.0, room: -1.0, used: need}, "<=", origin=pool.machine.origin)
    place = {k: keys[k] for k in ("site", "hall", "machine", "period")}
    m.extend(name_of("servers.count", **place), {room: -1.0})


def _nodes(m: Model, problem: Problem, site: Site, period: Period, most: float) -> None:
    keys = {"site": site.id, "period": period.name}
    found = [c for _, c in m.family("servers.total") if keys.items() <= m.columns[c].keys.items()]
    if found:
        origin = problem.keys["origins"]["orchestration"]
        m.row(name_of("orchestration.nodes", **keys), dict.fromkeys(found, 1.0), "<=", most, origin=origin)


def _spread(m: Model, options: OptionSet, site: Site, period: Period, count: int) -> None:
    """No hall holds a majority of the control plane, where there are three halls or more."""
    if len(site.halls) < 3 or count < 3:
        return
    mine = options.of(f"{ROLE}.{site.id}")
    for hall in site.halls:
        place = {"site": site.id, "hall": hall.id, "period": period.name}
        found = [m.find(name_of("work.units", **place, option=o.id)) for o in mine]
        terms = {c: 1.0 for c in found if c is not None}
        if terms:
            m.row(name_of("orchestration.spread", **place), terms, "<=", (count - 1) / 2, origin=hall.origin)
