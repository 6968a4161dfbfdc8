"""Certificates of origin: energy matched by the year for a price; it never counts in an hour.

    volume <= max x hours / 8760, or what is given                                    bounds
    cost: volume x price                                                              account 'certificates'
    counted as matched energy                                                         tally 'matched_kwh'

| symbol | name in code | unit | meaning |
| volume | certificates.kwh[site,certificate,period] | kWh | bought for a period |
"""

from __future__ import annotations

from planner.model import Model, name_of
from planner.options.types import OptionSet
from planner.places import HOURS_PER_YEAR
from planner.problem import Problem


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for site in problem.sites:
        for c in site.certificates:
            for period in problem.periods:
                years = float(period.calendar.weight.sum()) / HOURS_PER_YEAR
                lo, hi = (0.0, c.max_kwh_per_year) if c.kwh_per_year is None else (c.kwh_per_year, c.kwh_per_year)
                place = {"site": site.id, "period": period.name}
                volume = m.column(
                    name_of("certificates.kwh", certificate=c.id, **place),
                    origin=c.origin,
                    unit="kWh",
                    lo=lo * years,
                    hi=hi * years,
                    kind="contracted",
                    item=c.id,
                )
                m.cost(
                    "certificates",
                    c.id,
                    volume,
                    unit="kWh",
                    unit_price=c.usd_per_kwh,
                    factor=period.value_factor,
                    origin=c.origin,
                    site=site.id,
                    period=period.name,
                )
                m.tally("matched_kwh", volume, 1.0, who=c.id, **place)
