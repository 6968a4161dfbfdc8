"""State that is kept in replicas outlives what it is to outlive, within its RPO and RTO.

n replicas, 1, 3 or 5, a majority q of them;  whole;  each on s machines, s >= bytes, writes and what leaders send over
    what a machine bears
P[q of n up]^s >= availability of its workload, for every machine type that it runs on
one site: n at one.  Active-passive: n at the prime, n at the standby.  Active-active: n over sites, no site with more
    than n - q, so that any site may be lost
feeds, zones to be outlived: none holds more than n - q of a site's n;  racks: a hall has one for every n - q
racks said to be needed at a site: one for every n - q replicas there, one for a replica alone
sent from the prime to the standby >= writes;  from where leaders stand to any other site >= writes x its replicas
RPO: lag (active-passive) or 0;  RTO: detection (+ promotion + log / replay);  neither over what was asked
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import ceil, inf

from planner.audit.domains import halls_of
from planner.audit.down import up_of
from planner.audit.verdict import Check, at_least, at_most, equal, true
from planner.audit.view import Record, View

NAME = "state"
STEP = 1e-6
GB = 1e9
ACROSS = ("active_active", "active_passive")


def check(view: View) -> Iterator[Check]:
    rows = view.plan.get("states", [])
    asked = [(id, p) for id, w in view.workloads.items() if w["spec"].get("state") for p in view.periods]
    yield true(
        "states", "not every state has one row", sorted(asked) == sorted((r["workload"], r["period"]) for r in rows)
    )
    for row in rows:
        owner = view.workloads[row["workload"]]
        yield from _row(view, row, owner, f"state of {row['workload']} in {row['period']}")


def _row(view: View, row: Record, owner: Record, where: str) -> Iterator[Check]:
    spec, kept = owner["spec"]["state"], view.workloads[f"state.{row['workload']}"]
    n = int(kept["spec"]["replicas"])
    q = n // 2 + 1
    yield true(where, f"{n} replicas were not asked for", n in (1, 3, 5) and spec["replicas"] in (None, n))
    yield equal(where, "the quorum", row["quorum"], q)
    halls: dict[tuple[str, str], float] = defaultdict(float)
    sure = 1.0
    for keys, units in view.each("work.units", period=row["period"]):
        option = view.options[keys["option"]]
        if option["workload"] == kept["id"] and units > STEP:
            yield true(where, f"{units:.9g} replicas are not whole", abs(units - round(units)) <= STEP)
            halls[keys["site"], keys["hall"]] += round(units)
            machine = view.machines[option["machine"]]
            size = int(option["replica_machines"])
            yield at_least(
                where, f"machines of a replica on {machine['id']}", size, _size(view, spec, owner, machine, n)
            )
            sure = min(sure, up_of(machine, q, n - q) ** size)
    for family in ("state.replicas", "state.mode"):
        view.each(family)
    sites: dict[str, float] = defaultdict(float)
    for (site, _), count in halls.items():
        sites[site] += count
    yield true(
        where, "replicas by site are misprinted", {k: float(v) for k, v in row["replicas"].items()} == dict(sites)
    )
    yield equal(where, "availability of a majority", row["achieved"], sure, floor=1e-12)
    yield at_least(where, "availability of a majority", sure, owner["availability"], floor=1e-12)
    yield from _placed(view, row, owner, where, sites, n, q)
    yield from _domains(view, owner, where, halls, n - q)
    asked = {site: ceil(count / max(1, n - q)) for site, count in sites.items()}
    yield true(where, "racks that replicas need are misprinted", row.get("racks") in (asked, None))
    yield from _failover(row, spec, where, view.problem["keys"])


def _size(view: View, spec: Record, owner: Record, machine: Record, n: int) -> int:
    """Machines that one replica needs, by the largest period."""
    f: dict[str, float] = view.problem["keys"]["figures"]["state"]["values"]
    write = max(_write(view, owner, p) for p in view.periods)
    pairs: list[tuple[float, float]] = [
        (spec["size"] / GB, machine["nvme_tb"] * 1e3 * f["fill_fraction"]),
        (write, f["disk_write_gb_per_s"]),
        (write * (n - 1), machine["nics"] * machine["nic_gbps"] / 8 * f["nic_share"]),
    ]
    return max(1, *(ceil(asked / each - STEP) for asked, each in pairs if asked > 0))


def _write(view: View, owner: Record, period: str) -> float:
    growth = (1 + (owner["spec"].get("growth") or 0.0)) ** view.periods[period]["begin"]
    return float(owner["spec"]["state"]["write"] / GB * growth)


def _placed(
    view: View, row: Record, owner: Record, where: str, sites: dict[str, float], n: int, q: int
) -> Iterator[Check]:
    """Where replicas stand in the mode, that the loss of any one site is outlived, and what is sent."""
    mode, lead, standby, write = row["mode"], row["leads"], row["standby"], _write(view, owner, row["period"])
    yield true(where, "stands where it may not", set(sites) <= set(owner["sites"]))
    yield true(where, "is to outlive a site, and is at one", owner["survive_site_loss"] == (mode in ACROSS))
    wanted = {"one_site": {lead: n}, "active_passive": {lead: n, standby: n}}
    if mode != "active_active":
        yield true(where, f"its {mode} has replicas elsewhere", dict(sites) == wanted[mode])
    else:
        yield equal(where, "replicas in all", sum(sites.values()), n)
        yield true(where, f"leads at {lead}, which it may not", lead in owner["sites"])
        for site, count in sites.items():
            yield at_least(f"{where} without {site}", "replicas up", n - count, q)
    sent = {(k["site"], k["to"]): v for k, v in view.each("state.sent", workload=owner["id"], period=row["period"])}
    yield equal(where, "GB/s between sites", row["between_sites_gb_per_s"], sum(sent.values()), floor=STEP)
    if mode == "active_passive":
        yield at_least(where, "GB/s to the standby", sent.get((lead, standby), 0.0), write, floor=STEP)
    if mode == "active_active":
        for site, count in sites.items():
            if site != lead:
                yield at_least(where, f"GB/s to {site}", sent.get((lead, site), 0.0), write * count, floor=STEP)


def _domains(view: View, owner: Record, where: str, halls: dict[tuple[str, str], float], most: int) -> Iterator[Check]:
    for name, inside in halls_of(view, owner).items() if owner["survive"] in ("feed", "zone") else ():
        here = sum(count for place, count in halls.items() if place in inside)
        yield at_most(f"{where} without {name}", "replicas lost", here, most)
    for (site, hall), count in halls.items() if owner["survive"] == "rack" else ():
        racks = next((h["racks"] for h in view.sites[site]["halls"] if h["id"] == hall), None)
        room = inf if most and racks is None else most * (racks or 0.0)
        yield at_most(f"{where} without any rack of {site}/{hall}", "replicas in its racks", count, room)


def _failover(row: Record, spec: Record, where: str, keys: Record) -> Iterator[Check]:
    rpo = rto = 0.0
    if row["mode"] in ACROSS:
        yield true(where, "sends between sites that nothing joins", keys.get("wan") is not None)
        rto = spec["detect"] or 0.0
    if row["mode"] == "active_passive":
        rpo = spec["lag"]
        rto += spec["promote"] + (spec["log"] / spec["replay"] if spec["log"] else 0.0)
    yield equal(where, "RPO (s)", row["rpo_s"], rpo, floor=STEP)
    yield equal(where, "RTO (s)", row["rto_s"], rto, floor=STEP)
    yield at_most(where, "RPO (s)", rpo, inf if spec["rpo"] is None else spec["rpo"])
    yield at_most(where, "RTO (s)", rto, inf if spec["rto"] is None else spec["rto"])
    yield true(
        where, f"{row['mode']} was not asked for", spec["mode"] in (None, row["mode"]) or row["mode"] == "one_site"
    )
