"""Pools: machines of one type in one hall, kept together for one availability target and one fabric.

A workload of availability A may spread over at most `MAX_POOLS` pools (per site, where it must survive a site's loss).
Each pool is kept at 1 - (1 - A) / MAX_POOLS, so that the joint availability of the pools it uses is at least A
(union bound: P[any of k pools short] <= k (1 - A) / MAX_POOLS <= 1 - A). A workload with `series` uses any number of
pools, each kept at one of LEVELS availabilities from A up; a row of the block series holds the sum of their logarithms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from planner.estimate.failures import Failures
from planner.estimate.torus import STATIC
from planner.model import name_of
from planner.options.types import Option, OptionSet
from planner.problem import Cooling, Hall, Machine, Problem, Site, Workload

MAX_POOLS = 2
"""Pools a workload may use at once. More would ask for more spares in each than they save."""
LEVELS = 32
"""Availabilities that a pool in series may be kept at, from its workload's own to a hundredth of what may be short."""
FIRST, LAST = 1.0, 0.01


@dataclass(frozen=True, slots=True)
class Pool:
    """Machines of one type in one hall that share an availability target, a fabric and their spares."""

    site: Site
    hall: Hall
    machine: Machine
    target: float
    fabric: str
    options: tuple[Option, ...]
    joint: bool = False
    """Whether a workload in series may use it, so that it is kept at one of several availabilities."""
    spareless: bool = False
    """Whether no machine can take another's place: a torus that is wired for good."""

    @property
    def levels(self) -> tuple[float, ...]:
        """The availabilities it may be kept at, rising; the target is the first."""
        if not self.joint:
            return (self.target,)
        step = (LAST / FIRST) ** (1 / (LEVELS - 1))
        return tuple(1 - (1 - self.target) * FIRST * step**i for i in range(LEVELS))

    @property
    def keys(self) -> Mapping[str, str]:
        return {
            "site": self.site.id,
            "hall": self.hall.id,
            "machine": self.machine.id,
            "target": target_text(self.target),
            "fabric": self.fabric,
        }

    @property
    def failures(self) -> Failures:
        """How its machines go down, alone or together."""
        return failures(self.machine)


def failures(machine: Machine) -> Failures:
    """How machines of a type go down, alone or together."""
    m = machine
    return Failures(m.failures_per_day, m.repair_days, m.domain_machines, m.domain_down, m.crews)


def pool_target(workload: Workload) -> float:
    """The availability each of a workload's pools is kept at, or at least at where they are in series."""
    return workload.availability if workload.series != "none" else 1 - (1 - workload.availability) / MAX_POOLS


def series_row(workload: Workload, site: str, period: str) -> str:
    """Name of the row that holds a workload in series to its target; `site` where it is held to it at each."""
    keys = {"workload": workload.id, "period": period} | ({"site": site} if site else {})
    return name_of("series.joint", **keys)


def target_text(target: float) -> str:
    return f"{target:.8f}".rstrip("0")


def carries(cooling: Cooling, hall: Hall, machine: Machine) -> bool:
    """Whether a cooling option in the hall can carry the machine: its liquid loop and its rack density."""
    return (cooling.liquid or not machine.liquid) and machine.peak_kw <= min(cooling.max_rack_kw, hall.rack_kw)


def suits(hall: Hall, site: Site, machine: Machine) -> bool:
    """Whether some cooling allowed in the hall can carry the machine; a rented one stands elsewhere."""
    offered = [c for c in site.cooling if c.id in hall.cooling]
    return machine.acquisition == "rent" or any(carries(c, hall, machine) for c in offered)


def pools(problem: Problem, options: OptionSet) -> tuple[Pool, ...]:
    """Every pool that some option could use, in a fixed order."""
    workloads = {w.id: w for w in problem.workloads}
    found: dict[tuple[str, str, str, float, str], list[Option]] = defaultdict(list)
    for option in options.options:
        workload = workloads[option.workload]
        machine = problem.machine(option.machine)
        for site in (problem.site(s) for s in workload.sites):
            for hall in site.halls[:1] if machine.acquisition == "rent" else site.halls:
                if suits(hall, site, machine):
                    key = (site.id, hall.id, machine.id, pool_target(workload), option.fabric)
                    found[key].append(option)
    return tuple(_pool(problem, key, tuple(members)) for key, members in sorted(found.items()))


def _pool(problem: Problem, key: tuple[str, str, str, float, str], members: tuple[Option, ...]) -> Pool:
    site = problem.site(key[0])
    hall = next(h for h in site.halls if h.id == key[1])
    ordered = tuple(sorted(members, key=lambda o: o.id))
    series = {w.id for w in problem.workloads if w.series != "none"}
    joint = any(o.workload in series for o in ordered)
    fixed = any(f.id == key[4] and f.family == STATIC for f in problem.fabrics)
    return Pool(site, hall, problem.machine(key[2]), key[3], key[4], ordered, joint, fixed)
