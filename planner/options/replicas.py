"""Replicas of state as workloads: how many, over which modes, and on which machines one of them could stand.

A replica is cut over as many machines as its bytes on drives, its writes and what its leaders send ask for. Of 1, 3 and
5 replicas (or as many as asked) the fewest are taken of which a majority is up as surely as the workload asks.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import Any

import numpy as np

from planner.estimate.failures import up
from planner.estimate.state import (
    ACTIVE_ACTIVE,
    ACTIVE_PASSIVE,
    ONE_SITE,
    REPLICAS,
    machines_of_a_replica,
    majority,
    ways_to_keep,
)
from planner.options.alone import alone
from planner.options.domains import domains
from planner.options.dominance import prune
from planner.options.pools import failures
from planner.options.types import Excuse, Option
from planner.problem import Machine, Problem, Workload

ROLE = "state"
CALM = 0.9
"""Availability of its machines as a pool: the majority bears what fails, not spares."""
GB = 1e9


def held(problem: Problem) -> list[Workload]:
    """Workloads that keep state."""
    return [w for w in problem.workloads if w.spec.get("state")]


def _figures(problem: Problem) -> dict[str, float]:
    found: dict[str, float] = problem.keys["figures"]["state"]["values"]
    return found


def write_gb_per_s(problem: Problem, owner: Workload, period: int) -> float:
    """Peak writes in a period: they grow with the workload."""
    growth = (1 + (owner.spec.get("growth") or 0.0)) ** problem.periods[period].begin
    return float(owner.spec["state"]["write"]) / GB * float(growth)


def replicas(problem: Problem) -> tuple[list[Workload], list[Option], list[Excuse]]:
    """Of every workload that keeps state: its replicas as a workload, options of machines that hold them, excuses."""
    work: list[Workload] = []
    made: list[Option] = []
    excuses: list[Excuse] = []
    for owner in held(problem):
        asked = owner.spec["state"]
        counts = (asked["replicas"],) if asked["replicas"] else REPLICAS
        for n in counts:
            kept = _workload(problem, owner, n)
            tried = [_option(problem, owner, kept, machine, n) for machine in problem.machines]
            if n == counts[-1] or any(isinstance(r, Option) for r in tried):
                break
        good, worse = prune(problem, kept, [r for r in tried if isinstance(r, Option)])
        work.append(kept)
        made += good
        excuses += [*(r for r in tried if isinstance(r, Excuse)), *worse]
    return work, made, excuses


def _modes(owner: Workload, n: int) -> dict[str, int]:
    """Modes that are possible and the replicas that each takes in all."""
    found = ways_to_keep(owner.spec["state"], len(owner.sites), survives_site=owner.survive_site_loss)
    totals = {ONE_SITE: n, ACTIVE_ACTIVE: n, ACTIVE_PASSIVE: 2 * n}
    return {mode: totals[mode] for mode in found if mode != ACTIVE_ACTIVE or n > 1}


def _workload(problem: Problem, owner: Workload, n: int) -> Workload:
    modes = _modes(owner, n)
    least = float(min(modes.values(), default=n))
    return Workload(
        id=f"{ROLE}.{owner.id}",
        kind="service",
        sites=owner.sites,
        availability=CALM,
        survive_site_loss=False,
        surge=0.0,
        unit="replicas",
        demand=tuple(least for _ in problem.periods),
        shape=np.ones(168),
        series="pools" if ACTIVE_ACTIVE in modes or owner.survive in ("feed", "zone") else "none",  # else two at most
        spec={"role": ROLE, "of": owner.id, "replicas": n, "modes": sorted(modes)},
        origin=owner.origin,
    )


def _option(problem: Problem, owner: Workload, kept: Workload, machine: Machine, n: int) -> Option | Excuse:
    f, asked, who = _figures(problem), owner.spec["state"], (kept.id, machine.id)
    if machine.accelerators or machine.acquisition == "rent":
        text = "replicas of state stand on machines of one's own without accelerators"
        return Excuse(*who, "accelerated", float(machine.accelerators), 0.0, "accelerators", text)
    modes = _modes(owner, n)
    if not modes:
        text = f"{n} replicas over {len(owner.sites)} sites do not outlive the loss of one in the time asked"
        return Excuse(*who, "replicas", float(n), None, "replicas", text)
    q = majority(n).write
    if not any(_room(problem, owner, site, n - q) >= n for site in owner.sites):
        return Excuse(*who, "replicas", float(n), None, "replicas", f"one {owner.survive} would hold a majority")
    try:
        size = machines_of_a_replica(
            asked["size"] / GB,
            max(write_gb_per_s(problem, owner, i) for i in range(len(problem.periods))),
            n,
            drives_gb=machine.nvme_tb * 1e3 * f["fill_fraction"],
            disk_gb_per_s=f["disk_write_gb_per_s"],
            nic_gb_per_s=machine.nics * machine.nic_gbps / 8 * f["nic_share"],
        )
    except ValueError as none:
        return Excuse(*who, "no-figure", 0.0, None, "", str(none))
    sure = up(failures(machine), q, n - q) ** size
    if sure < owner.availability:
        text = f"a majority of {n} is up less surely than asked"
        return Excuse(*who, "majority", sure, owner.availability, "", text)
    details: dict[str, Any] = {"majority_up": sure, "machines_of_a_replica": size, "quorum": q, "replicas": n}
    details["machines_apart"] = float(size * max(modes.values()))
    kw = max(0.0, machine.busy_kw - machine.idle_kw)
    made = alone(kept, machine, per_machine=1.0 / size, busy_kw=kw, details=details)
    return replace(made, replica_machines=size)


def _room(problem: Problem, owner: Workload, site: str, most: int) -> float:
    """Replicas that a site's feeds, zones or racks hold, `most` in each that may be lost; without limit elsewhere."""
    if owner.survive == "rack":
        return sum(most * h.racks for h in problem.site(site).halls) if most else 0.0
    mine = [d for d in domains(problem, owner) if any(place[0] == site for place in d.halls)]
    inside = set().union(*(d.halls for d in mine))
    safe = any((site, h.id) not in inside for h in problem.site(site).halls)
    return inf if safe else float(most * len(mine))
