"""Every kilowatt-hour carries the carbon of its hour, and carbon is paid for where it has a price.

    energy_kwh = sum of weight x imported;   water_grid_l = energy_kwh x litres per kWh
    co2_kg (location)  = sum of weight x intensity x imported  + rented kWh x mean intensity of the hours
    co2_market_kg      = (imported + rented kWh) x market intensity
    brown_kwh          = imported + rented kWh                                 not covered by the site's own supply
    brown_grid_kwh     = sum of weight x (1 - carbon-free share) x imported + rented kWh x (1 - mean share)
    account carbon     = price x (co2_kg + embodied_kg) x value factor, each period
A rented machine's hours are spread evenly over the year by the provider: its energy takes the mean of the hours.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.audit.loads import rented_kw
from planner.audit.verdict import PRINTED, Check, equal
from planner.audit.view import Block, View

NAME = "carbon"


def check(view: View) -> Iterator[Check]:
    for block in view.blocks:
        for name, (amount, slack) in _counted(view, block).items():
            found = view.tally(name, block.site, block.period)
            yield equal(f"{block.site} in {block.period}", name, found, amount, floor=slack)
    names = ("energy_kwh", "rented_kwh", "co2_kg", "co2_market_kg", "brown_kwh", "brown_grid_kwh", "water_grid_l")
    for name in names:
        everywhere = sum(view.tally(name, *place) for place in view.places())
        yield equal("tallies", f"{name} in all", view.tally(name), everywhere, floor=1e-6)
    yield from _price(view)


def _counted(view: View, block: Block) -> dict[str, tuple[float, float]]:
    """Tally -> amount and what printing may hide of it."""
    grid, imported = view.sites[block.site]["grid"], block.flow("imported")
    intensity, clean = block.series["intensity_kg_per_kwh"], block.series["carbon_free_fraction"]
    hours, bought = float(block.weight.sum()), block.energy(imported)
    rented = block.energy(rented_kw(view, block))
    location = block.energy(intensity * imported) + rented * block.energy(intensity) / hours
    brown = block.energy((1 - clean) * imported) + rented * (1 - block.energy(clean) / hours)
    printed = PRINTED * hours
    hidden = PRINTED * (block.energy(np.abs(intensity) + 1) + bought + rented)
    market, litres = grid["market_intensity_kg_per_kwh"], grid["water_l_per_kwh"]
    return {
        "energy_kwh": (bought, printed),
        "rented_kwh": (rented, 1e-6),
        "co2_kg": (location, hidden),
        "co2_market_kg": ((bought + rented) * market, printed * market),
        "brown_kwh": (bought + rented, printed),
        "brown_grid_kwh": (brown, hidden),
        "water_grid_l": (bought * litres, printed * litres),
    }


def _price(view: View) -> Iterator[Check]:
    price, paid = view.problem["carbon_price_usd_per_kg"], view.money("carbon")
    for name, period in view.periods.items():
        mine = [found for place, found in paid.items() if place[1] == name]
        counted = view.tally("co2_kg", period=name) + view.tally("embodied_kg", period=name)
        value, size = sum(v for v, _ in mine), sum(s for _, s in mine)
        due = price * counted * period["value_factor"]
        yield equal(f"account carbon, {name}", "the sum (USD)", value, due, scale=size, floor=1e-6)
    strange = [place for place in paid if place[1] not in view.periods]
    yield equal("account carbon", "lines of no period", len(strange), 0)
