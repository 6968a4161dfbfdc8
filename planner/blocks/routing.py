"""Routing: load that goes to another site by season and hour of the day, where power is cheap or clean just then.

    sum over sites, options of served(option) x load = demand              'routing.served[workload,slot,period]'
    load x highest shape of the slot <= units                              'routing.room[site,hall,option,slot,period]'
    sum over options of machines(option) x busy_kw x load = kw             'routing.drawn[site,hall,medium,...]'
    sum over a site's options of served x load >= (1 - share) x usual      'routing.kept[site,workload,slot,period]'
    sum over sites of usual = demand                                       'routing.usual[workload,period]'
    IT power: kw x shape(t) in the hours of the slot, in place of units x machines x busy_kw x shape(t)

A slot is an hour of the day in some months: what goes where is a timetable, the same on all their days. A router that
follows each day's wind saves more, so a plan never promises too much. All sites may serve any request once a round trip
between sites fits in its latency. Load follows the clock of the workload's first site; at others its hours are turned
by the difference of longitudes, 15 degrees an hour, in each stretch of hours. Machines are bought, kept and idle as
`servers` has them. Rented ones draw their power elsewhere: they are no option.

| symbol | name in code | unit | meaning |
| load | routing.units[site,hall,option,slot,period] | units | what works in the slot, when demand is at its peak |
| kw | routing.kw[site,hall,medium,workload,slot,period] | kW of IT | what load adds to idle power at a shape of one |
| usual | routing.usual[site,workload,period] | demand | what a site serves where nothing moves |
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from planner.hours import month_of_hour
from planner.model import Col, Model, Profile, name_of
from planner.options.pools import Pool, pools
from planner.options.types import Excuse, OptionSet
from planner.places import HOURS_PER_DAY, heat, weekly
from planner.problem import Period, Problem, Workload
from planner.scenario.fragment import Fragment
from planner.scenario.quantity import Seconds, SomeFraction
from planner.scenario.schema_base import Record

DEGREES_PER_HOUR = 15.0


class Routing(Record):
    """How much of a workload's load may go to others of its sites, and how far they are."""

    share: SomeFraction = Field(1.0, description="Of what a site serves, what may go to another")
    months: Literal[1, 2, 3, 4, 6, 12] = Field(3, description="Months of the year that share a timetable")
    round_trip: Annotated[Seconds, Field(description="Between two sites; taken off the latency limit")] = 0.0


KEYS = (Fragment("workload", "routing", Routing, "Load that goes to other sites by the hour; of serving, services"),)


def adjust(problem: Problem, options: OptionSet) -> tuple[Problem, OptionSet]:
    """Rented machines do not serve what is routed: their power is nobody's to follow."""
    asked = {w.id for w in problem.workloads if w.spec.get("routing")}
    rented = {m.id for m in problem.machines if m.acquisition == "rent"}
    gone = [o for o in options.options if o.workload in asked and o.machine in rented]
    text = "rented machines draw their power elsewhere, and load is routed by the power of sites"
    excuses = [Excuse(o.workload, o.machine, "rented", None, None, "", text) for o in gone]
    kept = tuple(o for o in options.options if o not in gone)
    return problem, OptionSet(kept, (*options.excuses, *dict.fromkeys(excuses))) if gone else options


@dataclass(frozen=True, slots=True)
class Slot:
    """An hour of the day in some months on the workload's first site; its shape (T,) at sites by hours turned."""

    name: str
    top: float
    at: dict[int, Profile]


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    found = pools(problem, options)
    for workload in problem.workloads:
        for period in problem.periods if workload.spec.get("routing") else ():
            mine = [p for p in found if any(o.workload == workload.id for o in p.options)]
            for slot in _slots(problem, workload, period):
                _draws(m, problem, workload, period, mine, slot)


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    found = pools(problem, options)
    for workload in problem.workloads:
        for index, period in enumerate(problem.periods) if workload.spec.get("routing") else ():
            mine = [p for p in found if any(o.workload == workload.id for o in p.options)]
            for slot in _slots(problem, workload, period):
                _served(m, workload, period, index, mine, slot)
            if workload.spec["routing"]["share"] < 1.0:
                usual = {_usual(m, workload, site, period): 1.0 for site in workload.sites}
                name = name_of("routing.usual", workload=workload.id, period=period.name)
                m.row(name, usual, "==", workload.demand[index], origin=workload.origin)


