"""Market-based carbon: matched energy carries none, up to what is bought in the period; the rest the supplier's mix.

    claimed = min(matched_kwh, energy_kwh + rented_kwh)                    settled after the solve
    co2_market_kg = market intensity x (energy_kwh + rented_kwh - claimed)

It is counted, neither priced nor limited.

| symbol | name in code | unit | meaning |
| claimed | market.claimed_kwh[site,period] | kWh | bought energy that contracts and certificates match |
"""

from __future__ import annotations

from planner.model import Model, name_of
from planner.options.types import OptionSet
from planner.problem import Problem


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for site in problem.sites:
        matched = site.certificates or [p for p in site.contracts if p.counts != "none"] or site.grid.green
        for period in problem.periods if matched else ():
            place = {"site": site.id, "period": period.name}
            claimed = m.column(name_of("market.claimed_kwh", **place), origin=site.grid.origin, unit="kWh")

            def tally(name: str, site: str = site.id, period: str = period.name) -> tuple[str, str, str]:
                return name, site, period

            m.settle(claimed, {tally("matched_kwh"): 1.0}, {tally("energy_kwh"): 1.0, tally("rented_kwh"): 1.0})
            intensity = site.grid.market_intensity_kg_per_kwh
            m.tally("co2_market_kg", claimed, -intensity, who="contracts", **place)
