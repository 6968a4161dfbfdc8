"""Facility: what carries the peak. Feeds, breakers, the power train and the building are sized on coincident peak kW.

    peak IT of a hall / train efficiency <= feeds less one x breaker derating         'facility.feed[site,hall,period]'
    peak = sum over halls of peak IT / efficiency + plant x (design overhead + fixed) 'facility.peak[site,period]'
    peak <= connection + generators                                                   'facility.connection[site,period]'
    a site without a connection (0 kW) lives on what stands there: its stores' inverters carry the peak too
    own building: shell and power train are bought per kW of IT plant, staff paid per kW
    colocation: rent is paid per kW of IT plant and month

Where several trains are on offer, the block power_train buys the one that is taken and says what it loses.
Energy is not counted here: this is the other account, what breakers, feeds, UPS and the grid connection must bear.

| symbol | name in code | unit | meaning |
| peak | power.peak_kw[site,period] | kW | design-day coincident peak of the site |
| plant | cooling.plant_kw[site,hall,cooling,period] | kW of IT | what the halls are built for |
"""

from __future__ import annotations

from collections import defaultdict
from math import inf, isfinite

from planner.assets import Asset, own
from planner.model import Col, Model, name_of
from planner.options.types import OptionSet
from planner.places import peak_it
from planner.problem import Cooling, Hall, Period, Problem, Site


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for site in problem.sites:
        for hall in site.halls:
            keys = {"site": site.id, "hall": hall.id}
            built = {p.name: _built(m, site, hall, p) for p in problem.periods}
            if not hall.built and site.building == "own":
                for asset in _assets(site) if len(site.train_choice) < 2 else _assets(site)[:1]:
                    own(m, problem, asset, f"facility.{asset.kind.replace(' ', '_')}", keys, built)
            for period in problem.periods:
                _running(m, site, period, built[period.name])
        for period in problem.periods:
            _peak(m, site, period)


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    for site in problem.sites:
        for period in problem.periods:
            total: dict[Col, float] = defaultdict(float)
            for hall in site.halls:
                plants = _plants(m, site, hall, period)
                _cover(m, site, hall, period, plants)
                _feed(m, site, hall, period)
                for column, kw in peak_it(m, site.id, hall.id, period).items():
                    total[column] += kw / site.power_train.efficiency
                for column, kw in _losses(m, site, hall, period).items():
                    total[column] += kw
                for column, cooling in plants.items():
                    total[column] += cooling.design_overhead + cooling.fixed_overhead
            for draw in _metered(m, site, period):
                total[draw[0]] += draw[1]
            _carried_on_site(m, site, period)
            peak = m.find(name_of("power.peak_kw", site=site.id, period=period.name))
            if peak is not None:
                name = name_of("facility.peak", site=site.id, period=period.name)
                m.row(name, total | {peak: -1.0}, "==", origin=site.origin)


def _built(m: Model, site: Site, hall: Hall, period: Period) -> Col:
    name = name_of("facility.built_kw", site=site.id, hall=hall.id, period=period.name)
    return m.column(name, origin=hall.origin, unit="kW of IT", kind="facility", item=f"hall {hall.id}")


def _assets(site: Site) -> tuple[Asset, ...]:
    train = site.power_train
    life, carbon = site.shell_life_years, site.shell_embodied_kg_per_kw
    shell = Asset("shell and site", "kW", site.shell_usd_per_kw, life, 0.0, carbon, site.origin, "shell")
    upkeep, carbon = train.maintenance_fraction, train.embodied_kg_per_kw
    power = Asset(train.id, "kW", train.usd_per_kw, train.life_years, upkeep, carbon, train.origin, "power train")
    return shell, power


