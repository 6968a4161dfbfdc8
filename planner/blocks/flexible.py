"""Flexible: work that may move within hours, when power is cheap, clean or to spare: a store of work.

    behind(t) = behind(t-1) + paused(t) - made_up(t),  0 <= behind <= within x movable          cyclic, kW of IT
    paused <= movable = kw / catch_up,   made_up <= kw                                          engines expand these
    power bus: made_up x most(t) - paused x least(t)                  kW at the meter for a kW of IT, by the hour
    movable <= share x sum of units x machines x busy x duty x least shape            'flexible.share[...]'
    kw <= sum of units x machines x busy x (1 - duty) + sum of more x busy            'flexible.room[...]'
    a metered load: movable <= share x its least hour,  kw is added to the site's peak
    more machines are bought, racked, powered at idle, wired; their peak is the plant's and the feed's

Work arrives as it did; what is paused is done at most `within` later, first come first served, since no more is ever
behind than what was movable in so many hours. Only what load adds to idle power moves, by no more than its least hour.
A kW of IT takes 1 / train efficiency + the cooling's overhead of the hour it runs in. Exact where the workload has one
way to be cooled; where it has several (halls, options of cooling, air and liquid), what is paused saves the least of
them and what is made up takes the most, so a plan never promises too much. Limits count consumption as if unmoved.

| symbol | name in code | unit | meaning |
| kw | flexible.kw[site,workload,period] | kW of IT | the most that may be made up in an hour |
| more | flexible.machines[site,hall,machine,target,fabric,workload,period] | machines | that stand for making up |
| behind | dispatch behind | kWh of IT | work put off and not yet done |
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import ceil
from typing import Annotated

import numpy as np
from pydantic import AfterValidator, Field

from planner.model import Col, Model, Profile, Store, name_of
from planner.options.pools import Pool, carries, pools
from planner.options.types import Option, OptionSet
from planner.options.units import CATCH_UP_ROOM, most_units
from planner.places import heat, power
from planner.problem import Period, Problem, Site, Workload
from planner.scenario.fragment import Fragment
from planner.scenario.quantity import SomeFraction, SomeSeconds
from planner.scenario.schema_base import Record, fault

HOUR_S = 3600.0
LONGEST_H = 8760


def _hours(seconds: float) -> float:
    if not HOUR_S <= seconds <= LONGEST_H * HOUR_S:
        hours = seconds / HOUR_S
        raise fault(f"work cannot move by {hours:g} h", "an hour to a year", "Write it like `12 h`.")
    return seconds


class Flexible(Record):
    """How much of a workload's power may be put off, for how long, and how fast it is made up for."""

    share: SomeFraction = Field(description="Of what its load adds to idle power, in its least hour")
    within: Annotated[SomeSeconds, AfterValidator(_hours)]
    catch_up: SomeFraction = Field(1.0, description="Fastest making up, over fastest putting off")


KEYS = (Fragment("workload", "flexible", Flexible, "Work that may move within hours; not of serving or data"),)


def adjust(problem: Problem, options: OptionSet) -> tuple[Problem, OptionSet]:
    """Options say how many machines may stand for making up, so that bounds leave room for them."""
    asked = {w.id: w for w in problem.workloads if w.spec.get("flexible")}
    return problem, replace(options, options=tuple(_roomy(asked.get(o.workload), o) for o in options.options))


