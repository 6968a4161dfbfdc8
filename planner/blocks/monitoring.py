"""Monitoring: what watching every machine of a site takes, on machines of that site.

    series  = machines x series a machine + accelerators x series each + extra      at most, for all a plan may hold
    samples = series / interval                                                        each of `replicas` keeps them all
    a machine holds  min(RAM / bytes a series,
                         NVMe x fill x interval / (bytes a sample x retention),
                         cores x series a machine / cores for one machine)  series     whichever binds
    sum over machines of a site of series of each + extra <= series planned for        'monitoring.series[site,period]'
    working machines of the kinds it runs on >= replicas                              'monitoring.apart[site,period]'

Series are planned for the most machines that the scenario's workloads could take; the last row holds the plan to it.
Constants: catalog row monitoring/prometheus.

| symbol | name in code | unit | meaning |
| extra | monitoring.extra_series | series | of your own services, at each site |
| interval | monitoring.interval | s | from one sample to the next |
| retention | monitoring.retention | s | how long samples are kept |
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

from planner.model import Model, name_of
from planner.options.alone import alone, binding
from planner.options.dominance import prune
from planner.options.most import EXTRA_MACHINES, most_machines
from planner.options.types import Excuse, Option, OptionSet
from planner.problem import Machine, Problem, Site, Workload
from planner.scenario.fragment import Fragment
from planner.scenario.quantity import SomeSeconds
from planner.scenario.schema_base import Record

ROLE = "monitoring"
CALM = 0.9
"""Availability of machines that hold monitoring alone: its replicas bear what fails, not spares."""
BESIDE = ("service", "stream")
"""Kinds that run on machines of the same sort, and whose spares monitoring may share."""
DAY_S = 86_400.0
GB, TB = 1e9, 1e12


class Monitoring(Record):
    """Samples of every machine, kept on local drives of several."""

    interval: SomeSeconds = 30.0
    retention: SomeSeconds = 15 * DAY_S
    replicas: int = Field(2, ge=1, le=5, description="Machines that each keep every sample")
    extra_series: int = Field(0, ge=0, le=10**10, description="Series of your own services, at each site")


KEYS = (
    Fragment(
        "scenario",
        "monitoring",
        Monitoring,
        "What keeps samples of every machine: series, memory, disk",
        ("monitoring", "prometheus"),
    ),
)


def holds(machine: Machine, asked: Monitoring, f: dict[str, float]) -> dict[str, float]:
    """Series that one machine holds, by resource; the least of them binds."""
    each = f["bytes_per_sample"] * asked.retention / asked.interval
    return {
        "cores": machine.cores * f["series_per_machine"] / f["cores_per_machine"],
        "drives": machine.nvme_tb * TB * f["disk_fill_fraction"] / each,
        "memory": machine.ram_gb * GB / f["bytes_per_series"],
    }


def series_of(machine: Machine, f: dict[str, float]) -> float:
    """Series that one machine gives."""
    return f["series_per_machine"] + machine.accelerators * f["series_per_accelerator"]


def add(problem: Problem, options: OptionSet) -> tuple[list[Workload], list[Option], list[Excuse]]:
    asked = problem.keys.get("monitoring")
    work: list[Workload] = []
    made: list[Option] = []
    excuses: list[Excuse] = []
    if asked is None:
        return work, made, excuses
    f = problem.keys["figures"]["monitoring"]["values"]
    for site in problem.sites:
        if any(site.id in w.sites and w.kind not in ("dataset", "load") for w in problem.workloads):
            watch = _watch(problem, options, site, asked, f)
            work.append(watch)
            tried = [_option(watch, machine, asked, f) for machine in problem.machines]
            good, worse = prune(problem, watch, [r for r in tried if isinstance(r, Option)])
            made += good
            excuses += [*(r for r in tried if isinstance(r, Excuse)), *worse]
    return work, made, excuses


def _watch(problem: Problem, options: OptionSet, site: Site, asked: Monitoring, f: dict[str, float]) -> Workload:
    """Series of a site, as many times as there are replicas."""
    most = most_machines(problem, options, site.id) + EXTRA_MACHINES
    used = {o.machine for o in options.options} or {m.id for m in problem.machines}
    each = max(series_of(m, f) for m in problem.machines if m.id in used)
    series = most * each + asked.extra_series
    here = [w.availability for w in problem.workloads if site.id in w.sites and w.kind in BESIDE]
    return Workload(
        id=f"{ROLE}.{site.id}",
        kind="service",
        sites=(site.id,),
        availability=min(here, default=CALM),
        survive_site_loss=False,
        surge=0.0,
        unit="series",
        demand=tuple(asked.replicas * series for _ in problem.periods),
        shape=np.ones(168),
        spec={"role": ROLE, "machines_at_most": most, "samples_per_s": series / asked.interval},
        origin=problem.keys["origins"]["monitoring"],
    )


def _option(watch: Workload, machine: Machine, asked: Monitoring, f: dict[str, float]) -> Option | Excuse:
    who = (watch.id, machine.id)
    if machine.accelerators:
        text = "monitoring has no use for accelerators: allow a machine without"
        return Excuse(*who, "accelerated", float(machine.accelerators), 0.0, "accelerators", text)
    found = holds(machine, asked, f)
    least, details = binding(found, "series")
    if least <= 0:
        return Excuse(*who, "no-figure", 0.0, None, "", f"the catalog has no {details['binding']} for it")
    details["machines_apart"] = float(asked.replicas)
    kw = max(0.0, machine.busy_kw - machine.idle_kw)
    return alone(watch, machine, per_machine=least, busy_kw=kw, details=details)


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    asked = problem.keys.get("monitoring")
    if asked is None:
        return
    f = problem.keys["figures"]["monitoring"]["values"]
    machines = {x.id: x for x in problem.machines}
    found = {o.machine for o in options.options if o.workload.startswith(f"{ROLE}.")}
    for watch in (w for w in problem.workloads if w.spec.get("role") == ROLE):
        for index, period in enumerate(problem.periods):
            keys = {"site": watch.sites[0], "period": period.name}
            here = [c for _, c in m.family("servers.total") if keys.items() <= m.columns[c].keys.items()]
            series = {c: series_of(machines[m.columns[c].keys["machine"]], f) for c in here}
            most = watch.demand[index] / asked.replicas - asked.extra_series
            m.row(name_of("monitoring.series", **keys), series, "<=", most, origin=watch.origin)
            apart = {
                c: 1.0
                for _, c in m.family("servers.working")
                if keys.items() <= m.columns[c].keys.items() and m.columns[c].keys["machine"] in found
            }
            m.row(name_of("monitoring.apart", **keys), apart, ">=", float(asked.replicas), origin=watch.origin)
