"""What cooling evaporates is counted by the hour, and paid for.

water_l = sum over hours and halls of weight x IT(t) x litres per kWh(t) of the cooling in use
account water = USD per litre x water_l x value factor
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.loads import it_kw
from planner.audit.verdict import PRINTED, Check, equal
from planner.audit.view import View

NAME = "water"


def check(view: View) -> Iterator[Check]:
    for block in view.blocks:
        litres = hidden = 0.0
        for hall in view.sites[block.site]["halls"]:
            for cooling in view.cooling_used(block.site, hall["id"])[:1]:
                for medium in ("air", "liquid"):
                    kw = it_kw(view, block, hall["id"], medium)
                    litres += block.energy(kw * block.series[f"{medium}_water.{cooling['id']}"])
                    hidden += block.energy(kw) * PRINTED
        counted = view.tally("water_l", block.site, block.period)
        yield equal(f"{block.site} in {block.period}", "water_l", counted, litres, floor=hidden + 1e-6)
    paid = view.money("water")
    for site, period in sorted(set(paid) | set(view.places())):
        due = view.sites[site]["water_usd_per_l"] * view.tally("water_l", site, period)
        value, size = paid.get((site, period), (0.0, 0.0))
        where = f"account water, {site} {period}"
        yield equal(where, "the sum (USD)", value, due * view.periods[period]["value_factor"], scale=size, floor=1e-6)
    everywhere = sum(view.tally("water_l", *place) for place in view.places())
    yield equal("tallies", "water_l in all", view.tally("water_l"), everywhere)
