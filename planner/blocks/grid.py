"""Grid: power bought hour by hour under one connection; surplus sold if allowed.

    import(t) <= connection, and what is contracted of it                             engines expand it
    cost: import(t) x price(t)                                                        account 'energy'
          - export(t) x export price(t), export(t) <= export limit                    account 'export'
    tallies per kWh imported: energy_kwh, co2_kg (location), co2_market_kg, water_grid_l,
          brown_kwh (all but what a green tariff makes carbon-free in its hour), brown_grid_kwh (of that, what the grid
          itself has not carbon-free)

| symbol | name in code | unit | meaning |
| connection | sites.grid.connection | kW | the most that may be imported |
"""

from __future__ import annotations

import numpy as np

from planner.model import Bus, Model
from planner.options.types import OptionSet
from planner.places import power
from planner.problem import Period, Problem, Site


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for site in problem.sites:
        for period in problem.periods:
            _connect(m, site, period)


def _connect(m: Model, site: Site, period: Period) -> None:
    grid, bus = site.grid, power(m, site.id, period)
    carbon_free = period.calendar.take(grid.carbon_free_fraction)
    brown = 1.0 - grid.green.share if grid.green is not None and grid.green.hourly else 1.0
    bus.imports(
        "grid",
        period.calendar.take(grid.price_usd_per_kwh),
        factor=period.value_factor,
        origin=grid.origin,
        most=grid.import_kw,
        tallies={
            "energy_kwh": 1.0,
            "co2_kg": period.calendar.take(grid.intensity_kg_per_kwh),
            "co2_market_kg": grid.market_intensity_kg_per_kwh,
            "water_grid_l": grid.water_l_per_kwh,
            "brown_kwh": brown,
            "brown_grid_kwh": brown * (1.0 - carbon_free),
        },
    )
    if grid.sells:
        _export(site, period, bus)


def _export(site: Site, period: Period, bus: Bus) -> None:
    """Sale at no more than the hour's purchase price: above it one could earn by buying and selling at once."""
    grid = site.grid
    assert grid.export_usd_per_kwh is not None
    buy, sell = grid.price_usd_per_kwh, grid.export_usd_per_kwh
    price = period.calendar.take(np.minimum(buy, sell))
    counted = {"export_kwh": 1.0} if grid.counts_sales else {}
    bus.exports(
        "grid", price, factor=period.value_factor, most=grid.export_kw, origin=grid.origin, tallies=counted
    )
