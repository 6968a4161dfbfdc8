"""What machines, switches and drives draw at the wall, hour by hour and at their peak: IT power, before cooling.

    IT(t) = sum over machines owned of idle + sum over work of machines x busy x duty x shape(t)
            + switches, links and storage, which draw the same in every hour

Machines cooled by liquid count as `liquid`; all the rest, network and storage among it, as `air`. Storage stands in
its site's first hall. Rented machines stand elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from math import floor, inf

import numpy as np
from numpy.typing import NDArray

from planner.audit.verdict import Floats
from planner.audit.view import Block, Keys, Record, View, most

HOURS_PER_WEEK = 168
GALLON_L = 3.785411784
MONTH_ENDS = np.cumsum((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)) * 24
RACK_UNITS = 42.0
"""Usable height of a rack, units: the common full-height cabinet of EIA-310-E racks."""


def shape_at(view: View, workload: Record, block: Block) -> Floats:
    """A workload's weekly shape at the modelled hours: Monday 00:00 first, by 1 January of the period's first year."""
    first = date.fromisoformat(view.periods[block.period]["start"]).replace(month=1, day=1).weekday()
    hour = (block.hour.astype(np.int64) + 24 * first) % HOURS_PER_WEEK
    return np.array(workload["shape"], dtype=np.float64)[hour]


def routing(view: View, option: Record) -> Record | None:
    """What an option's workload says of load that goes to other sites by the hour; none where it stays."""
    found: Record | None = view.workloads[option["workload"]]["spec"].get("routing")
    return found


def slots(workload: Record, block: Block) -> NDArray[np.str_]:
    """The slot of each hour (hours,): the first of the months that share a timetable, and the hour of the day."""
    each = workload["spec"]["routing"]["months"]
    month = np.searchsorted(MONTH_ENDS, block.hour, side="right") // each * each + 1
    return np.array([f"{m:02d}-{int(hour):02d}" for m, hour in zip(month.tolist(), block.hour % 24, strict=True)])


def slot_shape(view: View, workload: Record, block: Block, slot: str) -> Floats:
    """A workload's shape in the hours of a slot on its first site's clock, zero in others (hours,).

    At another site its hours are turned by the difference of longitudes, 15 degrees an hour, each stretch a cycle.
    """
    shape = np.where(slots(workload, block) == slot, shape_at(view, workload, block), 0.0)
    ahead, first = (round(view.sites[id]["longitude"] / 15) for id in (block.site, workload["sites"][0]))
    for begin, end in block.stretches:
        shape[begin:end] = np.roll(shape[begin:end], ahead - first)
    return shape


def unit_machines(option: Record) -> int:
    """Machines in one unit of an option: its whole block, or one replica."""
    return int(option["block_machines"] or option["replica_machines"] or 1)


def unit_served(view: View, option: Record, period: str) -> float:
    """Demand that one unit of an option serves: all of it, or what the machines of a replica do."""
    if option["block_machines"]:
        return view.demand(option["workload"], period)
    return float(option["per_machine"] * unit_machines(option))


def it_kw(view: View, block: Block, hall: str, medium: str) -> Floats:
    """IT power of a hall whose heat leaves by `air` or `liquid`, kW, shape (hours,)."""
    place = {"site": block.site, "hall": hall, "period": block.period}
    total = np.zeros(len(block.weight))
    for keys, count in view.each("servers.total", **place):
        machine = view.machines[keys["machine"]]
        if _stands(machine, medium):
            total = total + count * machine["idle_kw"]
    for keys, units in view.each("work.units", **place):
        option = view.options[keys["option"]]
        if _stands(view.machines[option["machine"]], medium) and not routing(view, option):
            total = total + units * _busy(view, option, block)
    routed: dict[tuple[str, str], float] = defaultdict(float)
    for keys, units in view.each("routing.units", **place):
        option = view.options[keys["option"]]
        if _stands(view.machines[option["machine"]], medium):
            routed[option["workload"], keys["slot"]] += units * unit_machines(option) * option["busy_kw"]
    for (workload, slot), kw in routed.items():
        total = total + kw * slot_shape(view, view.workloads[workload], block, slot)
    return total + (_steady(view, block.site, hall, block.period) if medium == "air" else 0.0)


def rented_kw(view: View, block: Block) -> Floats:
    """Power of a site's rented machines with their provider's overhead, kW, shape (hours,)."""
    place = {"site": block.site, "period": block.period}
    total = np.zeros(len(block.weight))
    for keys, count in view.each("servers.total", **place):
        machine = view.machines[keys["machine"]]
        if machine["acquisition"] == "rent":
            total = total + count * machine["idle_kw"] * machine["performance"]["provider_pue"]
    for keys, units in view.each("work.units", **place):
        option = view.options[keys["option"]]
        machine = view.machines[option["machine"]]
        if machine["acquisition"] == "rent":
            total = total + units * _busy(view, option, block) * machine["performance"]["provider_pue"]
    return total


