"""Load that goes to other sites by the hour is served once, on machines that work there, and as much stays as must.

sum over sites and options of units(slot) x served = demand    every slot with load: an hour of the day in some months
units(slot) x highest shape of the slot <= work.units                each site, hall, option
kw(slot) = sum of units(slot) x machines x busy                      each site, hall, medium
sum over a site's options of units(slot) x served >= (1 - share) x usual,   sum over sites of usual = demand
nothing is routed that nobody said may be, and nothing to where its work may not run
What it draws is seen to by the law on heat.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from planner.audit.loads import routing, shape_at, slots, unit_machines, unit_served
from planner.audit.verdict import PRINTED, Check, at_least, at_most, equal, true
from planner.audit.view import Block, Record, View

NAME = "routing"


def check(view: View) -> Iterator[Check]:
    moved = {keys["option"] for keys, _ in view.each("routing.units")}
    names = sorted(id for id in moved if routing(view, view.options[id]) is None)
    yield true("routed load", f"{names} are routed and may not be", not names)
    for id, workload in view.workloads.items():
        terms = workload["spec"].get("routing")
        if terms:
            for period in view.periods:
                yield from _places(view, id, workload, period)
                yield from _slots(view, id, workload, terms, period)


def _tops(view: View, workload: Record, block: Block) -> dict[str, float]:
    """The highest shape of each slot in which there is load, on the clock of the workload's first site."""
    which, shape = slots(workload, block), shape_at(view, workload, block)
    tops = {slot: float(shape[which == slot].max()) for slot in np.unique(which).tolist()}
    return {slot: top for slot, top in tops.items() if top > 0.0}


def _slots(view: View, id: str, workload: Record, terms: Record, period: str) -> Iterator[Check]:
    block, demand = view.block(workload["sites"][0], period), view.demand(id, period)
    usual = {site: view.total("routing.usual", site=site, workload=id, period=period) for site in workload["sites"]}
    stays = 1.0 - terms["share"]
    if stays > 0.0:
        yield equal(f"{id} in {period}", "served by all sites where nothing moves", sum(usual.values()), demand)
    if block is None:
        return
    served: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    tops = _tops(view, workload, block)
    for keys, units in view.each("routing.units", period=period):
        option, slot = view.options[keys["option"]], keys["slot"]
        if option["workload"] == id:
            served[slot][keys["site"]] += units * unit_served(view, option, period)
            there = view.total("work.units", **{k: keys[k] for k in ("site", "hall", "option", "period")})
            where = f"{keys['option']} at {keys['site']}, {slot}"
            yield at_most(where, "work (units)", units * tops.get(slot, 0.0), there, floor=PRINTED)
    for slot in sorted({*tops, *served}):
        where, mine = f"{id} in {period}, {slot}", served[slot]
        yield true(where, "is no hour of the timetable with load in it", slot in tops)
        yield equal(where, f"served ({workload['unit']})", sum(mine.values()), demand, floor=PRINTED)
        for site in workload["sites"] if stays > 0.0 else ():
            yield at_least(f"{where}, {site}", "kept", mine[site], stays * usual[site], scale=demand, floor=PRINTED)


def _places(view: View, id: str, workload: Record, period: str) -> Iterator[Check]:
    """What is served of each slot in a hall, against the power that is said to come of it."""
    kw: dict[tuple[str, ...], float] = defaultdict(float)
    for keys, units in view.each("routing.units", period=period):
        option = view.options[keys["option"]]
        if option["workload"] == id:
            medium = "liquid" if view.machines[option["machine"]]["liquid"] else "air"
            kw[keys["site"], keys["hall"], medium, keys["slot"]] += units * unit_machines(option) * option["busy_kw"]
            yield true(f"{id} at {keys['site']}", "may not run there", keys["site"] in workload["sites"])
    for keys, said in view.each("routing.kw", workload=id, period=period):
        spot = tuple(keys[k] for k in ("site", "hall", "medium", "slot"))
        yield equal(f"{id} at {spot[0]}/{spot[1]}, {spot[3]}", "kW of IT", said, kw[spot], floor=PRINTED)
