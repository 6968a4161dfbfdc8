"""What may be lost at once: a rack, a power feed, a zone of halls, a site; and how much of a workload goes with it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import ceil, floor

from planner.options.types import Option
from planner.problem import Cooling, Hall, Machine, Problem, Site, Workload

RACK_UNITS = 42.0
"""Usable height of a rack, units: the common full-height cabinet of EIA-310-E racks."""


@dataclass(frozen=True, slots=True)
class Domain:
    """Halls that are lost together, as (site, hall); `name` is `site/hall`, `site/zone` or the site."""

    name: str
    halls: frozenset[tuple[str, str]]


def domains(problem: Problem, workload: Workload) -> tuple[Domain, ...]:
    """The domains of whole halls that the workload outlives the loss of, one at a time, by name.

    `feed`: every hall whose one feed carries it all; `zone`: halls of a site in one zone; else none (sites have rows of
    their own, racks take parts of halls).
    """
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for site in (problem.site(s) for s in workload.sites):
        for hall in site.halls:
            if workload.survive == "feed" and hall.feeds == 1:
                found[f"{site.id}/{hall.id}"].add((site.id, hall.id))
            elif workload.survive == "zone":
                found[f"{site.id}/{hall.zone or hall.id}"].add((site.id, hall.id))
    return tuple(Domain(name, frozenset(halls)) for name, halls in sorted(found.items()))


def per_rack(machine: Machine, hall: Hall, cooling: Cooling) -> int:
    """Whole machines in one rack of the hall under a cooling option; 0 where not even one may stand."""
    by_power = min(hall.rack_kw, cooling.max_rack_kw) / machine.peak_kw
    by_height = max(1.0, RACK_UNITS / machine.rack_units)
    return floor(min(by_power, by_height) + 1e-9)


def densest(machine: Machine, site: Site, hall: Hall) -> int:
    """The most machines that one rack of the hall may hold, whatever cooling is chosen."""
    offered = [c for c in site.cooling if c.id in hall.cooling]
    return max([1, *(per_rack(machine, hall, c) for c in offered)])


def lost_units(option: Option, rack: int) -> int:
    """Units of an option that stop with a rack of so many machines: every replica with a machine in it.

    Replicas fill racks in turn; where they and racks divide each other none straddles, else a rack may cut one at both
    ends.
    """
    size = option.block_machines or option.replica_machines
    if rack % size == 0:
        return rack // size
    return 1 if size % rack == 0 else ceil((rack - 1) / size) + 1