def peak_it_kw(view: View, site: str, hall: str, period: str) -> float:
    """Coincident peak of a hall: working machines (and those that make up for work) at nameplate, spares idle."""
    place = {"site": site, "hall": hall, "period": period}
    total = _steady(view, site, hall, period)
    for keys, count in view.each("servers.total", **place):
        machine = view.machines[keys["machine"]]
        total += count * machine["idle_kw"] if machine["acquisition"] == "buy" else 0.0
    for keys, count in [*view.each("servers.working", **place), *view.each("flexible.machines", **place)]:
        machine = view.machines[keys["machine"]]
        rise = max(0.0, machine["peak_kw"] - machine["idle_kw"])
        total += count * rise if machine["acquisition"] == "buy" else 0.0
    return total


def metered(view: View, site: str) -> list[str]:
    """Metered facility loads of a site, by workload id; they stand outside the halls."""
    return [w["id"] for w in view.workloads.values() if w["kind"] == "load" and w["sites"][0] == site]


def metered_kw(view: View, block: Block) -> Floats:
    """The metered loads of a site as the plan draws them, kW, shape (hours,)."""
    names = {f"{word}{id}" for id in metered(view, block.site) for word in ("load ", "load.")}
    drawn: Floats = np.sum(
        [block.flow("draw", who) for who in block.who("draw") if who in names] or [np.zeros(len(block.weight))], axis=0
    )
    return drawn


def power_per_heat(view: View, site: str, medium: str) -> float:
    """kW of power that lift a kW of heat sold; none where no heat is sold, or as warm as it is."""
    asked = view.sites[site].get("keys", {}).get("heat_reuse")
    if not asked or not asked["lift"]:
        return 0.0
    values = view.problem["keys"]["figures"]["heat_reuse"]["values"] if asked["cop"] is None else {}
    return 1.0 / float(asked["cop"] or values[f"heat_pump_cop_to_70c_from_{medium}"])


def heat_pump_kw(view: View, site: str, period: str) -> float:
    """Power of a site's heat pumps where they sell all that was planned."""
    found = view.each("heat_reuse.kw", site=site, period=period)
    return sum(kw * power_per_heat(view, site, keys["medium"]) for keys, kw in found)


def moved_kw(block: Block) -> Floats:
    """What moved work draws beyond its own hour, less what it leaves undrawn in it, kW, shape (hours,)."""
    found = [block.flow("draw", who) for who in block.who("draw") if who.startswith("moved ")]
    return np.asarray(np.sum([np.zeros(len(block.weight)), *found], axis=0))


def racks_used(view: View, site: str, hall: Record, period: str, cooling: Record) -> float:
    """Racks that owned machines, storage and switches fill under a cooling option."""
    dense, used = min(most(hall, "rack_kw"), most(cooling, "max_rack_kw")), 0.0
    for keys, count in view.each("servers.total", site=site, hall=hall["id"], period=period):
        machine = view.machines[keys["machine"]]
        if machine["acquisition"] == "buy":
            by_height = max(1.0, RACK_UNITS / machine["rack_units"])
            fit = floor(min(dense / machine["peak_kw"], by_height) + 1e-9)
            used += count / fit if fit else inf
    if hall["id"] == view.sites[site]["halls"][0]["id"]:
        for keys, units in view.each("storage.units", site=site, period=period):
            used += units * view.tiers[keys["tier"]]["rack_units"] / RACK_UNITS
    for keys, count in view.each("fabric.switches", site=site, hall=hall["id"], period=period):
        used += count * view.fabrics[keys["fabric"]]["switch"]["rack_units"] / RACK_UNITS
    for keys, count in view.each("fabric.alone", site=site, hall=hall["id"], period=period):
        used += count * small_switch(view, keys)["rack_units"] / RACK_UNITS
    return used


def small_switch(view: View, keys: Keys) -> Record:
    """The small switch that may stand in place of a network."""
    found: Record = next(s for s in view.fabrics[keys["fabric"]]["lesser"] if s["id"] == keys["switch"])
    return found


def _stands(machine: Record, medium: str) -> bool:
    return bool(machine["acquisition"] == "buy" and machine["liquid"] == (medium == "liquid"))


def _busy(view: View, option: Record, block: Block) -> Floats:
    kw = unit_machines(option) * option["busy_kw"] * option["duty"]
    return np.asarray(kw * shape_at(view, view.workloads[option["workload"]], block))


def _steady(view: View, site: str, hall: str, period: str) -> float:
    place = {"site": site, "hall": hall, "period": period}
    total = 0.0
    for family, field in (("fabric.switches", "kw"), ("fabric.links", "link_kw"), ("fabric.trunks", "trunk_kw")):
        for keys, count in view.each(family, **place):
            switch = view.fabrics[keys["fabric"]]["switch"]
            total += count * (switch["link_kw"] if switch[field] is None else switch[field])
    for family, field in (("fabric.alone", "kw"), ("fabric.alone_links", "link_kw")):
        total += sum(count * small_switch(view, keys)[field] for keys, count in view.each(family, **place))
    if hall == view.sites[site]["halls"][0]["id"]:
        for keys, units in view.each("storage.units", site=site, period=period):
            tier = view.tiers[keys["tier"]]
            total += 0.0 if tier["rent_usd_per_month"] else units * tier["kw"]
    return float(total)


def fuel_litres(figures: Record, kw: float, seconds: float) -> float:
    """What generators burn that feed `kw` for so long; `figures`: of fuel, as a plan's problem states them."""
    kwh: float = figures["fuel_kwh_per_gallon"] * figures["electric_efficiency_hhv"] / GALLON_L
    return kw * seconds / 3600 / kwh