def _roomy(workload: Workload | None, option: Option) -> Option:
    if workload is None:
        return option
    terms = workload.spec["flexible"]
    machines = option.block_machines or most_units(option, max(workload.demand)) * option.replica_machines
    room = ceil(terms["catch_up"] * terms["share"] * machines)
    return replace(option, details={**option.details, CATCH_UP_ROOM: room})


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for site, workload, period in _each(problem):
        keys = {"site": site.id, "workload": workload.id, "period": period.name}
        kw = m.column(
            name_of("flexible.kw", **keys),
            origin=workload.origin,
            unit="kW of IT",
            kind="flexible",
            item=workload.id,
        )
        if workload.kind == "load":
            power(m, site.id, period).draw(f"load {workload.id} made up", kw, 0.0, peak=1.0)
        for pool in _mine(problem, options, site, workload):
            name = name_of("flexible.machines", **pool.keys, workload=workload.id, period=period.name)
            more = m.column(
                name, origin=pool.machine.origin, unit="machines", integer=True, kind="spare", item=pool.machine.id
            )
            rise = max(0.0, pool.machine.peak_kw - pool.machine.idle_kw)
            bus = heat(m, site.id, pool.hall.id, period, liquid=pool.machine.liquid)
            bus.draw(f"{pool.machine.id} peak", more, 0.0, peak=rise)


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    for site, workload, period in _each(problem):
        keys = {"site": site.id, "workload": workload.id, "period": period.name}
        kw = m.find(name_of("flexible.kw", **keys))
        assert kw is not None
        terms = workload.spec["flexible"]
        mine = _mine(problem, options, site, workload)
        if workload.kind == "load":
            least = float(_metered(workload, problem, period).min())
            m.row(
                name_of("flexible.share", **keys),
                {kw: 1.0},
                "<=",
                terms["catch_up"] * terms["share"] * least,
                origin=workload.origin,
            )
        else:
            _sized(m, workload, period, mine, keys, kw)
        most, few = _at_meter(site, mine, period)
        hours = terms["within"] / HOUR_S / terms["catch_up"]
        work = Store(
            workload.id, kw, kw, 1.0, 1.0, hours, 0.0, 0.0, period.value_factor, "wear", workload.origin,
            power_out=1.0 / terms["catch_up"], takes=most, gives=few,
        )  # fmt: skip
        power(m, site.id, period).store(work)


def _each(problem: Problem) -> Iterator[tuple[Site, Workload, Period]]:
    for workload in problem.workloads:
        if workload.spec.get("flexible"):
            for site in workload.sites[:1] if workload.kind == "load" else workload.sites:
                for period in problem.periods:
                    yield problem.site(site), workload, period


def _mine(problem: Problem, options: OptionSet, site: Site, workload: Workload) -> list[Pool]:
    """Pools of bought machines at the site that may run the workload: rented ones draw their power elsewhere."""
    if workload.kind == "load":
        return []
    here = [p for p in pools(problem, options) if p.site.id == site.id and p.machine.acquisition == "buy"]
    return [p for p in here if any(o.workload == workload.id for o in p.options)]


def _metered(workload: Workload, problem: Problem, period: Period) -> Profile:
    assert workload.series_kw is not None
    peak = workload.demand[problem.periods.index(period)]
    return workload.series_kw * (peak / (1 + workload.surge) / max(float(workload.series_kw.max()), 1e-300))


def _sized(m: Model, workload: Workload, period: Period, mine: list[Pool], keys: dict[str, str], kw: Col) -> None:
    """What may move and what may be made up, from the work there is and the machines that stand for it."""
    terms, least = workload.spec["flexible"], float(workload.shape.min())
    share: dict[Col, float] = {kw: 1.0}
    room: dict[Col, float] = {kw: 1.0}
    for pool in mine:
        own = [o for o in pool.options if o.workload == workload.id]
        for option in own:
            name = name_of("work.units", site=pool.site.id, hall=pool.hall.id, period=period.name, option=option.id)
            units = m.find(name)
            if units is not None:
                busy = (option.block_machines or option.replica_machines) * option.busy_kw
                share[units] = -terms["catch_up"] * terms["share"] * busy * option.duty * least
                if option.duty < 1.0:
                    room[units] = -busy * (1.0 - option.duty)
        more = m.find(name_of("flexible.machines", **pool.keys, workload=workload.id, period=period.name))
        place = {"site": pool.site.id, "hall": pool.hall.id, "machine": pool.machine.id, "period": period.name}
        if more is not None:
            room[more] = -min(o.busy_kw for o in own)
            m.extend(name_of("servers.count", **place), {more: -1.0})
    m.row(name_of("flexible.share", **keys), share, "<=", origin=workload.origin)
    m.row(name_of("flexible.room", **keys), room, "<=", origin=workload.origin)


def _at_meter(site: Site, mine: list[Pool], period: Period) -> tuple[Profile, Profile]:
    """The most and the least kW at the meter (T,) for a kW of IT, over all the ways that its machines may be cooled."""
    ways = [np.ones(len(period.calendar))] if not mine else []
    for pool in mine:
        for cooling in (c for c in site.cooling if c.id in pool.hall.cooling and carries(c, pool.hall, pool.machine)):
            overhead = cooling.liquid_overhead if pool.machine.liquid else cooling.air_overhead
            ways.append(1.0 / site.power_train.efficiency + period.calendar.take(overhead))
    return np.max(ways, axis=0), np.min(ways, axis=0)
