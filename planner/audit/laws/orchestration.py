"""Where machines are orchestrated, clusters have control planes, and replicas are whole on whole machines.

reserve = (0.06 of the first core + 0.01 of the second + 0.005 of the next two + 0.0025 of the rest + daemons) / cores
reserve of memory = 25 % of the first 4 GiB, 20, 10, 6 % of the next 4, 8, 112, 2 % of the rest, + eviction and daemons
work of a machine without accelerators = (1 - reserve) x what it does alone, by memory where that binds
control plane of a site that carries work: n whole machines, as many as asked; each with the cores and memory that the
    catalog asks for a cluster of so many machines; a majority of them up as surely as any workload there;
    in three halls or more no majority in one
sum over a pool's options of whole replicas / replicas on a machine + other machines <= working
spares + room >= surge x machines of a replica, where services or models are served by turns
machines of a site <= nodes of a cluster;  replicas on a machine <= pods of a node
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import ceil, inf

from planner.audit.down import up_of
from planner.audit.loads import unit_machines
from planner.audit.verdict import Check, at_least, at_most, equal, true
from planner.audit.view import Record, View

NAME = "orchestration"
ROLE = "control-plane"
ROLLING = ("serving", "service")
STEP = 1e-6
Figures = dict[str, float]


def check(view: View) -> Iterator[Check]:
    asked = view.problem["keys"].get("orchestration")
    if asked is None:
        none = all(w["spec"].get("role") != ROLE for w in view.workloads.values())
        yield true("control planes", "stand where none were asked for", none)
        return
    figures: Figures = view.problem["keys"]["figures"]["orchestration"]["values"]
    yield from _reserve(view, figures)
    for site, period in view.places():
        yield from _plane(view, asked, figures, site, period)
        for pool, working in view.each("servers.working", site=site, period=period):
            yield from _packed(view, pool, working, asked["surge"])
    for family in ("orchestration.replicas", "orchestration.used"):
        view.each(family)


def reserved(cores: float, f: Figures) -> float:
    """Share of a machine's cores that is kept."""
    kept, left = f["daemon_cores"], cores
    steps = ((1.0, "first_core"), (1.0, "second_core"), (2.0, "next_two_cores"), (inf, "other_cores"))
    for width, name in steps:
        kept += min(left, width) * f[f"reserved_{name}_fraction"]
        left -= min(left, width)
    return min(1.0, kept / cores) if cores else 0.0


def reserved_memory(ram_gb: float, f: Figures) -> float:
    """Share of a machine's memory that is kept."""
    left, kept = ram_gb * 1e9 / 2**30, (f["eviction_mib"] + f["daemon_mib"]) / 1024
    for width, name in ((4.0, "first_4"), (4.0, "next_4"), (8.0, "next_8"), (112.0, "next_112"), (inf, "other")):
        kept += min(left, width) * f[f"reserved_{name}_gib_fraction"]
        left -= min(left, width)
    return min(1.0, kept * 2**30 / (ram_gb * 1e9)) if ram_gb else 0.0


def _reserve(view: View, f: Figures) -> Iterator[Check]:
    for id, option in view.options.items():
        machine, role = view.machines[option["machine"]], view.workloads[option["workload"]]["spec"].get("role")
        pods = option["details"].get("replicas_per_machine", 0)
        yield at_most(id, "replicas on a machine", pods, f["pods_per_node"])
        if not machine["accelerators"] and role != ROLE:
            alone = option["details"]["alone_per_machine"]
            by_memory = option["details"].get("binding") == "memory"
            share = reserved_memory(machine["ram_gb"], f) if by_memory else reserved(machine["cores"], f)
            yield equal(id, "work of a machine", option["per_machine"], alone * (1 - share))


def _plane(view: View, asked: Record, f: Figures, site: str, period: str) -> Iterator[Check]:
    here = {"site": site, "period": period}
    machines = sum(v for _, v in view.each("servers.total", **here))
    where, count = f"control plane of {site} in {period}", asked["control_plane"]
    yield at_most(where, "machines of the cluster", machines, f["nodes_per_cluster"])
    mine = [(k, v) for k, v in view.each("work.units", **here) if _role(view, k["option"]) == ROLE]
    others = sum(v for k, v in view.each("work.units", **here) if _role(view, k["option"]) != ROLE)
    if others > STEP or mine:
        yield at_least(where, "nodes", sum(v for _, v in mine), count)
    cores, ram = _needs(machines, f)
    promised = max((w["availability"] for w in view.workloads.values() if site in w["sites"]), default=0.0)
    halls: dict[str, float] = defaultdict(float)
    for keys, units in mine:
        machine = view.machines[view.options[keys["option"]]["machine"]]
        halls[keys["hall"]] += units
        yield true(where, f"{units:.9g} nodes in {keys['hall']} are not whole", abs(units - round(units)) <= STEP)
        yield at_least(where, f"cores of {machine['id']}", machine["cores"], cores)
        yield at_least(where, f"memory of {machine['id']} (GB)", machine["ram_gb"], ram)
        minority = (count - 1) // 2
        most = up_of(machine, count - minority, minority)
        yield at_least(where, "availability of a majority", most, promised, floor=1e-12)
    if len(view.sites[site]["halls"]) >= 3 and count >= 3:
        for hall, units in sorted(halls.items()):
            yield at_most(where, f"nodes in {hall}", units, (count - 1) / 2, floor=STEP)


def _needs(nodes: float, f: Figures) -> tuple[float, float]:
    """Cores and GB for each node of a control plane."""
    step = next((s for s in (25, 100, 250) if nodes <= s), 250)
    more = max(1.0, nodes / 250)
    return f[f"control_cores_{step}_nodes"] * more, f[f"control_ram_gb_{step}_nodes"] * more


def _role(view: View, option: str) -> str:
    return str(view.workloads[view.options[option]["workload"]]["spec"].get("role") or "")


def _packed(view: View, pool: dict[str, str], working: float, surge: int) -> Iterator[Check]:
    """Whole replicas on the working machines of all pools of a type, hall and fabric that are as good as this one."""
    need, largest, rolls = 0.0, 0.0, False
    where = f"{pool['machine']} on {pool['fabric']} in {pool['site']}/{pool['hall']}, {pool['period']}"
    spot = {k: pool[k] for k in ("site", "hall", "period")}
    for keys, units in view.each("work.units", **spot):
        option = view.options[keys["option"]]
        workload = view.workloads[option["workload"]]
        asked = 1 - (1 - workload["availability"]) / (2 if workload["series"] == "none" else 1)
        mine = (option["machine"], option["fabric"]) == (pool["machine"], pool["fabric"])
        if not mine or abs(asked - float(pool["target"])) > 1e-8:
            continue
        several = option["details"].get("replicas_per_machine", 0)
        whole = several >= 1 and unit_machines(option) == 1 and not option["block_machines"]
        need += ceil(units * several - STEP) / several if whole else units * unit_machines(option)
        if workload["kind"] in ROLLING and not workload["spec"].get("role") and units > STEP:
            rolls, largest = True, max(largest, 1 / several if whole else float(unit_machines(option)))
    yield at_most(where, "machines that whole replicas fill", need, working, floor=1e-5)
    if surge and rolls:
        spares = view.total("spares.count", **pool) + view.total("orchestration.room", **pool)
        yield at_least(where, "spares for an update", spares, surge * largest, floor=1e-5)
    yield true(where, "stands in no hall", pool["hall"] in {h["id"] for h in view.sites[pool["site"]]["halls"]})
