"""Take any one domain away, and every demand that is to outlive it is still served.

for each workload that survives racks, feeds, zones or sites, each such domain and each period:
    sum of served by units outside the domain >= demand
rack: of the units of one machine type in a hall, those with a machine in one rack stop (none of a type on rent):
    served elsewhere + max(0, served there - stopped x served by a unit) >= demand
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.audit.domains import halls_of, rack_of, stopped
from planner.audit.loads import unit_served
from planner.audit.verdict import Check, at_least, true
from planner.audit.view import Record, View

NAME = "domains"


def check(view: View) -> Iterator[Check]:
    for id, workload in view.workloads.items():
        yield true(
            id,
            "is to outlive a site, and is not held to it",
            workload["survive"] != "site" or workload["survive_site_loss"],
        )
        if workload["survive"] == "none" or workload["kind"] in ("dataset", "load"):
            continue
        for period in view.periods:
            demand, served = view.demand(id, period), _served(view, id, period)
            for name, halls in halls_of(view, workload).items():
                left = sum(amount for place, amount, _ in served if place[:2] not in halls)
                yield at_least(f"{id} without {name} in {period}", "served", left, demand)
            if workload["survive"] == "rack":
                yield from _racks(view, id, period, served, demand)


Served = list[tuple[tuple[str, str, str], float, Record]]


def _served(view: View, workload: str, period: str) -> Served:
    """(site, hall and machine), amount and option of everything that serves the workload."""
    found: Served = []
    for k, units in view.each("work.units", period=period):
        option = view.options[k["option"]]
        if option["workload"] == workload and units > 0:
            amount = units * unit_served(view, option, period)
            found.append(((k["site"], k["hall"], option["machine"]), amount, option))
    return found


def _racks(view: View, workload: str, period: str, served: Served, demand: float) -> Iterator[Check]:
    here: dict[tuple[str, str, str], float] = defaultdict(float)
    lost: dict[tuple[str, str, str], float] = defaultdict(float)
    for place, amount, option in served:
        machine = view.machines[place[2]]
        here[place] += amount
        if machine["acquisition"] == "buy":
            rack = rack_of(view, *place[:2], machine)
            lost[place] = max(lost[place], stopped(option, rack) * unit_served(view, option, period))
    for place in sorted(here):
        left = sum(here.values()) - min(here[place], lost[place])
        yield at_least(f"{workload} without a rack of {'/'.join(place)} in {period}", "served", left, demand)
