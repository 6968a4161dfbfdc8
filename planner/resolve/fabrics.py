"""Switches, optics and prices -> fabric classes."""

from __future__ import annotations

from collections.abc import Iterable

from planner.catalog import Catalog, CatalogError, Row
from planner.problem import FabricClass, Machine, Switch
from planner.resolve.cites import cites

FRONTEND = "frontend"
"""The fabric class of machines that need no fabric of their own between them: two ports each into the site network."""
FRONTEND_PORTS = 2


def fabrics(catalog: Catalog, machines: Iterable[Machine], ratios: Iterable[float]) -> tuple[FabricClass, ...]:
    """Every class some machine could be wired with: each switch at each NIC speed, at each oversubscription asked."""
    speeds = sorted({m.nic_gbps for m in machines if m.nic_gbps > 0 and m.acquisition == "buy" and m.accelerators})
    made = [FabricClass("none", None, 1.0, "")]
    for speed in speeds:
        offers = [switch_at(catalog, row, speed) for row in catalog.rows("switch")]
        for switch in _worthwhile([s for s in offers if s is not None]):
            for ratio in sorted({1.0, *ratios}):
                name = f"{switch.id}_{speed:g}g_{ratio:g}to1"
                made.append(FabricClass(name, switch, ratio, switch.origin))
    frontend = _frontend(catalog)
    return tuple(made if frontend is None else [*made, frontend])


def _worthwhile(offers: list[Switch]) -> list[Switch]:
    """Switches that no other beats on ports, price per port and power per port at once."""

    def beats(a: Switch, b: Switch) -> bool:
        x = (-a.ports, a.price_usd / a.ports, a.kw / a.ports)
        y = (-b.ports, b.price_usd / b.ports, b.kw / b.ports)
        return all(p <= q for p, q in zip(x, y, strict=True)) and (x != y or a.id < b.id)

    return [s for s in offers if not any(beats(other, s) for other in offers if other is not s)]


def _frontend(catalog: Catalog) -> FabricClass | None:
    """The cheapest Ethernet switch per port at 100 Gb/s or the next speed that there is."""
    offers = []
    for row in catalog.rows("switch"):
        if row.text.get("technology") != "infiniband":
            for speed in (100.0, 200.0, 400.0, 800.0):
                switch = switch_at(catalog, row, speed)
                if switch is not None:
                    offers.append((switch.price_usd / switch.ports + switch.link_usd, row.id, switch))
                    break
    if not offers:
        return None
    switch = min(offers)[2]
    return FabricClass(FRONTEND, switch, 4.0, switch.origin)


def switch_at(catalog: Catalog, row: Row, gbps: float) -> Switch | None:
    """A switch with its ports run (or split) at a speed; none where it has no price or no such ports."""
    ports = _ports(row, gbps)
    try:
        price = catalog.row("price_switch", row.id)
        optic = _optic(catalog, gbps)
    except CatalogError:
        return None
    if not ports or optic is None:
        return None
    module, cost = optic
    finance = catalog.row("finance", "default")
    return Switch(
        id=row.id,
        name=row.name,
        ports=ports,
        port_gbps=gbps,
        kw=row.number("typical_w") / 1e3,
        price_usd=price.number("price_usd"),
        link_usd=2 * cost.number("price_usd"),
        link_kw=2 * module.number("w_each") / 1e3,
        life_years=finance.number("life_network_years"),
        maintenance_fraction=finance.number("it_maintenance_fraction"),
        embodied_kg=row.get("embodied_kgco2e", 0.0),
        origin=row.origin,
        cites=cites(row, price, module, cost),
    )


def _ports(row: Row, gbps: float) -> int:
    whole, speed = int(row.number("ports")), row.number("port_gbps")
    if gbps == speed:
        return whole
    if row.get("split_gbps", 0.0) == gbps:
        return int(row.number("split_ports"))
    return 2 * whole if speed == 2 * gbps else 0


def _optic(catalog: Catalog, gbps: float) -> tuple[Row, Row] | None:
    """The cheapest priced optic of a speed; both ends of a link take one."""
    offers = []
    for row in catalog.rows("optic"):
        if row.get("gbps", 0.0) == gbps:
            try:
                price = catalog.row("price_optic", row.id)
            except CatalogError:
                continue
            offers.append((price.number("price_usd"), row.id, row, price))
    if not offers:
        return None
    best = min(offers, key=lambda o: (o[0], o[1]))
    return best[2], best[3]
