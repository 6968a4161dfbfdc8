"""Renewables: as-produced supply of any technology with a capacity factor for every hour (solar, wind).

    taken(t) <= sum over producers of kw x capacity factor(t)                         the bus curtails the rest
    kw <= limit;  kw <= installed + bought and still alive                            'renewables.kw_owned[...]'
    cost: purchase, fixed operation and maintenance                                   accounts 'purchase', 'maintenance'

| symbol | name in code | unit | meaning |
| kw | renewables.kw[site,producer,period] | kW AC | capacity standing in the period |
"""

from __future__ import annotations

from planner.assets import Asset, own
from planner.model import Model, name_of
from planner.options.types import OptionSet
from planner.places import power
from planner.problem import Problem, Producer, Site


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for site in problem.sites:
        for producer in site.producers:
            _producer(m, problem, site, producer)


def _producer(m: Model, problem: Problem, site: Site, producer: Producer) -> None:
    keys = {"site": site.id, "producer": producer.id}
    need = {}
    for period in problem.periods:
        need[period.name] = kw = m.column(
            name_of("renewables.kw", **keys, period=period.name),
            origin=producer.origin,
            unit="kW",
            hi=producer.max_kw,
            kind="generation",
            item=producer.id,
        )
        power(m, site.id, period).available(producer.id, kw, period.calendar.take(producer.capacity_factor))
    asset = Asset(
        producer.id,
        "kW",
        producer.capex_usd_per_kw,
        producer.life_years,
        0.0,
        producer.embodied_kg_per_kw,
        producer.origin,
        "generation",
        producer.fixed_om_usd_per_kw_year,
    )
    own(m, problem, asset, "renewables.kw", keys, need, installed=producer.installed_kw)
