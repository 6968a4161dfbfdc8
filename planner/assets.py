"""Owned things: bought at the start of a period, kept while they live, sold for what is left.

    need[p] <= installed + sum over q <= p, alive in p, of bought[q]                        'FAMILY_owned[...]'
    cost: bought[q] x price at q (and at each end of life inside the last period served)     account 'purchase'
          - bought[q] x remaining value when its service ends                                account 'resale'
          bought[q] x price x maintenance fraction x years, in each period served            account 'maintenance'
    embodied carbon: bought[q] x embodied / life x years, in each period served              tally 'embodied_kg'

A unit bought in q serves every period that begins before its life is over; in the last of them it is replaced in kind
when its life ends, so that it always lasts to that period's end. Its value falls on a straight line to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from planner.model import Col, Model, name_of
from planner.money import Clock, straight_line
from planner.problem import Period, Problem


@dataclass(frozen=True, slots=True)
class Asset:
    """What is bought: USD and embodied kgCO2e per `unit`, life in years, maintenance as a fraction of price a year."""

    item: str
    unit: str
    price_usd: float
    life_years: float
    maintenance_fraction: float
    embodied_kg: float
    origin: str
    kind: str
    maintenance_usd_per_year: float = 0.0


@dataclass(frozen=True, slots=True)
class Service:
    """How long one purchase serves: the periods, the dates it is (re)bought, when and at what age it is sold."""

    periods: tuple[Period, ...]
    purchases: tuple[float, ...]
    end: float
    age: float


def service(bought: Period, periods: tuple[Period, ...], life: float) -> Service:
    """The service of a unit bought at the start of `bought`. Years from the horizon's start."""
    served = tuple(p for p in periods if bought.begin <= p.begin < bought.begin + life - 1e-9)
    end = served[-1].begin + served[-1].years
    dates = [bought.begin]
    while dates[-1] + life < end - 1e-9:
        dates.append(dates[-1] + life)
    return Service(served, tuple(dates), end, end - dates[-1])


def own(
    m: Model,
    problem: Problem,
    asset: Asset,
    family: str,
    keys: Mapping[str, str],
    need: Mapping[str, Col],
    *,
    installed: float = 0.0,
    integer: bool = False,
    most: float = inf,
) -> None:
    """Buy `asset`, in each period `most` of it, so that `need` (a column per period name) is covered in every one."""
    clock = Clock(problem.finance.cost_of_capital, problem.finance.horizon_years)
    bought: dict[str, tuple[Col, Service]] = {}
    for period in problem.periods:
        column = m.column(
            name_of(f"{family}_bought", **keys, period=period.name),
            origin=asset.origin,
            unit=asset.unit,
            hi=most,
            integer=integer,
            kind=f"{asset.kind} bought",
            item=asset.item,
        )
        bought[period.name] = column, service(period, problem.periods, asset.life_years)
        _post(m, clock, asset, column, bought[period.name][1], keys.get("site", ""), period)
    for period in problem.periods:
        terms = {need[period.name]: 1.0}
        for column, serves in bought.values():
            if period in serves.periods:
                terms[column] = -1.0
        m.row(name_of(f"{family}_owned", **keys, period=period.name), terms, "<=", installed, origin=asset.origin)


def _post(m: Model, clock: Clock, asset: Asset, column: Col, serves: Service, site: str, bought: Period) -> None:
    """Ledger lines and embodied carbon of one purchase."""

    def line(account: str, price: float, factor: float, period: str, years: float | None = None) -> None:
        m.cost(
            account,
            asset.item,
            column,
            unit_price=price,
            origin=asset.origin,
            quantity=1.0 if years is None else years,
            unit=asset.unit if years is None else f"{asset.unit}-years",
            factor=factor,
            site=site,
            period=period,
        )

    for date in serves.purchases if asset.price_usd else ():
        line("purchase", asset.price_usd, clock.at(date), bought.name)
    left = straight_line(asset.price_usd, serves.age, asset.life_years)
    if left:
        line("resale", -left, clock.at(serves.end), bought.name)
    upkeep = asset.price_usd * asset.maintenance_fraction + asset.maintenance_usd_per_year
    for period in serves.periods:
        if upkeep:
            line("maintenance", upkeep, period.value_factor, period.name, period.years)
        if asset.embodied_kg:
            amount = asset.embodied_kg / asset.life_years * period.years
            m.tally("embodied_kg", column, amount, who=asset.item, site=site, period=period.name)
