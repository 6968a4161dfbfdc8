"""Take or pay: energy that is contracted for is paid for, taken or not.

    untaken + energy imported >= minimum x hours / 8760                                      'take.energy[site,period]'
    cost: untaken x its price                                                         account 'untaken_energy'

| symbol | name in code | unit | meaning |
| untaken | grid.untaken_kwh[site,period] | kWh | paid for and not taken |
| minimum | grid.contract.energy x minimum | kWh a year | the least that is paid for |
"""

from __future__ import annotations

from planner.model import Model, name_of
from planner.options.types import OptionSet
from planner.places import HOURS_PER_YEAR
from planner.problem import Problem


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for site in problem.sites:
        tariff = site.grid.tariff
        for period in problem.periods if tariff is not None and tariff.take_kwh_per_year else ():
            assert tariff is not None
            keys, origin = {"site": site.id, "period": period.name}, tariff.origin
            untaken = m.column(name_of("grid.untaken_kwh", **keys), origin=origin, unit="kWh")
            m.row(
                name_of("take.energy", **keys),
                {untaken: 1.0},
                ">=",
                tariff.take_kwh_per_year * float(period.calendar.weight.sum()) / HOURS_PER_YEAR,
                tallies={("energy_kwh", site.id, period.name): 1.0},
                origin=origin,
            )
            m.cost(
                "untaken_energy",
                "energy not taken",
                untaken,
                unit="kWh",
                unit_price=tariff.untaken_usd_per_kwh,
                factor=period.value_factor,
                origin=origin,
                site=site.id,
                period=period.name,
            )
