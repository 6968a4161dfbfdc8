"""Every kilowatt-hour carries the carbon of its hour, and carbon is paid for where it has a price.

    energy_kwh = sum of weight x imported;   water_grid_l = energy_kwh x litres per kWh
    co2_kg (location)  = sum of weight x intensity x imported  + rented kWh x mean intensity of the hours
    co2_market_kg      = (imported + rented kWh - what is matched, at most that) x market intensity
    uncovered(t)       = (imported - what agreements deliver in the hour, at most that) x (1 - hourly green share)
    brown_kwh          = sum of weight x uncovered + rented kWh                not covered by own or contracted supply
    brown_grid_kwh     = sum of weight x (1 - carbon-free share) x uncovered + rented kWh x (1 - mean share)
    fuel burnt on site: its carbon x generated / efficiency is in both kinds of co2; what is generated counts as
    uncovered in full, but for fuel that counts as carbon-free
    account carbon     = price x (co2_kg + embodied_kg) x value factor, each period
A rented machine's hours are spread evenly over the year by the provider: its energy takes the mean of the hours.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.audit.loads import rented_kw
from planner.audit.verdict import PRINTED, Check, Floats, equal
from planner.audit.view import Block, Record, View

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
    uncovered = uncovered_kw(view, block)
    brown = block.energy((1 - clean) * uncovered) + rented * (1 - block.energy(clean) / hours)
    printed = PRINTED * hours
    hidden = PRINTED * (block.energy(np.abs(intensity) + 1) + bought + rented)
    matched = matched_kwh(view, block)
    burnt, uncovered_too, unseen = _generated(view, block)
    covers = printed_cover(view, block)
    market, litres = grid["market_intensity_kg_per_kwh"], grid["water_l_per_kwh"]
    unmatched, unsure = max(0.0, bought + rented - matched), (2 * printed + covers) * market + unseen
    return {
        "energy_kwh": (bought, printed),
        "rented_kwh": (rented, 1e-6),
        "co2_kg": (location + burnt, hidden + unseen),
        "co2_market_kg": (unmatched * market + burnt, unsure),
        "brown_kwh": (block.energy(uncovered) + rented + uncovered_too, printed + covers + unseen),
        "brown_grid_kwh": (brown + uncovered_too, hidden + covers + unseen),
        "water_grid_l": (bought * litres, printed * litres),
    }


def _generated(view: View, block: Block) -> tuple[float, float, float]:
    """Of the site's generators: kgCO2e of fuel, kWh that are not carbon-free, what printing may hide of either."""
    kg = brown = hidden = 0.0
    for g in view.sites[block.site].get("generators", ()):
        kwh = block.energy(block.flow("generated", g["id"]))
        kg += kwh * g["fuel_kg_per_kwh"] / g["efficiency"]
        brown += 0.0 if g["carbon_free"] else kwh
        hidden += PRINTED * float(block.weight.sum()) * (1 + g["fuel_kg_per_kwh"] / g["efficiency"])
    return kg, brown, hidden


def uncovered_kw(view: View, block: Block) -> Floats:
    """What is bought and neither agreements nor a green tariff make carbon-free in its hour, kW by hour."""
    imported, grid = block.flow("imported"), view.sites[block.site]["grid"]
    left = imported - np.minimum(imported, hourly_kw(view, block))
    return np.asarray(left * (1 - _green(grid, hourly=True)))


def hourly_kw(view: View, block: Block) -> Floats:
    """What agreements whose certificates count by the hour here deliver, kW by hour."""
    total = np.zeros(len(block.weight))
    for ppa in view.sites[block.site].get("contracts", ()):
        if ppa["counts"] == "hourly" and ppa["local"]:
            kw = view.total("ppa.kw", site=block.site, ppa=ppa["id"])
            total = total + kw * block.series[f"delivered.{ppa['id']}"]
    return total


def matched_kwh(view: View, block: Block) -> float:
    """Energy of a site and period that agreements, certificates and a green tariff match by the year."""
    site, total = view.sites[block.site], 0.0
    for ppa in site.get("contracts", ()):
        if ppa["counts"] != "none":
            kw = view.total("ppa.kw", site=block.site, ppa=ppa["id"])
            total += kw * block.energy(block.series[f"delivered.{ppa['id']}"])
    total += view.total("certificates.kwh", site=block.site, period=block.period)
    return total + _green(site["grid"]) * block.energy(block.flow("imported"))


def _green(grid: Record, *, hourly: bool = False) -> float:
    green = grid.get("green")
    return float(green["share"]) if green and (green["hourly"] or not hourly) else 0.0


def printed_cover(view: View, block: Block) -> float:
    """What printing the hours of agreements to so many digits may hide, kWh."""
    kw = sum(v for _, v in view.each("ppa.kw", site=block.site))
    return PRINTED * kw * float(block.weight.sum())


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
