"""Grid: power bought hour by hour under one connection, with a charge on each month's peak; surplus sold if allowed.

    import(t) <= connection,  import(t) <= month_kw of its month                      engines expand both
    cost: import(t) x price(t)                                                        account 'energy'
          month_kw x rate, for every month of the period                              account 'demand_charge'
          - export(t) x export price(t), export(t) <= export limit                    account 'export'
    tallies per kWh imported: energy_kwh, co2_kg (location), co2_market_kg, water_grid_l,
          brown_kwh (all of it), brown_grid_kwh (what the grid itself has not carbon-free)

| symbol | name in code | unit | meaning |
| connection | sites.grid.connection | kW | the most that may be imported |
| month_kw | grid.month_kw[site,period,month] | kW | the month's highest hourly import |
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import numpy as np

from planner.model import Bus, Col, Model, name_of
from planner.options.types import OptionSet
from planner.places import power
from planner.problem import Period, Problem, Site

DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for site in problem.sites:
        for period in problem.periods:
            _connect(m, site, period)


def months(period: Period) -> dict[int, float]:
    """How many times each month (0..11) is billed in a period; a month only begun counts by its days."""
    days: Counter[int] = Counter()
    day: date = period.start
    while day < period.end:
        if (day.month, day.day) != (2, 29):
            days[day.month - 1] += 1
        day += timedelta(days=1)
    return {month: count / DAYS[month] for month, count in sorted(days.items())}


def _connect(m: Model, site: Site, period: Period) -> None:
    grid, bus = site.grid, power(m, site.id, period)
    billed = months(period) if grid.demand_charge_usd_per_kw_month else {}
    monthly = {month: _month(m, site, period, month, count) for month, count in billed.items()}
    carbon_free = period.calendar.take(grid.carbon_free_fraction)
    bus.imports(
        "grid",
        period.calendar.take(grid.price_usd_per_kwh),
        factor=period.value_factor,
        origin=grid.origin,
        most=grid.connection_kw,
        monthly=monthly,
        tallies={
            "energy_kwh": 1.0,
            "co2_kg": period.calendar.take(grid.intensity_kg_per_kwh),
            "co2_market_kg": grid.market_intensity_kg_per_kwh,
            "water_grid_l": grid.water_l_per_kwh,
            "brown_kwh": 1.0,
            "brown_grid_kwh": 1.0 - carbon_free,
        },
    )
    if grid.export_usd_per_kwh is not None and grid.export_kw > 0:
        _export(m, site, period, bus)


def _month(m: Model, site: Site, period: Period, month: int, count: float) -> Col:
    grid = site.grid
    column = m.column(
        name_of("grid.month_kw", site=site.id, period=period.name, month=str(month + 1)),
        origin=grid.origin,
        unit="kW",
        hi=grid.connection_kw,
    )
    m.cost(
        "demand_charge",
        f"month {month + 1}",
        column,
        quantity=count,
        unit="kW-months",
        unit_price=grid.demand_charge_usd_per_kw_month,
        factor=period.value_factor,
        origin=grid.origin,
        site=site.id,
        period=period.name,
    )
    return column


def _export(m: Model, site: Site, period: Period, bus: Bus) -> None:
    """Sale at no more than the hour's purchase price: above it one could earn by buying and selling at once."""
    grid = site.grid
    assert grid.export_usd_per_kwh is not None
    buy, sell = grid.price_usd_per_kwh, grid.export_usd_per_kwh
    price = period.calendar.take(np.minimum(buy, sell))
    bus.exports("grid", price, factor=period.value_factor, most=grid.export_kw, origin=grid.origin)
