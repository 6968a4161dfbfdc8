"""Heat that is sold is there in every hour that it is sold in, lifted by power that is drawn, and paid for.

heat(t) = kw in the hours of the months named, nothing in others;   sum over media of kw <= most
heat(t) x (1 - 1 / cop) <= IT(t) by the medium, less what may be put off of work that may move
heat_sold_kwh = sum of weight x heat(t);   reused_heat = - heat x price x value factor
heat_plant = kw x cost x 12 x years x value factor;   nothing where no heat is asked for
energy reuse: heat_sold_kwh >= share x what loads draw, each period
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.audit.loads import it_kw, power_per_heat, unit_machines
from planner.audit.verdict import PRINTED, RELATIVE, Check, Floats, at_least, at_most, equal, every_at_most
from planner.audit.view import Block, Record, View

NAME = "heat_reuse"
MEDIA = ("air", "liquid")
MONTH_ENDS = np.cumsum((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)) * 24


def check(view: View) -> Iterator[Check]:
    paid = {account: view.money(account) for account in ("reused_heat", "heat_plant")}
    for site, period in view.places():
        asked = view.sites[site].get("keys", {}).get("heat_reuse")
        where, place = f"heat of {site} in {period}", {"site": site, "period": period}
        kw = {medium: view.total("heat_reuse.kw", medium=medium, **place) for medium in MEDIA}
        yield at_most(where, "heat sold (kW)", sum(kw.values()), asked["most"] if asked else 0.0, floor=PRINTED)
        block, when = view.block(site, period), view.periods[period]
        value, size = paid["heat_plant"].pop((site, period), (0.0, 0.0))
        due = sum(kw.values()) * asked["cost"] * 12 * when["years"] * when["value_factor"] if asked else 0.0
        yield equal(where, "the sum of account heat_plant (USD)", value, due, scale=size)
        if asked and block is not None:
            on = sold_in(block, asked)
            sold = block.energy(on) * sum(kw.values())
            value, size = paid["reused_heat"].pop((site, period), (0.0, 0.0))
            due = -sold * asked["price"] * when["value_factor"]
            yield equal(where, "the sum of account reused_heat (USD)", value, due, scale=size)
            yield equal(where, "heat_sold_kwh", view.tally("heat_sold_kwh", site, period), sold, floor=PRINTED)
            for medium in MEDIA:
                yield _there(view, block, medium, kw[medium] * on * (1 - power_per_heat(view, site, medium)), where)
    for place_, (value, _) in paid["reused_heat"].items() if view.has_hours else ():
        yield equal(f"account reused_heat, {' '.join(place_)}", "the sum without heat (USD)", value, 0.0)
    share = view.limits.get("energy_reuse")
    for period in view.periods if share is not None else ():
        sold, drawn = (view.tally(name, period=period) for name in ("heat_sold_kwh", "power_load_kwh"))
        yield at_least(f"energy reuse in {period}", "heat sold (kWh)", sold, float(share or 0.0) * drawn)


def sold_in(block: Block, asked: Record) -> Floats:
    """One in the hours of the months named (hours,), zero in others."""
    return np.isin(np.searchsorted(MONTH_ENDS, block.hour, side="right") + 1, asked["months"]).astype(np.float64)


def _busy(view: View, block: Block, id: str, medium: str) -> float:
    """What a workload's load adds to idle power in its least hour, on machines of a medium, kW."""
    total = 0.0
    for keys, units in view.each("work.units", site=block.site, period=block.period):
        option = view.options[keys["option"]]
        machine = view.machines[option["machine"]]
        if option["workload"] == id and machine["liquid"] == (medium == "liquid") and machine["acquisition"] == "buy":
            total += units * unit_machines(option) * option["busy_kw"] * option["duty"]
    return total * float(min(view.workloads[id]["shape"]))


def _there(view: View, block: Block, medium: str, needed: Floats, where: str) -> Check:
    heat = sum((it_kw(view, block, h["id"], medium) for h in view.sites[block.site]["halls"]), np.zeros(len(needed)))
    for keys, made_up in view.each("flexible.kw", site=block.site, period=block.period):
        terms = view.workloads[keys["workload"]]["spec"]["flexible"]
        heat = heat - min(made_up / terms["catch_up"], terms["share"] * _busy(view, block, keys["workload"], medium))
    there = np.where(needed > 0, heat, needed)
    slack = RELATIVE * np.abs(needed) + PRINTED
    return every_at_most(f"{where}, {medium}", "heat taken (kW)", needed, there, slack)
