"""Outage: a site goes on without its grid for some hours, whenever that begins, with a share of its load.

    need(t) = share x draws(t) - sum over producers of kw x capacity factor(t) - backup - sum over other stores of firm
    need(t) <= kw of the first store                                                  'outage.power[site,period,hour]'
    sum over any window of hours of max(0, need(t)) <= needed                         'outage.energy[site,period,...]'
    needed <= reserve x usable x (1 - loss)^hours x eta_d                             'outage.reserve[site,period]'
    firm <= kw,  firm x hours <= reserve x usable x (1 - loss)^hours x eta_d          of every other store
    working + reserve = kwh;  the hourly dispatch has the working part alone          'outage.split[...]'
    power bus: reserve x usable x loss / eta_c, what keeps a reserve full in every hour

A window is any run of `duration` hours of a stretch, its end followed by its beginning: 8,760 of them in a year. Their
rows are added as answers break them, so none that binds is left out. It is a promise, not an estimate: the reserve is
kept in all hours alike, and what own generation gives over the load in an hour of an outage is not stored for the next.
A site that does either needs less, so the cost is at most this. Draws are means of an hour; there is no black start.

| symbol | name in code | unit | meaning |
| reserve | outage.reserve_kwh[site,battery,period] | kWh | nameplate energy that no dispatch touches |
| working | outage.working_kwh[site,battery,period] | kWh | the rest of it |
| needed | outage.needed_kwh[site,period] | kWh | what the worst window takes from the first store |
| firm | outage.firm_kw[site,battery,period] | kW | what another store gives in every hour |
| backup | generators.kw[site,generator,period] | kW | generators, with fuel for the outage, where there are any |
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from planner.model import Col, Model, Outage, name_of
from planner.options.types import OptionSet
from planner.places import power
from planner.problem import Battery, Period, Problem, Site
from planner.scenario.fragment import Fragment
from planner.scenario.quantity import SomeFraction, SomeSeconds
from planner.scenario.schema_base import Record, fault

HOUR_S = 3600.0
LONGEST_H = 720


def _whole_hours(seconds: float) -> float:
    hours = seconds / HOUR_S
    if hours != round(hours) or not 1 <= hours <= LONGEST_H:
        raise fault(
            f"an outage of {hours:g} h cannot be planned for", f"whole hours, 1 to {LONGEST_H}", "Write it like `8 h`."
        )
    return seconds


class Loss(Record):
    """How long the grid is gone, and how much of the load goes on meanwhile."""

    duration: Annotated[SomeSeconds, AfterValidator(_whole_hours)]
    share: SomeFraction = Field(1.0, description="Of what the loads draw in the hour; default all of it")


KEYS = (Fragment("site", "outage", Loss, "An outage of the grid that the site bears, whenever it begins"),)


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    for site in problem.sites:
        asked = site.keys.get("outage")
        if asked is None:
            continue
        for period in problem.periods:
            _bear(m, site, period, round(asked.duration / HOUR_S), asked.share)


def _bear(m: Model, site: Site, period: Period, hours: int, share: float) -> None:
    keys = {"site": site.id, "period": period.name}
    needed = m.column(name_of("outage.needed_kwh", **keys), origin=site.origin, unit="kWh")
    held: dict[Col, float] = {}
    strong: dict[Col, float] = {}
    firm: dict[Col, float] = {}
    for k, battery in enumerate(site.batteries):
        reserve, each = _kept(m, site, battery, period, hours)
        kw = _known(m, "battery.kw", site, battery, period)
        if not k:
            held[reserve], strong[kw] = -each, 1.0
        else:
            firm[_firm(m, site, battery, period, hours, {reserve: -each, kw: -1.0})] = 1.0
    m.row(
        name_of("outage.reserve", **keys),
        {needed: 1.0} | held,
        "<=",
        origin=site.origin,
        label=f"{site.id}: {hours} h without the grid at {share:.0%} of the load, energy over the reserve",
        unit="kWh",
    )
    power(m, site.id, period).outage(Outage("outage", hours, share, firm, strong, needed, site.origin))


def _kept(m: Model, site: Site, battery: Battery, period: Period, hours: int) -> tuple[Col, float]:
    """The reserve of a store, and what a kWh of it still gives at the end of an outage."""
    keys = {"site": site.id, "battery": battery.id, "period": period.name}
    reserve = m.column(
        name_of("outage.reserve_kwh", **keys), origin=site.origin, unit="kWh", kind="reserve", item=battery.id
    )
    working = m.column(name_of("outage.working_kwh", **keys), origin=site.origin, unit="kWh")
    whole = _known(m, "battery.kwh", site, battery, period)
    m.row(name_of("outage.split", **keys), {working: 1.0, reserve: 1.0, whole: -1.0}, "==", origin=site.origin)
    bus = power(m, site.id, period)
    bus.keep_back(battery.id, working, reserve)
    if battery.standing_loss_per_hour:
        upkeep = battery.usable_fraction * battery.standing_loss_per_hour / battery.charge_efficiency
        bus.draw(f"reserve {battery.id}", reserve, upkeep)
    left = (1.0 - battery.standing_loss_per_hour) ** hours
    return reserve, battery.usable_fraction * left * battery.discharge_efficiency


def _firm(m: Model, site: Site, battery: Battery, period: Period, hours: int, most: dict[Col, float]) -> Col:
    """Power that a store beside the first gives all through: within its own (the second of `most`) and its reserve."""
    keys = {"site": site.id, "battery": battery.id, "period": period.name}
    firm = m.column(name_of("outage.firm_kw", **keys), origin=site.origin, unit="kW")
    (reserve, each), (kw, one) = most.items()
    m.row(name_of("outage.hold", **keys), {firm: float(hours), reserve: each}, "<=", origin=site.origin)
    m.row(name_of("outage.give", **keys), {firm: 1.0, kw: one}, "<=", origin=site.origin)
    return firm


def _known(m: Model, family: str, site: Site, battery: Battery, period: Period) -> Col:
    name = name_of(family, site=site.id, battery=battery.id, period=period.name)
    column = m.find(name)
    if column is None:
        raise KeyError(name)
    return column
