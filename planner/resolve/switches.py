"""A switch at a port speed, and what joins two ports: optics at both ends, or a cable where one reaches."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from planner.catalog import Catalog, CatalogError, Row
from planner.problem import Cite, Switch
from planner.resolve.cites import cites

Medium = tuple[float, float, tuple[Cite, ...]]
"""USD and kW of a link, both ends, and the figures behind them."""


def switch_at(catalog: Catalog, row: Row, gbps: float, optic_gbps: float | None = None) -> Switch | None:
    """A switch with its ports run (or split) at a speed; none where it has no price or no such ports.

    `optic_gbps`: the speed of its optics, where each carries several lanes.
    """
    ports = ports_at(row, gbps)
    price = _row(catalog, "price_switch", row.id)
    optic = module(catalog, optic_gbps or gbps)
    if not ports or optic is None or price is None:
        return None
    one, cost = optic
    finance = catalog.row("finance", "default")
    return Switch(
        id=row.id,
        name=row.name,
        ports=ports,
        port_gbps=gbps,
        kw=row.number("typical_w") / 1e3,
        price_usd=price.number("price_usd"),
        link_usd=2 * cost.number("price_usd"),
        link_kw=2 * one.number("w_each") / 1e3,
        life_years=finance.number("life_network_years"),
        maintenance_fraction=finance.number("it_maintenance_fraction"),
        embodied_kg=row.get("embodied_kgco2e", 0.0),
        rack_units=row.number("rack_units"),
        origin=row.origin,
        cites=cites(row, price, one, cost),
    )


def end_to_end(catalog: Catalog, gbps: float, metres: float | None) -> Medium | None:
    """The cheapest priced medium of a speed that reaches so far; none where none does, or no length is given.

    A cable's price is one cable's, an optic's one end's; both rows give watts of one end.
    """
    if metres is None:
        return None
    found = []
    for kind, ends in (("cable", 1), ("optic", 2)):
        for row, price in _priced(catalog, kind, gbps):
            if row.get("reach_m", inf) >= metres:
                found.append((ends * price.number("price_usd"), 2 * row.number("w_each") / 1e3, row.id, row, price))
    if not found:
        return None
    usd, kw, _, row, price = min(found, key=lambda f: f[:3])
    return usd, kw, cites(row, price)


def _priced(catalog: Catalog, kind: str, gbps: float) -> Iterator[tuple[Row, Row]]:
    for row in catalog.rows(kind):
        price = _row(catalog, f"price_{kind}", row.id)
        if row.get("gbps", 0.0) == gbps and price is not None:
            yield row, price


def _row(catalog: Catalog, kind: str, id: str) -> Row | None:
    try:
        return catalog.row(kind, id)
    except CatalogError:
        return None


def small(row: Row) -> bool:
    """Whether a switch is for a few machines, to stand alone and not between leaves and spines."""
    return row.text.get("role") == "alone"


def ports_at(row: Row, gbps: float) -> int:
    """Ports of a switch run, or split, at a speed; 0 where it has none."""
    whole, speed = int(row.number("ports")), row.number("port_gbps")
    if gbps == speed:
        return whole
    if row.get("split_gbps", 0.0) == gbps:
        return int(row.number("split_ports"))
    return 2 * whole if speed == 2 * gbps else 0


def module(catalog: Catalog, gbps: float) -> tuple[Row, Row] | None:
    """The cheapest priced optic of a speed; both ends of a link take one."""
    offers = [(price.number("price_usd"), row.id, row, price) for row, price in _priced(catalog, "optic", gbps)]
    if not offers:
        return None
    best = min(offers, key=lambda o: (o[0], o[1]))
    return best[2], best[3]
