"""Coincident peak: a price on the mean import in the few hours in which the whole system peaks.

    charge = rate x sum over the n hours named of import / n, each year of the period
    cost: kW-years x rate                                                             account 'coincident_peak'

A named hour that is not modelled is stood for by the modelled hours of its month at the same hour of the day; where
there is none (another part of the year is planned) it costs nothing.

| symbol | name in code | unit | meaning |
| mean import | tally coincident.ID_kwyear | kW-years | mean import in the hours named, times years |
| rate | grid.demand.coincident.charge | USD/kW-year | price of it |
"""

from __future__ import annotations

import numpy as np

from planner.hours import hour_months, month_of_hour
from planner.model import Calendar, Model, Profile
from planner.options.types import OptionSet
from planner.places import HOURS_PER_DAY, power
from planner.problem import Coincident, Problem


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for site in problem.sites:
        for period in problem.periods:
            for peak in site.grid.tariff.coincident if site.grid.tariff else ():
                tally = f"coincident.{peak.id}_kwyear"
                profile = share_of_hours(period.calendar, peak, period.years)
                power(m, site.id, period).meter("grid", tallies={tally: profile})
                m.price_tally(
                    (tally, site.id, period.name),
                    account="coincident_peak",
                    item=f"{peak.id} coincident peak",
                    unit="kW-years",
                    unit_price=peak.usd_per_kw_year,
                    factor=period.value_factor,
                    origin=site.grid.origin,
                )


def share_of_hours(calendar: Calendar, peak: Coincident, years: float) -> Profile:
    """kW-years for each kWh imported, (T,): every hour named counts the same, shared by those that stand for it."""
    found = np.zeros(len(calendar))
    months = hour_months(calendar)
    for hour in peak.hours:
        at = calendar.hour == hour
        if not at.any():
            month = int(month_of_hour(np.array([hour]))[0])
            at = np.any([m == month for m in months], axis=0) & (calendar.hour % HOURS_PER_DAY == hour % HOURS_PER_DAY)
        weight = float(calendar.weight[at].sum())
        if weight:
            found[at] += years / len(peak.hours) / weight
    return found
