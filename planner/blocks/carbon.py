"""Carbon: a price on every kilogram and a cap on each year, operational (location-based) and embodied together.

    cost: carbon price x (co2_kg + embodied_kg)                                       account 'carbon'
    co2_kg + embodied_kg <= cap x years                                               'carbon.cap[period]'

| symbol | name in code | unit | meaning |
| cap | limits.carbon | kgCO2e per year | operational and embodied |
| price | objective.carbon_price | USD per kgCO2e | paid on both |
"""

from __future__ import annotations

from planner.model import Model, name_of
from planner.options.types import OptionSet
from planner.problem import Problem

COUNTED = ("co2_kg", "embodied_kg")


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    cap = problem.keys["limits"].get("carbon")
    for period in problem.periods:
        for tally in COUNTED if problem.carbon_price_usd_per_kg else ():
            m.price_tally(
                (tally, "", period.name),
                account="carbon",
                item="operational carbon" if tally == "co2_kg" else "embodied carbon",
                unit="kgCO2e",
                unit_price=problem.carbon_price_usd_per_kg,
                factor=period.value_factor,
                origin=problem.scenario_file,
            )
        if cap is not None:
            m.row(
                name_of("carbon.cap", period=period.name),
                {},
                "<=",
                cap * period.years,
                tallies={(tally, "", period.name): 1.0 for tally in COUNTED},
                origin=problem.keys["origins"].get("limits.carbon", problem.scenario_file),
                label="carbon, location-based and embodied",
                unit="kgCO2e",
            )
