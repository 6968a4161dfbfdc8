"""Power purchase agreement: energy bought at a strike and sold at its node; no power, peak or backup at the site.

    cost: energy x (strike + fee)                                                     account 'ppa'
          - energy x node price of its hours                                          account 'ppa_sale'
          energy = kw x sum over hours of delivered(t): a constant for each kW, since nothing is dispatched
    energy <= share x what the site's loads draw                                      'ppa.volume[site,ppa,period]'
    hourly certificates from the site's region: covered(t) = min(import(t), sum over agreements of kw x delivered(t))
          is taken off brown_kwh and brown_grid_kwh; what exceeds the import of its hour never counts
    certificates by the hour or the year: energy                                      tally 'matched_kwh'

| symbol | name in code | unit | meaning |
| kw | ppa.kw[site,ppa] | kW | contracted size, the same in every period |
| delivered | contracts.technology or profile | - | energy of an hour for each kW |
| share | contracts.most_of_load | fraction | cap on the energy of a period |
"""

from __future__ import annotations

import numpy as np

from planner.model import Col, Model, name_of
from planner.options.types import OptionSet
from planner.places import power
from planner.problem import Period, Ppa, Problem, Site

UNCOVERED = ("brown_kwh", "brown_grid_kwh")


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for site in problem.sites:
        for ppa in site.contracts:
            lo, hi = (0.0, ppa.max_kw) if ppa.size_kw is None else (ppa.size_kw, ppa.size_kw)
            name = name_of("ppa.kw", site=site.id, ppa=ppa.id)
            kw = m.column(name, origin=ppa.origin, unit="kW", lo=lo, hi=hi, kind="contracted", item=ppa.id)
            for period in problem.periods:
                _agreement(m, site, ppa, period, kw)


def _agreement(m: Model, site: Site, ppa: Ppa, period: Period, kw: Col) -> None:
    calendar = period.calendar
    delivered, price = calendar.take(ppa.delivered), calendar.take(ppa.node_price_usd_per_kwh)
    energy = float(calendar.weight @ delivered)
    if not energy:
        return
    worth = float(calendar.weight @ (delivered * price)) / energy
    paid = ppa.strike_usd_per_kwh + ppa.fee_usd_per_kwh
    for account, item, each in (("ppa", ppa.id, paid), ("ppa_sale", f"{ppa.id} at its node", -worth)):
        m.cost(
            account,
            item,
            kw,
            quantity=energy,
            unit="kWh",
            unit_price=each,
            factor=period.value_factor,
            origin=ppa.origin,
            site=site.id,
            period=period.name,
        )
    place = {"site": site.id, "period": period.name}
    m.tally("contracted_kwh", kw, energy, who=ppa.id, **place)
    if ppa.counts != "none":
        m.tally("matched_kwh", kw, energy, who=ppa.id, **place)
    if ppa.hourly and np.any(delivered):
        power(m, site.id, period).covers("grid", kw, delivered, UNCOVERED)
    if ppa.most_of_load is not None:
        drawn = {("power_load_kwh", site.id, period.name): -ppa.most_of_load}
        name = name_of("ppa.volume", ppa=ppa.id, **place)
        label = f"{ppa.id}: energy over {ppa.most_of_load:.0%} of the load of {site.id}"
        m.row(name, {kw: energy}, "<=", tallies=drawn, origin=ppa.origin, label=label, unit="kWh")
