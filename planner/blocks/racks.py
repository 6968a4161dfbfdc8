"""Racks: machines, storage and switches stand in whole racks; a hall has only so many.

    sum of total / per_rack(machine, cooling) + storage and switches by height <= racks + most x (1 - use)
                                                                                                       'racks.room[...]'
    per_rack: how many fit by height (42 units) and by power, min(hall's, cooling's kW per rack) / peak_kw

| symbol | name in code | unit | meaning |
| per_rack | per_rack() | machines per rack | whole machines in one rack; a rack-scale machine takes one |
"""

from __future__ import annotations

from math import inf

from planner.model import Col, Model, name_of
from planner.options.domains import RACK_UNITS, per_rack
from planner.options.types import OptionSet
from planner.problem import Cooling, Hall, Period, Problem, Site


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    for site in problem.sites:
        for hall in site.halls:
            if hall.racks < inf:
                for cooling in site.cooling:
                    if cooling.id in hall.cooling:
                        for period in problem.periods:
                            _room(m, problem, site, hall, cooling, period)


def _room(m: Model, problem: Problem, site: Site, hall: Hall, cooling: Cooling, period: Period) -> None:
    terms: dict[Col, float] = {}
    for name, total in m.family("servers.total"):
        keys = m.columns[total].keys
        machine = problem.machine(keys["machine"])
        if (keys["site"], keys["hall"], keys["period"]) != (site.id, hall.id, period.name):
            continue
        fit = per_rack(machine, hall, cooling)
        if machine.acquisition == "buy" and fit and name:
            terms[total] = 1 / fit
    if hall.id == site.halls[0].id:
        for tier in problem.tiers:
            units = m.find(name_of("storage.units", site=site.id, tier=tier.id, period=period.name))
            if units is not None and tier.rack_units:
                terms[units] = tier.rack_units / RACK_UNITS
    for fabric in problem.fabrics:
        keys = {"site": site.id, "hall": hall.id, "fabric": fabric.id, "period": period.name}
        switches = m.find(name_of("fabric.switches", **keys))
        if switches is not None and fabric.switch is not None and fabric.switch.rack_units:
            terms[switches] = fabric.switch.rack_units / RACK_UNITS
        for small in fabric.lesser:
            alone = m.find(name_of("fabric.alone", **keys, switch=small.id))
            if alone is not None and small.rack_units:
                terms[alone] = small.rack_units / RACK_UNITS
    use = m.find(name_of("cooling.use", site=site.id, hall=hall.id, cooling=cooling.id))
    if terms and use is not None:
        # Racks of 1 kW hold more machines than a hall's power ever lets stand: room enough to switch the row off.
        free = max(terms.values()) * hall.racks * RACK_UNITS
        m.row(
            name_of("racks.room", site=site.id, hall=hall.id, cooling=cooling.id, period=period.name),
            terms | {use: free},
            "<=",
            hall.racks + free,
            origin=hall.origin,
            label=f"{site.id} {hall.id} racks under {cooling.id}",
            unit="racks",
        )
