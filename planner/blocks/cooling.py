"""Cooling: one option per hall; it multiplies the power of what it cools, hour by hour.

    sum over options of use = 1                                                       'cooling.one[site,hall]'
    sum over options of copy = IT load of the profile                                 'cooling.copies[...]'
    copy <= most x use,  plant <= most x use                              'cooling.copy[...]', 'cooling.plant[...]'
    sum over options of plant >= peak IT                                              'cooling.size[...]'
    power bus: copy x shape(t) x (1 / train efficiency + overhead(t)) + plant x fixed overhead
    machines only where an option in use can carry them                               'cooling.carries[...]'

The temperature-dependent overhead follows the load, the fixed one the plant that was built: PUE never improves at low
load. Liquid-cooled machines still warm the room; `liquid_overhead` has that residual air load mixed in.

| symbol | name in code | unit | meaning |
| use | cooling.use[site,hall,cooling] | 0/1 | the option is built in the hall |
| copy | cooling.copy[site,hall,cooling,medium,profile,period] | kW | peak of one load profile through that option |
| plant | cooling.plant_kw[site,hall,cooling,period] | kW of IT | what the plant can carry on the design day |
"""

from __future__ import annotations

from math import inf

from planner.assets import Asset, own
from planner.model import Col, Model, Profile, name_of
from planner.options.most import most_it_kw
from planner.options.pools import carries
from planner.options.types import OptionSet
from planner.places import load_shapes, peak_it, power
from planner.problem import Cooling, Hall, Period, Problem, Site

Room = tuple[Site, Hall, float]
"""A hall and the most IT kW it can hold."""


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    needed = most_it_kw(problem, options)
    for site in problem.sites:
        for hall in site.halls:
            offered = offers(site, hall)
            uses = {c.id: _use(m, site, hall, c) for c in offered}
            keys = {"site": site.id, "hall": hall.id}
            m.row(name_of("cooling.one", **keys), dict.fromkeys(uses.values(), 1.0), "==", 1.0, origin=hall.origin)
            room = site, hall, most_kw(site, hall, needed)
            for cooling in offered:
                plant = {p.name: _plant(m, room, cooling, p, uses[cooling.id]) for p in problem.periods}
                if not hall.built and site.building == "own":
                    _acquire(m, problem, site, hall, cooling, plant)


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    needed = most_it_kw(problem, options)
    for site in problem.sites:
        for hall in site.halls:
            room = site, hall, most_kw(site, hall, needed)
            for period in problem.periods:
                for medium in ("air", "liquid"):
                    for k, (shape, terms) in enumerate(load_shapes(m, site.id, hall.id, period, medium)):
                        _carry(m, room, period, medium, k, shape, terms)
                keys = {"site": site.id, "hall": hall.id, "period": period.name}
                plants = [_known(m, name_of("cooling.plant_kw", cooling=c.id, **keys)) for c in offers(site, hall)]
                terms = peak_it(m, site.id, hall.id, period) | dict.fromkeys(plants, -1.0)
                m.row(name_of("cooling.size", **keys), terms, "<=", origin=hall.origin)
            _carries(m, problem, room)


def offers(site: Site, hall: Hall) -> tuple[Cooling, ...]:
    """The options allowed in a hall."""
    return tuple(c for c in site.cooling if c.id in hall.cooling)


def most_kw(site: Site, hall: Hall, needed: float) -> float:
    """The most IT kW a hall can hold: its feed, what carries the site, its racks, or all that is `needed` at most."""
    feed = hall.carried_kw * site.power_train.breaker_derating * site.power_train.efficiency
    room = hall.racks * hall.rack_kw if hall.racks < inf and hall.rack_kw < inf else inf
    return min(feed, site.carried_kw, room, needed)


