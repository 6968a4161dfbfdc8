"""Annual matching: a least share of a year's consumption that own supply, contracts and certificates match.

    energy_kwh + rented_kwh + generated_brown_kwh - matched_kwh                       'annual.matching[period]'
          <= (1 - share) x consumption
    consumption: what loads draw, without battery losses                  tallies 'power_load_kwh', 'rented_kwh'

A sunny noon pays for a still night here: `carbon_free` is the limit that it does not satisfy. Own supply that is sold
counts for the buyer, and energy lost in a store is matched like any other that is bought.

| symbol | name in code | unit | meaning |
| share | limits.annual_matching | fraction | least share of a period's consumption |
"""

from __future__ import annotations

from planner.model import Model, name_of
from planner.options.types import OptionSet
from planner.problem import Problem


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    share = problem.keys["limits"].get("annual_matching")
    for period in problem.periods if share is not None else ():
        counted = {"energy_kwh": 1.0, "rented_kwh": share, "matched_kwh": -1.0, "power_load_kwh": -(1 - share)}
        counted["generated_brown_kwh"] = 1.0
        m.row(
            name_of("annual.matching", period=period.name),
            {},
            "<=",
            0.0,
            tallies={(name, "", period.name): by for name, by in counted.items()},
            origin=problem.keys["origins"].get("limits.annual_matching", problem.scenario_file),
            label=f"energy not matched in the year (at least {share:.1%} is)",
            unit="kWh",
        )
