"""Power purchase agreements and certificates: what is delivered by the hour, and what that is worth at its node."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isinf
from typing import Any

import numpy as np

from planner.catalog import Catalog
from planner.errors import BadInput
from planner.problem import Certificate, Green, Period, Ppa, Series, Shared, Site
from planner.resolve.cites import cites
from planner.resolve.energy import Place, capacity_factor
from planner.resolve.weather import weather_of

HOURS_PER_YEAR = 8760


def contracts(catalog: Catalog, place: Place, scenario: Any, index: int) -> tuple[Ppa, ...]:
    """The agreements of a scenario's site."""
    origins = [scenario.origin("sites", index, "contracts", i) for i in range(len(place.site.contracts))]
    return tuple(_ppa(catalog, place, p, o) for p, o in zip(place.site.contracts, origins, strict=True))


def _ppa(catalog: Catalog, place: Place, wish: Any, origin: str) -> Ppa:
    price = place.hours(wish.node_price, "node_price")
    delivered = _delivered(catalog, place, wish)
    if wish.curtail_below is not None:
        delivered = np.where(price < wish.curtail_below, 0.0, delivered)
    size, most = None if isinf(wish.size) else wish.size, inf if wish.max is None else wish.max
    return Ppa(
        id=wish.id,
        kind=wish.kind,
        settlement=wish.settlement,
        strike_usd_per_kwh=wish.strike,
        fee_usd_per_kwh=wish.fee,
        node_price_usd_per_kwh=price,
        delivered=delivered,
        size_kw=size,
        max_kw=most,
        most_of_load=wish.most_of_load,
        counts=wish.counts or ("hourly" if wish.kind == "pay_as_produced" else "annual"),
        local=wish.region in (None, place.site.region),
        origin=origin,
        cites=cites(catalog.row("energy", wish.technology)) if wish.technology else (),
        shared=_shared(place.site, wish, size, most),
    )


def _shared(site: Any, wish: Any, size: float | None, most: float) -> Shared | None:
    """Who shares an agreement, where it says so."""
    if wish.sites is None:
        return None
    shares = tuple(wish.sites.values()) if isinstance(wish.sites, dict) else None
    return Shared(site.id, tuple(wish.sites), shares, wish.region or site.region, size, most, wish.most_of_load)


def _delivered(catalog: Catalog, place: Place, wish: Any) -> Series:
    if wish.profile is not None:
        return place.hours(wish.profile, "profile")
    if wish.technology is None:
        return np.ones(HOURS_PER_YEAR)
    weather = place.weather
    if wish.weather is not None:
        weather = weather_of(place.site.model_copy(update={"weather": wish.weather}), place.folder)
    return capacity_factor(catalog.row("energy", wish.technology), weather)


def certificates(scenario: Any, index: int) -> tuple[Certificate, ...]:
    """The certificates on offer to a scenario's site."""
    return tuple(
        Certificate(
            id=c.id,
            usd_per_kwh=c.price,
            kwh_per_year=None if isinf(c.volume) else c.volume,
            max_kwh_per_year=inf if c.max is None else c.max,
            origin=scenario.origin("sites", index, "certificates", i),
        )
        for i, c in enumerate(scenario.sites[index].certificates)
    )


def green(record: Any) -> Green | None:
    """A site's green tariff."""
    wish = record.grid.green
    return None if wish is None else Green(wish.adder, wish.share, wish.counts == "hourly")


def refuse_unbounded(scenario: Any, sites: Sequence[Site], periods: Sequence[Period]) -> None:
    """An agreement that earns money and that nothing caps has no best size. Raises BadInput with every one of them."""
    from planner.scenario import render

    problems = []
    for index, site in enumerate(sites):
        for k, ppa in enumerate(site.contracts):
            earns, energy = _worth(ppa, periods)
            if ppa.size_kw is None and isinf(ppa.max_kw) and ppa.most_of_load is None and earns > 0:
                said = f"each kilowatt-hour earns {earns / energy:.4f} USD on average, and nothing caps the volume"
                expected = "a cap on what earns money, or the best size is without end"
                fix = "Add `max: 30 MW`, or `most_of_load: 100%`; or give the size."
                path = ("sites", index, "contracts", k)
                problems.append(scenario.source.problem(path, "unbounded", said, expected, fix, key=True))
    if problems:
        raise BadInput(render(problems))


def _worth(ppa: Ppa, periods: Sequence[Period]) -> tuple[float, float]:
    """What a kW earns over the periods, in levelised USD, and the kWh that it delivers."""
    margin = ppa.delivered * (ppa.node_price_usd_per_kwh - ppa.strike_usd_per_kwh - ppa.fee_usd_per_kwh)
    calendars = [(p.value_factor, p.calendar) for p in periods]
    earns = sum(factor * float(c.weight @ c.take(margin)) for factor, c in calendars)
    return earns, max(1e-9, sum(float(c.weight @ c.take(ppa.delivered)) for _, c in calendars))