def _running(m: Model, site: Site, period: Period, built: Col) -> None:
    """Space and staff, per kW of IT plant."""
    lines = [("staff", "operations staff", site.staff_usd_per_kw_year, period.years, "kW-years")]
    if site.building == "colocation":
        lines = [("space", "colocation", site.space_usd_per_kw_month, 12 * period.years, "kW-months")]
    for account, item, price, quantity, unit in lines:
        if price:
            m.cost(
                account,
                item,
                built,
                quantity=quantity,
                unit=unit,
                unit_price=price,
                factor=period.value_factor,
                origin=site.origin,
                site=site.id,
                period=period.name,
            )


def _peak(m: Model, site: Site, period: Period) -> None:
    name = name_of("power.peak_kw", site=site.id, period=period.name)
    peak = m.column(name, origin=site.origin, unit="kW", kind="grid", item="coincident peak")
    if isfinite(site.grid.connection_kw):
        m.row(
            name_of("facility.connection", site=site.id, period=period.name),
            {peak: 1.0},
            "<=",
            site.grid.connection_kw,
            origin=site.grid.origin,
            label=f"{site.id} grid connection (coincident peak)",
            unit="kW",
        )


def _carried_on_site(m: Model, site: Site, period: Period) -> None:
    """What carries the peak beside the connection; whether its energy lasts is a matter of the hours."""
    if isfinite(site.grid.connection_kw):
        families = ("generators.kw", *(("battery.kw",) if site.grid.connection_kw == 0 else ()))
        found = [column for family in families for _, column in m.family(family)]
        mine = {"site": site.id, "period": period.name}.items()
        terms = {column: -1.0 for column in found if mine <= m.columns[column].keys.items()}
        m.extend(name_of("facility.connection", site=site.id, period=period.name), terms)


def _plants(m: Model, site: Site, hall: Hall, period: Period) -> dict[Col, Cooling]:
    found: dict[Col, Cooling] = {}
    for cooling in site.cooling:
        name = name_of("cooling.plant_kw", site=site.id, hall=hall.id, cooling=cooling.id, period=period.name)
        column = m.find(name)
        if column is not None:
            found[column] = cooling
    return found


def _cover(m: Model, site: Site, hall: Hall, period: Period, plants: dict[Col, Cooling]) -> None:
    """The hall is built for all of its plant."""
    keys = {"site": site.id, "hall": hall.id, "period": period.name}
    built = m.find(name_of("facility.built_kw", **keys))
    if built is not None:
        terms = dict.fromkeys(plants, 1.0) | {built: -1.0}
        m.row(name_of("facility.cover", **keys), terms, "<=", origin=hall.origin)


def _feed(m: Model, site: Site, hall: Hall, period: Period) -> None:
    train = site.power_train
    if hall.feed_kw < inf:
        m.row(
            name_of("facility.feed", site=site.id, hall=hall.id, period=period.name),
            {c: kw / train.efficiency for c, kw in peak_it(m, site.id, hall.id, period).items()}
            | _losses(m, site, hall, period),
            "<=",
            hall.carried_kw * train.breaker_derating,
            origin=hall.origin,
            label=f"{site.id} {hall.id} feed (breakers at {train.breaker_derating:.0%})",
            unit="kW",
        )


def _losses(m: Model, site: Site, hall: Hall, period: Period) -> dict[Col, float]:
    """What the train that is taken loses of the peak, beyond the best of several on offer."""
    found: dict[Col, float] = {}
    for train in site.trains if len(site.train_choice) > 1 else ():
        keys = {"site": site.id, "hall": hall.id, "train": train.id, "period": period.name}
        column = m.find(name_of("power_train.peak_kw", **keys))
        if column is not None:
            found[column] = 1 / train.efficiency - 1 / site.power_train.efficiency
    return found


def _metered(m: Model, site: Site, period: Period) -> list[tuple[Col, float]]:
    """Peaks of metered facility loads, which stand outside the halls."""
    bus = m.buses.get(("power", site.id, period.name))
    return [(d.column, d.peak) for d in bus.draws if d.who.startswith("load ")] if bus else []
