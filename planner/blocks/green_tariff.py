"""Green tariff: a share of what is bought from the utility costs an adder more and counts as matched energy.

    green energy = share x import, hour by hour                            tallies 'green_kwh', 'matched_kwh'
    cost: green energy x adder                                                        account 'green_tariff'
    where it counts by the hour, the grid's block counts that much less as uncovered

| symbol | name in code | unit | meaning |
| share | grid.green.share | fraction | of what is bought |
"""

from __future__ import annotations

from planner.model import Model
from planner.options.types import OptionSet
from planner.places import power
from planner.problem import Problem


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for site in problem.sites:
        green = site.grid.green
        for period in problem.periods if green is not None and green.share else ():
            assert green is not None
            counted = {"green_kwh": green.share, "matched_kwh": green.share}
            power(m, site.id, period).meter("grid", tallies=counted)
            m.price_tally(
                ("green_kwh", site.id, period.name),
                account="green_tariff",
                item="green tariff",
                unit="kWh",
                unit_price=green.usd_per_kwh,
                factor=period.value_factor,
                origin=site.grid.origin,
            )
