"""Work that moves is done, late by no more than it may be, on machines that stand for it.

behind(t) - behind(t-1) = paused(t) - made up(t)                                            kW of IT, cyclic
0 <= behind(t) <= within x movable,   movable = kw / catch_up
paused <= movable <= share x sum of units x machines x busy x duty x least shape,  or x the least hour of a metered load
made up <= kw <= sum of units x machines x busy x (1 - duty) + sum of more machines x busy
moved(t) >= (made up - paused) x (1 / train efficiency + overhead(t)), for every way that its machines are cooled
nothing moves that nobody said may move
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.audit.loads import metered_kw, unit_machines
from planner.audit.verdict import PRINTED, RELATIVE, Check, Floats, at_most, every_at_most, true
from planner.audit.view import Block, Record, View

NAME = "flexible"
HOUR_S = 3600.0
MOVED = "moved "


def check(view: View) -> Iterator[Check]:
    asked = {id: w["spec"]["flexible"] for id, w in view.workloads.items() if w["spec"].get("flexible")}
    for family in ("flexible.kw", "flexible.machines"):
        for keys, _ in view.each(family):
            mine = keys["workload"] in asked
            yield true(f"{keys['workload']} in {keys['period']}", f"{family} of work that may not move", mine)
    for site, period in view.places():
        for id, terms in asked.items():
            if site in view.workloads[id]["sites"]:
                yield from _sizes(view, id, terms, site, period)
    for block in view.blocks:
        moved = {who.removeprefix(MOVED) for who in block.who("draw") if who.startswith(MOVED)}
        names = sorted((moved | set(block.who("behind"))) - set(asked))
        yield true(block.where, f"{names} move and may not", not names)
        for id, terms in asked.items():
            if id in moved | set(block.who("behind")):
                yield from _hours(view, block, id, terms)


def _sizes(view: View, id: str, terms: Record, site: str, period: str) -> Iterator[Check]:
    """What may move and what may be made up, against the work there is and the machines that stand for it."""
    place, where = {"site": site, "period": period}, f"{id} at {site} in {period}"
    kw = view.total("flexible.kw", workload=id, **place)
    work, room = 0.0, 0.0
    for keys, units in view.each("work.units", **place):
        option = view.options[keys["option"]]
        if option["workload"] == id and view.machines[option["machine"]]["acquisition"] == "buy":
            busy = units * unit_machines(option) * option["busy_kw"]
            work += busy * option["duty"] * min(view.workloads[id]["shape"])
            room += busy * (1 - option["duty"])
    for keys, more in view.each("flexible.machines", workload=id, **place):
        busy = [o["busy_kw"] for o in view.options.values() if (o["workload"], o["machine"]) == (id, keys["machine"])]
        room += more * max(busy, default=0.0)
    block = view.block(site, period)
    if view.workloads[id]["kind"] == "load":
        if block is None:
            return
        work, room = float(metered_kw(view, block).min()), kw
    movable = terms["share"] * work
    yield at_most(where, "movable (kW)", kw / terms["catch_up"], movable, floor=PRINTED)
    yield at_most(where, "made up (kW) on what stands there", kw, room, scale=work, floor=PRINTED)


def _hours(view: View, block: Block, id: str, terms: Record) -> Iterator[Check]:
    kw = view.total("flexible.kw", site=block.site, period=block.period, workload=id)
    behind, moved, where = block.flow("behind", id), block.flow("draw", f"{MOVED}{id}"), f"{id}, {block.where}"
    movable = kw / terms["catch_up"]
    slack = RELATIVE * kw + 2 * PRINTED
    before = np.empty_like(behind)
    for begin, end in block.stretches:
        before[begin:end] = np.roll(behind[begin:end], 1)
    paused = behind - before
    most = terms["within"] / HOUR_S * movable
    yield every_at_most(where, "behind (kWh)", behind, most, RELATIVE * most + PRINTED)
    yield every_at_most(where, "less than nothing behind (kWh)", -behind, 0.0, PRINTED)
    yield every_at_most(where, "paused (kW)", paused, movable, slack)
    yield every_at_most(where, "made up (kW)", -paused, kw, slack)
    for way, at_meter in _ways(view, block, id):
        short = -paused * at_meter - moved
        yield every_at_most(f"{where}, {way}", "power of moved work (kW) left out", short, 0.0, slack * at_meter.max())


def _ways(view: View, block: Block, id: str) -> Iterator[tuple[str, Floats]]:
    """kW at the meter for a kW of IT, for every hall and medium in which the workload runs."""
    if view.workloads[id]["kind"] == "load":
        yield "metered", np.ones(len(block.weight))
        return
    train, seen = view.sites[block.site]["power_train"], set()
    for keys, units in view.each("work.units", site=block.site, period=block.period):
        option = view.options[keys["option"]]
        medium = "liquid" if view.machines[option["machine"]]["liquid"] else "air"
        if option["workload"] == id and units > PRINTED and (keys["hall"], medium) not in seen:
            seen.add((keys["hall"], medium))
            for cooling in view.cooling_used(block.site, keys["hall"]):
                overhead = block.series[f"{medium}_overhead.{cooling['id']}"]
                yield f"{keys['hall']} {cooling['id']} {medium}", 1 / train["efficiency"] + overhead