def _slots(problem: Problem, workload: Workload, period: Period) -> Iterator[Slot]:
    """The slots of a period in which there is load, in order."""
    hour, each = period.calendar.hour, workload.spec["routing"]["months"]
    which = month_of_hour(hour) // each * each * HOURS_PER_DAY + hour % HOURS_PER_DAY
    shape = weekly(period, workload.shape)
    turns = {turned_by(problem, workload, site) for site in workload.sites}
    for key in np.unique(which).tolist():
        month, of_day = divmod(key, HOURS_PER_DAY)
        profile = np.where(which == key, shape, 0.0)
        if profile.any():
            at = {hours: _turned(period, profile, hours) for hours in sorted(turns)}
            yield Slot(f"{month + 1:02d}-{of_day:02d}", float(profile.max()), at)


def turned_by(problem: Problem, workload: Workload, site: str) -> int:
    """Hours that a site's clock is ahead of that of the workload's first site, by their longitudes."""
    here, first = (round(problem.site(id).longitude / DEGREES_PER_HOUR) for id in (site, workload.sites[0]))
    return here - first


def _turned(period: Period, profile: Profile, hours: int) -> Profile:
    """A profile (T,) so many hours later on the clock, each stretch a cycle."""
    made = np.empty_like(profile)
    for begin, end in period.calendar.stretches:
        made[begin:end] = np.roll(profile[begin:end], hours)
    return made


def _draws(m: Model, problem: Problem, workload: Workload, period: Period, mine: list[Pool], slot: Slot) -> None:
    """What works in a slot, and what it adds to idle power."""
    for pool in mine:
        place = {"site": pool.site.id, "hall": pool.hall.id, "period": period.name, "slot": slot.name}
        for option in pool.options:
            if option.workload == workload.id:
                m.column(name_of("routing.units", option=option.id, **place), origin=workload.origin, unit="units")
        medium = "liquid" if pool.machine.liquid else "air"
        name = name_of("routing.kw", workload=workload.id, medium=medium, **place)
        if m.find(name) is None:
            kw = m.column(name, origin=workload.origin, unit="kW of IT")
            profile = slot.at[turned_by(problem, workload, pool.site.id)]
            bus = heat(m, pool.site.id, pool.hall.id, period, liquid=pool.machine.liquid)
            bus.draw(f"{workload.id} routed", kw, profile, peak=0.0)


def _usual(m: Model, workload: Workload, site: str, period: Period) -> Col:
    """What a site serves where nothing moves."""
    name = name_of("routing.usual", site=site, workload=workload.id, period=period.name)
    known = m.find(name)
    return m.column(name, origin=workload.origin, unit=workload.unit) if known is None else known


def _served(m: Model, workload: Workload, period: Period, index: int, mine: list[Pool], slot: Slot) -> None:
    """Demand of a slot is served once, by what stands there, and as much as must at each site."""
    keys = {"workload": workload.id, "period": period.name, "slot": slot.name}
    served: dict[str, dict[Col, float]] = defaultdict(dict)
    drawn: dict[Col, dict[Col, float]] = defaultdict(dict)
    names: dict[Col, str] = {}
    for pool in mine:
        place = {"site": pool.site.id, "hall": pool.hall.id}
        medium = "liquid" if pool.machine.liquid else "air"
        kw = _known(m, name_of("routing.kw", medium=medium, **place, **keys))
        names[kw] = name_of("routing.drawn", medium=medium, **place, **keys)
        for option in (o for o in pool.options if o.workload == workload.id):
            spot = {**place, "option": option.id, "period": period.name}
            load = _known(m, name_of("routing.units", slot=slot.name, **spot))
            served[pool.site.id][load] = option.per_machine * option.replica_machines
            drawn[kw][load] = option.replica_machines * option.busy_kw
            room = {load: slot.top, _known(m, name_of("work.units", **spot)): -1.0}
            m.row(name_of("routing.room", slot=slot.name, **spot), room, "<=", origin=workload.origin)
    everywhere = {load: each for terms in served.values() for load, each in terms.items()}
    m.row(name_of("routing.served", **keys), everywhere, "==", workload.demand[index], origin=workload.origin)
    for kw, terms in drawn.items():
        m.row(names[kw], terms | {kw: -1.0}, "==", origin=workload.origin)
    stays = 1.0 - workload.spec["routing"]["share"]
    for site in workload.sites if stays > 0.0 else ():
        terms = served.get(site, {}) | {_usual(m, workload, site, period): -stays}
        m.row(name_of("routing.kept", site=site, **keys), terms, ">=", origin=workload.origin)


def _known(m: Model, name: str) -> Col:
    column = m.find(name)
    if column is None:
        raise KeyError(name)
    return column
