"""The mean import in the hours of the system's peaks is counted, and paid at its rate.

kW-years(c)     = years x mean over the hours named of (import in that hour)
account         = sum over c of kW-years x rate x value factor
An hour that is not among the modelled ones is stood for by those of its month at its hour of the day, by weight; one
that nothing stands for counts as no import.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.audit.laws.demand_charge import MONTH_ENDS, counted_in
from planner.audit.verdict import PRINTED, Check, equal
from planner.audit.view import Block, Record, View

NAME = "coincident_peak"


def check(view: View) -> Iterator[Check]:
    paid = view.money("coincident_peak")
    for block in view.blocks:
        when, due = view.periods[block.period], 0.0
        for peak in _peaks(view, block.site):
            name = f"coincident.{peak['id']}_kwyear"
            kw, counted = when["years"] * _mean(block, peak), view.tally(name, block.site, block.period)
            yield equal(f"{block.site} in {block.period}", name, counted, kw, floor=PRINTED * when["years"])
            due += counted * peak["usd_per_kw_year"]
        value, size = paid.pop((block.site, block.period), (0.0, 0.0))
        where = f"account coincident_peak, {block.site} {block.period}"
        yield equal(where, "the sum (USD)", value, due * when["value_factor"], scale=size)
    for place, (value, _) in paid.items() if view.has_hours else ():
        yield equal(f"account coincident_peak, {' '.join(place)}", "the sum without hours (USD)", value, 0.0)
    if not view.has_hours:
        for site in view.sites:
            for peak in _peaks(view, site):
                view.tally(f"coincident.{peak['id']}_kwyear")


def _peaks(view: View, site: str) -> list[Record]:
    tariff = view.sites[site]["grid"].get("tariff")
    found: list[Record] = tariff["coincident"] if tariff else []
    return found


def _mean(block: Block, peak: Record) -> float:
    imported, total = block.flow("imported"), 0.0
    for hour in peak["hours"]:
        at = block.hour == hour
        if not at.any():
            month = int(np.searchsorted(MONTH_ENDS, hour, side="right"))
            at = counted_in(block, month) & (block.hour % 24 == hour % 24)
        weight = float(block.weight[at].sum())
        total += float(block.weight[at] @ imported[at]) / weight if weight else 0.0
    return total / len(peak["hours"])
