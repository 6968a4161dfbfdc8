"""Metering: how much may be sold in a year, by net metering, self-consumption rules and caps on volume.

    net metering: a sale earns the purchase price of its hour, and
    export_kwh <= energy_kwh                                                          'metering.net[site,period]'
    export_kwh <= volume x hours / 8760                                               'metering.volume[...]'
    export_kwh <= share x power_load_kwh                          of the load         'metering.share[...]'
    export_kwh <= share x (power_load_kwh + export_kwh - energy_kwh)   of generation  'metering.share[...]'

The last bracket is what own generation gives, less what is lost in a store: with a store the rule is kept a little more
strictly than written.

| symbol | name in code | unit | meaning |
| volume | grid.export_volume | kWh a year | most that may be sold |
| share | grid.export_share.most | fraction | of what own generation gives, or of what loads draw |
"""

from __future__ import annotations

from planner.model import Model, name_of
from planner.options.types import OptionSet
from planner.places import HOURS_PER_YEAR
from planner.problem import Grid, Period, Problem

Rule = tuple[str, dict[str, float], float, str]
"""Family, coefficients of tallies, right-hand side and words of a row."""


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for site in problem.sites:
        for period in problem.periods if site.grid.sells else ():
            for family, tallies, most, words in _rules(site.grid, period):
                keys = {"site": site.id, "period": period.name}
                m.row(
                    name_of(family, **keys),
                    {},
                    "<=",
                    most,
                    tallies={(name, site.id, period.name): by for name, by in tallies.items()},
                    origin=site.grid.origin,
                    label=f"{site.id}: {words}",
                    unit="kWh",
                )


def _rules(grid: Grid, period: Period) -> list[Rule]:
    rules: list[Rule] = []
    if grid.net_metering:
        rules.append(("metering.net", {"export_kwh": 1.0, "energy_kwh": -1.0}, 0.0, "energy sold over energy bought"))
    if grid.export_kwh_per_year is not None:
        years = float(period.calendar.weight.sum()) / HOURS_PER_YEAR
        rules.append(("metering.volume", {"export_kwh": 1.0}, grid.export_kwh_per_year * years, "energy sold"))
    share = grid.export_share
    if share is not None and grid.export_share_of == "load":
        words = f"energy sold over {share:.0%} of the load"
        rules.append(("metering.share", {"export_kwh": 1.0, "power_load_kwh": -share}, 0.0, words))
    elif share is not None:
        words = f"energy sold over {share:.0%} of own generation"
        counted = {"export_kwh": 1.0 - share, "energy_kwh": share, "power_load_kwh": -share}
        rules.append(("metering.share", counted, 0.0, words))
    return rules
