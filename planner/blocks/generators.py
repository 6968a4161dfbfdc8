"""Generators: plants at the site that burn fuel (turbine, engine, fuel cell), dispatched by the hour.

    generated(t) <= kw                                                                engines expand it
    kw + spares x unit <= units x unit, where any unit stands                         'generators.run[...]'
    generated in a year <= hours x kw                                                 'generators.hours[...]'
    kw (or units) <= installed + bought and still alive                               'generators.kw_owned[...]'
    cost: purchase, fixed operation and maintenance                                   accounts 'purchase', 'maintenance'
          generated(t) x (fuel price / efficiency + running cost)                     account 'fuel'
    tallies per kWh generated: generated_kwh, fuel_kwh = 1 / efficiency, co2_kg and co2_market_kg of the fuel,
          brown_kwh, brown_grid_kwh and generated_brown_kwh, unless its fuel counts as carbon-free

What is generated is one more step of the hour's supply, bounded by a column, so both engines hold it exactly. How many
units run is a whole number of every hour; it is relaxed to any number. A running unit burns no load x kW + slope x kWh
and gives from its least load to all, so that the relaxed fleet runs as much as it gives, at full load: any output from
zero up, at the efficiency of full load. What whole units would burn and cost beside that is stated with the plan
(`part_load_costs`, `least_load_costs` among the measures).

| symbol | name in code | unit | meaning |
| kw | generators.kw[site,generator,period] | kW | capacity that may run at once |
| units | generators.units[...] | units | whole units standing, where `unit` gives their size |
| hours | generators.full_load_hours | h a year | a permit's limit, where there is one |
"""

from __future__ import annotations

from math import ceil, inf, isfinite

from planner.assets import Asset, own
from planner.model import Col, Model, name_of
from planner.options.types import OptionSet
from planner.places import HOURS_PER_YEAR, power
from planner.problem import Generator, Period, Problem, Site


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for site in problem.sites:
        for generator in site.generators:
            _generator(m, problem, site, generator)


def _generator(m: Model, problem: Problem, site: Site, g: Generator) -> None:
    keys = {"site": site.id, "generator": g.id}
    need: dict[str, Col] = {}
    for period in problem.periods:
        name = name_of("generators.kw", **keys, period=period.name)
        kw = m.column(name, origin=g.origin, unit="kW", hi=g.max_kw, kind="generation", item=g.id)
        need[period.name] = kw if g.unit_kw is None else _units(m, keys, g, period, kw)
        _dispatched(m, site, g, period, kw)
        if g.full_load_hours is not None:
            years = float(period.calendar.weight.sum()) / HOURS_PER_YEAR
            place = (f"generated.{g.id}_kwh", site.id, period.name)
            label = f"{g.id} at {site.id}: energy over {g.full_load_hours:g} full-load hours a year"
            hours = {kw: -g.full_load_hours * years}
            name = name_of("generators.hours", **keys, period=period.name)
            m.row(name, hours, "<=", tallies={place: 1.0}, origin=g.origin, label=label, unit="kWh")
    size, unit = (1.0, "kW") if g.unit_kw is None else (g.unit_kw, "units")
    costs = (g.capex_usd_per_kw * size, g.life_years, 0.0, g.embodied_kg_per_kw * size)
    asset = Asset(g.id, unit, *costs, g.origin, "generation", g.fixed_om_usd_per_kw_year * size)
    family, whole = ("generators.kw", False) if g.unit_kw is None else ("generators.units", True)
    own(m, problem, asset, family, keys, need, installed=g.installed_kw / size, integer=whole)


def _units(m: Model, keys: dict[str, str], g: Generator, period: Period, kw: Col) -> Col:
    """Whole units, some of which stand by wherever any stands."""
    assert g.unit_kw is not None
    most = ceil(g.max_kw / g.unit_kw - 1e-9) + g.spares if isfinite(g.max_kw) else inf
    here = {**keys, "period": period.name}
    name = name_of("generators.units", **here)
    units = m.column(name, origin=g.origin, unit="units", hi=most, integer=True, kind="generation", item=g.id)
    run = {kw: 1.0, units: -g.unit_kw}
    if g.spares:
        used = m.column(name_of("generators.used", **here), origin=g.origin, hi=1.0, integer=True)
        run[used] = g.spares * g.unit_kw
        m.row(name_of("generators.use", **here), {kw: 1.0, used: -g.max_kw}, "<=", origin=g.origin)
    m.row(name_of("generators.run", **here), run, "<=", origin=g.origin)
    return units


def _dispatched(m: Model, site: Site, g: Generator, period: Period, kw: Col) -> None:
    kg, brown = g.kg_per_kwh, 0.0 if g.carbon_free else 1.0
    counted = {"generated_kwh": 1.0, "fuel_kwh": 1.0 / g.efficiency, "co2_kg": kg, "co2_market_kg": kg}
    counted |= dict.fromkeys(("brown_kwh", "brown_grid_kwh", "generated_brown_kwh"), brown)
    if g.full_load_hours is not None:
        counted[f"generated.{g.id}_kwh"] = 1.0
    bus = power(m, site.id, period)
    if g.backup:
        bus.backs_up(kw)
    bus.imports(
        g.id,
        g.usd_per_kwh,
        factor=period.value_factor,
        origin=g.origin,
        most=g.max_kw,
        limit=kw,
        tallies=counted,
        account="fuel",
        role="generated",
    )