def _use(m: Model, site: Site, hall: Hall, cooling: Cooling) -> Col:
    return m.column(
        name_of("cooling.use", site=site.id, hall=hall.id, cooling=cooling.id),
        origin=cooling.origin,
        hi=1.0,
        integer=True,
        kind="cooling",
        item=cooling.id,
        choice=True,
    )


def _plant(m: Model, room: Room, cooling: Cooling, period: Period, use: Col) -> Col:
    """The option's plant in a period: its size, its bound, and what it draws whether loaded or not."""
    site, hall, most = room
    keys = {"cooling": cooling.id, "site": site.id, "hall": hall.id, "period": period.name}
    plant = m.column(
        name_of("cooling.plant_kw", **keys), origin=cooling.origin, unit="kW of IT", kind="cooling", item=cooling.id
    )
    m.row(name_of("cooling.plant", **keys), {plant: 1.0, use: -most}, "<=", origin=hall.origin)
    power(m, site.id, period).draw(f"plant {hall.id} {cooling.id}", plant, cooling.fixed_overhead)
    return plant


def _acquire(m: Model, problem: Problem, site: Site, hall: Hall, cooling: Cooling, plant: dict[str, Col]) -> None:
    asset = Asset(
        cooling.id,
        "kW",
        cooling.plant_usd_per_kw,
        cooling.life_years,
        cooling.maintenance_fraction,
        cooling.embodied_kg_per_kw,
        cooling.origin,
        "cooling",
    )
    own(m, problem, asset, "cooling.plant", {"site": site.id, "hall": hall.id, "cooling": cooling.id}, plant)


def _known(m: Model, name: str) -> Col:
    column = m.find(name)
    if column is None:
        raise KeyError(name)
    return column


def _carry(m: Model, room: Room, period: Period, medium: str, k: int, shape: Profile, terms: dict[Col, float]) -> None:
    """One load profile through each option: a copy per option, and its draw on the power bus."""
    site, hall, most = room
    keys = {"site": site.id, "hall": hall.id, "medium": medium, "profile": str(k), "period": period.name}
    copies: dict[Col, float] = {}
    for cooling in offers(site, hall):
        copy = m.column(name_of("cooling.copy", cooling=cooling.id, **keys), origin=cooling.origin, unit="kW")
        copies[copy] = -1.0
        use = _known(m, name_of("cooling.use", site=site.id, hall=hall.id, cooling=cooling.id))
        bound = {copy: 1.0, use: -most}
        m.row(name_of("cooling.copy", cooling=cooling.id, **keys), bound, "<=", origin=hall.origin)
        air = medium == "air"
        overhead = period.calendar.take(cooling.air_overhead if air else cooling.liquid_overhead)
        litres = period.calendar.take(cooling.air_water if air else cooling.liquid_water)
        profile = shape * (1 / site.power_train.efficiency + overhead)
        power(m, site.id, period).draw(f"cooled {hall.id} {cooling.id} {medium} {k}", copy, profile)
        water = float(period.calendar.weight @ (shape * litres))
        if water:
            m.tally("water_l", copy, water, who=cooling.id, site=site.id, period=period.name)
    m.row(name_of("cooling.copies", **keys), terms | copies, "==", origin=hall.origin)


def _carries(m: Model, problem: Problem, room: Room) -> None:
    """Liquid-cooled or dense machines stand only where an option in use can carry them."""
    site, hall, kw = room
    for name, total in m.family("servers.total"):
        keys = m.columns[total].keys
        machine = problem.machine(keys["machine"])
        if (keys["site"], keys["hall"]) != (site.id, hall.id) or machine.acquisition == "rent":
            continue
        fit = [c for c in offers(site, hall) if carries(c, hall, machine)]
        if len(fit) < len(offers(site, hall)):
            most = kw / machine.peak_kw
            uses = {_known(m, name_of("cooling.use", site=site.id, hall=hall.id, cooling=c.id)): -most for c in fit}
            row = name.replace("servers.total", "cooling.carries")
            m.row(row, {total: 1.0} | uses, "<=", origin=hall.origin)
