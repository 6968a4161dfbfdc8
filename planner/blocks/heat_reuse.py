"""Heat reuse: heat of the machines is sold to a network near by, lifted by a heat pump or as it is.

    heat(t) = kw in the hours of the months named, nothing in others;  sum over media of kw <= most
    kw x (1 - 1 / cop) <= the least hour of IT heat by the medium (air or liquid)     'heat_reuse.source[...]'
    power bus: heat(t) / cop,  which also adds to the site's peak                     none where heat is used as it is
    ledger: - heat x price (account 'reused_heat'),  kw x cost by month ('heat_plant')
    sum of heat >= share x what loads draw                                            'heat_reuse.share[period]'

What is sold is there in every hour of the months, since no more is sold than the least of them gives: heat beyond that
is not counted, so a plan promises too little rather than too much. Work that may move is no part of it. Cooling draws
what it did, and no carbon is credited for heat that somebody else need not make. COP to 70 C: facility/default.

| symbol | name in code | unit | meaning |
| kw | heat_reuse.kw[site,medium,period] | kW of heat | what is sold of the medium's heat |
| share | limits.energy_reuse | fraction | the energy reuse factor asked for: heat sold over energy drawn |
"""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from planner.hours import month_of_hour
from planner.model import Col, Model, name_of
from planner.options.types import OptionSet
from planner.places import heat, power
from planner.problem import Period, Problem, Site
from planner.scenario.fragment import Fragment
from planner.scenario.quantity import SomeFraction, SomePowerKw, UsdPerKwh, UsdPerKwMonth
from planner.scenario.schema_base import Many, Record

MEDIA = ("air", "liquid")
ALL = tuple(range(1, 13))


class HeatReuse(Record):
    """Who takes heat: how much, in which months, at what price, and what lifts it."""

    most: Annotated[SomePowerKw, Field(description="Heat that is taken at once, kW of heat")]
    price: Annotated[UsdPerKwh, Field(description="Paid for a kilowatt-hour of heat")] = 0.0
    months: Annotated[
        Many[Annotated[int, Field(ge=1, le=12)]], Field(min_length=1, description="In which heat is taken; default all")
    ] = ALL
    lift: Annotated[bool, Field(description="By a heat pump; false where heat is used as warm as it is")] = True
    cop: Annotated[
        float | None,
        Field(gt=1, le=20, allow_inf_nan=False, description="Heat over power of the pump; default to 70 C"),
    ] = None
    cost: Annotated[UsdPerKwMonth, Field(description="Pumps, pipes and upkeep, by kW of heat and month")] = 0.0


KEYS = (
    Fragment("site", "heat_reuse", HeatReuse, "Heat that somebody near by takes", ("facility", "default")),
    Fragment("limits", "energy_reuse", SomeFraction, "Least heat sold, as a share of the energy that loads draw"),
)


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for site in problem.sites:
        asked = site.keys.get("heat_reuse")
        if asked is None:
            continue
        for period in problem.periods:
            on = taken(period, asked.months)
            for medium in MEDIA:
                _offered(m, problem, site, period, medium, on)
            keys = {"site": site.id, "period": period.name}
            both: dict[Col, float] = {}
            for medium in MEDIA:
                kw = m.find(name_of("heat_reuse.kw", **keys, medium=medium))
                assert kw is not None
                both[kw] = 1.0
            m.row(
                name_of("heat_reuse.most", **keys),
                both,
                "<=",
                asked.most,
                origin=site.origin,
                label=f"{site.id} heat sold",
                unit="kW",
            )


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    for site in problem.sites:
        asked = site.keys.get("heat_reuse")
        if asked is None:
            continue
        for period in problem.periods:
            for medium in MEDIA:
                _source(m, problem, site, period, medium)
    share = problem.keys["limits"].get("energy_reuse")
    for period in problem.periods if share is not None else ():
        m.row(
            name_of("heat_reuse.share", period=period.name),
            {},
            ">=",
            0.0,
            tallies={("heat_sold_kwh", "", period.name): 1.0, ("power_load_kwh", "", period.name): -share},
            origin=problem.keys["origins"].get("limits.energy_reuse", problem.scenario_file),
            label=f"heat sold (energy reuse factor {share:.1%})",
            unit="kWh",
        )


def taken(period: Period, months: tuple[int, ...]) -> NDArray[np.float64]:
    """One in the modelled hours (T,) of the months (1..12), zero in others."""
    return np.isin(month_of_hour(period.calendar.hour) + 1, months).astype(np.float64)


def per_heat(problem: Problem, site: Site, medium: str) -> float:
    """kW of power for a kW of heat sold."""
    asked = site.keys["heat_reuse"]
    if not asked.lift:
        return 0.0
    values = {} if asked.cop else problem.keys["figures"]["heat_reuse"]["values"]
    return 1.0 / float(asked.cop or values[f"heat_pump_cop_to_70c_from_{medium}"])


def _offered(
    m: Model, problem: Problem, site: Site, period: Period, medium: str, on: NDArray[np.float64]
) -> None:
    """Heat of one medium: what it earns and costs, and the power that lifts it."""
    asked, place = site.keys["heat_reuse"], {"site": site.id, "period": period.name}
    name = name_of("heat_reuse.kw", medium=medium, **place)
    kw = m.column(name, origin=site.origin, unit="kW of heat", hi=asked.most, kind="heat", item=f"heat by {medium}")
    sold = float(period.calendar.weight @ on)
    each = per_heat(problem, site, medium)
    if each:
        power(m, site.id, period).draw(f"load heat pump {medium}", kw, on * each, peak=each)
    m.tally("heat_sold_kwh", kw, sold, who=medium, **place)
    lines = (("reused_heat", -asked.price, sold, "kWh"), ("heat_plant", asked.cost, 12 * period.years, "kW-months"))
    for account, price, quantity, unit in lines:
        if price:
            m.cost(
                account,
                f"heat by {medium}",
                kw,
                unit_price=price,
                quantity=quantity,
                unit=unit,
                factor=period.value_factor,
                origin=site.origin,
                **place,
            )


def _source(m: Model, problem: Problem, site: Site, period: Period, medium: str) -> None:
    """No more heat is taken than there is in the least hour of the months."""
    on = taken(period, site.keys["heat_reuse"].months) > 0
    place = {"site": site.id, "period": period.name}
    kw = m.find(name_of("heat_reuse.kw", medium=medium, **place))
    assert kw is not None
    profiles: dict[Col, NDArray[np.float64]] = defaultdict(lambda: np.zeros(len(period.calendar)))
    moves = {w.id: w.spec["flexible"]["share"] for w in problem.workloads if w.spec.get("flexible")}
    for hall in site.halls:
        for draw in heat(m, site.id, hall.id, period, liquid=medium == "liquid").draws:
            put_off = moves.get(draw.who.partition(" on ")[0], 0.0) * float(draw.profile.min())
            profiles[draw.column] = profiles[draw.column] + draw.profile - put_off
    terms = {column: -float(profile[on].min(initial=np.inf)) for column, profile in profiles.items() if on.any()}
    terms = {column: value for column, value in terms.items() if value} | {kw: 1.0 - per_heat(problem, site, medium)}
    m.row(name_of("heat_reuse.source", medium=medium, **place), terms, "<=", origin=site.origin)
