"""Generators give no more than they may, and every kilowatt-hour of theirs has its fuel paid for.

0 <= generated(t) <= kw <= limit of the site
kw <= (units - spares, where any stands) x unit;  generated in a year <= full-load hours x kw
generated_kwh = sum of weight x generated;  fuel_kwh = that / efficiency;  generated_brown_kwh: that, unless carbon-free
account fuel = sum over generators of kWh x (fuel price / efficiency + running cost) x value factor
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.verdict import PRINTED, RELATIVE, Check, at_most, equal, every_at_most, true
from planner.audit.view import Block, Record, View, by_id, most

NAME = "generators"
HOURS_PER_YEAR = 8760


def check(view: View) -> Iterator[Check]:
    for id, site in view.sites.items():
        for g in site.get("generators", ()):
            yield from _sizes(view, id, g)
    paid = view.money("fuel")
    for block in view.blocks:
        offered = by_id(view.sites[block.site].get("generators", []))
        strange = set(block.who("generated")) - set(offered)
        yield true(block.where, f"{sorted(strange)} are not offered", not strange)
        value, size = paid.pop((block.site, block.period), (0.0, 0.0))
        due, hidden = 0.0, 0.0
        for g in offered.values():
            yield from _output(view, block, g)
            price = g["fuel_usd_per_kwh"] / g["efficiency"] + g["running_usd_per_kwh"]
            due += block.energy(block.flow("generated", g["id"])) * price
            hidden += PRINTED * float(block.weight.sum()) * price
        factor = view.periods[block.period]["value_factor"]
        where = f"account fuel, {block.site} {block.period}"
        yield equal(where, "the sum (USD)", value, due * factor, scale=size, floor=hidden * factor)
        yield from _tallies(view, block, list(offered.values()))
    for place, (value, _) in paid.items() if view.has_hours else ():
        yield equal(f"account fuel, {' '.join(place)}", "the sum without hours (USD)", value, 0.0)


def _sizes(view: View, site: str, g: Record) -> Iterator[Check]:
    for period in view.periods:
        keys = {"site": site, "generator": g["id"], "period": period}
        kw, where = view.total("generators.kw", **keys), f"{g['id']} at {site} in {period}"
        yield at_most(where, "kw", kw, most(g, "max_kw"), floor=PRINTED)
        if g["unit_kw"] is not None:
            units = view.total("generators.units", **keys)
            running = (units - g["spares"]) * g["unit_kw"] if units > 0.5 else 0.0
            yield at_most(where, "kw that may run", kw, running, floor=1e-3 * PRINTED + RELATIVE * kw)


def _output(view: View, block: Block, g: Record) -> Iterator[Check]:
    place = {"site": block.site, "period": block.period}
    kw, output = view.total("generators.kw", generator=g["id"], **place), block.flow("generated", g["id"])
    where, energy, hours = f"{block.where}, {g['id']}", block.energy(output), float(block.weight.sum())
    yield every_at_most(where, "generated (kW)", output, kw, RELATIVE * kw + PRINTED)
    yield every_at_most(where, "generated (kW), less than nothing", -output, 0.0, PRINTED)
    if g["full_load_hours"] is not None:
        counted = view.tally(f"generated.{g['id']}_kwh", **place)
        yield equal(where, "kWh counted", counted, energy, floor=PRINTED * hours)
        limit = g["full_load_hours"] * kw * hours / HOURS_PER_YEAR
        yield at_most(where, "generated in the period (kWh)", energy, limit, floor=PRINTED * hours)


def _tallies(view: View, block: Block, offered: list[Record]) -> Iterator[Check]:
    kwh = {g["id"]: block.energy(block.flow("generated", g["id"])) for g in offered}
    expected = {
        "generated_kwh": sum(kwh.values()),
        "fuel_kwh": sum(kwh[g["id"]] / g["efficiency"] for g in offered),
        "generated_brown_kwh": sum(kwh[g["id"]] for g in offered if not g["carbon_free"]),
    }
    slack = PRINTED * float(block.weight.sum()) * (1 + sum(1 / g["efficiency"] for g in offered))
    for name, amount in expected.items():
        found = view.tally(name, block.site, block.period)
        yield equal(f"{block.site} in {block.period}", name, found, amount, floor=slack)
