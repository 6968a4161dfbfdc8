"""Water: what cooling evaporates on site, its price, and a cap on each year.

    cost: water price x water_l                                                       account 'water'
    water_l <= cap x years                                                            'water.cap[period]'

| symbol | name in code | unit | meaning |
| water | water_l | litres | evaporated or blown down by cooling, on site |
| cap | limits.water | litres per year | all sites together |
"""

from __future__ import annotations

from planner.model import Model, name_of
from planner.options.types import OptionSet
from planner.problem import Problem


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    cap = problem.keys["limits"].get("water")
    for period in problem.periods:
        for site in problem.sites:
            if site.water_usd_per_l:
                m.price_tally(
                    ("water_l", site.id, period.name),
                    account="water",
                    item="cooling water",
                    unit="L",
                    unit_price=site.water_usd_per_l,
                    factor=period.value_factor,
                    origin=site.origin,
                )
        if cap is not None:
            m.row(
                name_of("water.cap", period=period.name),
                {},
                "<=",
                cap * period.years,
                tallies={("water_l", "", period.name): 1.0},
                origin=problem.keys["origins"].get("limits.water", problem.scenario_file),
                label="water on site",
                unit="L",
            )
