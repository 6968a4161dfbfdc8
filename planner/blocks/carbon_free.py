"""Carbon-free energy by the hour: a least share of all consumption, surplus in one hour never counted in another.

    uncovered energy <= (1 - share) x consumption                                     'carbon_free.share[period]'
    uncovered, own supply only:   every kWh imported                                  tally 'brown_kwh'
    uncovered, with the grid's:   every kWh imported x (1 - grid's hourly share)      tally 'brown_grid_kwh'
    consumption: what loads draw, without battery losses                  tallies 'power_load_kwh', 'rented_kwh'

Energy charged from the grid is uncovered when it is bought, so a store cannot launder it.

| symbol | name in code | unit | meaning |
| share | limits.carbon_free.share | fraction | least share of consumption covered in its own hour |
"""

from __future__ import annotations

from planner.model import Model, name_of
from planner.options.types import OptionSet
from planner.problem import Problem


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    asked = problem.keys["limits"].get("carbon_free")
    if asked is None:
        return
    tally = "brown_grid_kwh" if asked["grid"] == "included" else "brown_kwh"
    for period in problem.periods:
        counted = {("power_load_kwh", "", period.name): -(1 - asked["share"])}
        counted[("rented_kwh", "", period.name)] = -(1 - asked["share"])
        m.row(
            name_of("carbon_free.share", period=period.name),
            {},
            "<=",
            0.0,
            tallies={(tally, "", period.name): 1.0} | counted,
            origin=problem.keys["origins"].get("limits.carbon_free", problem.scenario_file),
            label=f"uncovered energy (carbon-free share {asked['share']:.1%}, grid {asked['grid']})",
            unit="kWh",
        )
