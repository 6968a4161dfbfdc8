"""Every kilowatt of IT is drawn through the power train and carried off again, in every hour.

sum of draws(t), moved work aside = sum over halls of IT(t) x (1 / train efficiency + overhead(t) of the cooling in use)
                  + plant x fixed overhead  (+ metered loads, as they are, and what keeps reserves full,
                  and what lifts the heat that is sold)
one cooling option in each hall that is used;  no plant and no load on an option that is not in use
liquid-cooled machines only on an option with liquid;  a machine's peak kW within what the option's racks and the
hall's racks bear
energy of IT and of all draws = the tallies of them
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.audit.laws.heat_reuse import sold_in
from planner.audit.loads import heat_pump_kw, it_kw, metered, metered_kw, moved_kw, peak_it_kw
from planner.audit.verdict import PRINTED, RELATIVE, Check, at_most, equal, every_equal, true
from planner.audit.view import Block, Record, View, most

NAME = "heat"


def check(view: View) -> Iterator[Check]:
    for id, site in view.sites.items():
        for hall in site["halls"]:
            yield from _options(view, id, hall)
    for block in view.blocks:
        yield from _hours(view, block)


def notes(view: View) -> Iterator[str]:
    for block in view.blocks:
        for id in metered(view, block.site):
            yield f"metered load {id} in {block.period}: taken as the plan has it, up to its peak"


def _options(view: View, site: str, hall: Record) -> Iterator[Check]:
    keys, where = {"site": site, "hall": hall["id"]}, f"{site}/{hall['id']}"
    used = view.cooling_used(site, hall["id"])
    names = {c["id"] for c in used}
    yield true(where, f"cooling {sorted(names)} is not allowed here", names <= set(hall["cooling"]))
    for period in view.periods:
        loaded = peak_it_kw(view, site, hall["id"], period) > PRINTED
        yield true(f"{where} in {period}", "heat and not one cooling option", not loaded or len(used) == 1)
    for family in ("cooling.plant_kw", "cooling.copy"):
        for k, kw in view.each(family, **keys):
            yield true(
                f"{where} in {k['period']}",
                f"{family} of {k['cooling']}, not in use",
                k["cooling"] in names or kw < PRINTED,
            )
    for k, count in view.each("servers.total", **keys):
        machine = view.machines[k["machine"]]
        if machine["acquisition"] == "buy" and count > 0.5:
            yield from _carries(f"{machine['id']} at {where}", machine, hall, used)


def _carries(where: str, machine: Record, hall: Record, used: list[Record]) -> Iterator[Check]:
    for cooling in used:
        dry = machine["liquid"] and not cooling["liquid"]
        yield true(where, f"is cooled by liquid, {cooling['id']} has none", not dry)
        dense = min(most(cooling, "max_rack_kw"), most(hall, "rack_kw"))
        yield at_most(where, "kW in a rack", machine["peak_kw"], dense)


def _hours(view: View, block: Block) -> Iterator[Check]:
    site = view.sites[block.site]
    expected = metered_kw(view, block)
    for hall in site["halls"]:
        it = {medium: it_kw(view, block, hall["id"], medium) for medium in ("air", "liquid")}
        for medium, kw in it.items():
            counted = view.tally(f"it_{medium}_load_kwh", f"{block.site}/{hall['id']}", block.period)
            where = f"{block.site}/{hall['id']} in {block.period}"
            yield equal(where, f"it_{medium}_load_kwh", counted, block.energy(kw), floor=1e-6)
            for cooling in view.cooling_used(block.site, hall["id"])[:1]:
                overhead = block.series[f"{medium}_overhead.{cooling['id']}"]
                expected = expected + kw * (1 / site["power_train"]["efficiency"] + overhead)
    for keys, built in view.each("cooling.plant_kw", site=block.site, period=block.period):
        fixed = {c["id"]: c["fixed_overhead"] for c in site["cooling"]}
        expected = expected + built * fixed[keys["cooling"]]
    for store in site["batteries"]:
        lost = store["usable_fraction"] * store["standing_loss_per_hour"] / store["charge_efficiency"]
        keys = {"site": block.site, "period": block.period, "battery": store["id"]}
        expected = expected + lost * view.total("outage.reserve_kwh", **keys)
    pumps = heat_pump_kw(view, block.site, block.period)
    if pumps:
        expected = expected + pumps * sold_in(block, view.sites[block.site]["keys"]["heat_reuse"])
    draws = block.flow("draw") - moved_kw(block)
    slack = 2 * RELATIVE * np.abs(expected) + PRINTED * (1 + len(block.dispatch))
    yield every_equal(block.where, "the sum of draws (kW)", draws, expected, slack)
    counted = view.tally("power_load_kwh", block.site, block.period)
    printed = PRINTED * float(block.weight.sum()) * len(block.who("draw"))
    yield equal(block.where, "power_load_kwh", counted, block.energy(draws), floor=printed)
    yield from _metered(view, block)


def _metered(view: View, block: Block) -> Iterator[Check]:
    names = metered(view, block.site)
    if names:
        peak = sum(view.demand(id, block.period) for id in names)
        drawn = metered_kw(view, block)
        yield true(block.where, f"metered loads {names} are not drawn", bool(drawn.any()) or not peak)
        yield at_most(block.where, "metered loads (kW)", float(drawn.max()), peak, floor=PRINTED)
        counted = view.tally("metered_kwh", block.site, block.period)
        yield equal(block.where, "metered_kwh", counted, block.energy(drawn), floor=PRINTED * float(block.weight.sum()))
