"""Switches, cables, optics and prices -> fabric classes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from planner.catalog import Catalog, Row
from planner.estimate.torus import OPTICAL, TORI
from planner.problem import FabricClass, Machine, Switch
from planner.resolve.switches import end_to_end, small, switch_at
from planner.resolve.tori import tori

FRONTEND = "frontend"
"""The fabric class of machines that need no fabric of their own between them."""
BITS_PER_BYTE = 8
SPEEDS = (100.0, 200.0, 400.0, 800.0)
BESIDE = ("storage", "frontend", "management")
Unmet = tuple[tuple[str, ...], str, str, str]
"""Path in the scenario, what is wrong, what was expected, how to fix it."""


def fabrics(
    catalog: Catalog, machines: Iterable[Machine], ratios: Iterable[float], network: Any = None
) -> tuple[FabricClass, ...]:
    """Every class some machine could be wired with: each switch at each NIC speed, oversubscription and family asked.

    `network`: the scenario's key of that name, or None: fat trees with optics in every port.
    """
    bought = [m for m in machines if m.acquisition == "buy" and m.accelerators]
    owned = [m for m in bought if m.nic_gbps > 0]
    made = [FabricClass("none", None, 1.0, "")]
    for speed in sorted({m.nic_gbps for m in owned}):
        rails = sorted({m.nics for m in owned if m.nic_gbps == speed})
        offers = [switch_at(catalog, row, speed) for row in catalog.rows("switch") if not small(row)]
        for switch in _worthwhile([s for s in offers if s is not None]):
            for ratio in sorted({1.0, *ratios}):
                name, cabled = f"{switch.id}_{speed:g}g_{ratio:g}to1", _cabled(catalog, switch, network)
                if cabled is not None:
                    made += _families(catalog, FabricClass(name, cabled, ratio, switch.origin), rails, network)
    made += tori(catalog, bought, network)
    frontend = _frontend(catalog)
    asked = [_beside(catalog, network, name) for name in BESIDE]
    side = [f for f in asked if f is not None]
    if frontend is not None and all(f.id != FRONTEND for f in side):
        made.append(frontend)
    return (*made, *side)


def _families(catalog: Catalog, plain: FabricClass, rails: list[int], network: Any) -> Iterator[FabricClass]:
    """The class once for each family, and by rail for each number of ports that machines have."""
    if network is None:
        yield plain
        return
    switch = plain.switch
    assert switch is not None
    split = switch_at(catalog, catalog.row("switch", switch.id), switch.port_gbps / network.planes, switch.port_gbps)
    lanes = (network.planes, split.ports) if split is not None and network.planes > 1 else (1, 0)
    planed = replace(plain, above=network.above_pod, planes=lanes[0], split_ports=lanes[1])
    for family in (f for f in network.families if f not in TORI):
        if family == "fat_tree":
            yield planed
        elif family == "dragonfly_plus":
            yield replace(planed, id=f"{plain.id}_{family}", family=family)
        else:
            for count in rails:
                yield replace(planed, id=f"{plain.id}_{family}_{count}", family=family, rails=count)


def _cabled(catalog: Catalog, switch: Switch, network: Any) -> Switch | None:
    """The switch with the cheapest media that reach as far as its cables run; none where none reaches."""
    runs = getattr(network, "cables", None)
    if runs is None:
        return switch
    media = []
    for metres in runs.runs.values():
        found = end_to_end(catalog, switch.port_gbps, metres) if metres else (switch.link_usd, switch.link_kw, ())
        if found is None:
            return None
        media.append(found)
    near, far = media
    cited = tuple(dict.fromkeys((*switch.cites, *near[2], *far[2])))
    return replace(switch, link_usd=near[0], link_kw=near[1], trunk_usd=far[0], trunk_kw=far[1], cites=cited)


def _worthwhile(offers: list[Switch]) -> list[Switch]:
    """Switches that no other beats on ports, price per port and power per port at once."""

    def beats(a: Switch, b: Switch) -> bool:
        x = (-a.ports, a.price_usd / a.ports, a.kw / a.ports)
        y = (-b.ports, b.price_usd / b.ports, b.kw / b.ports)
        return all(p <= q for p, q in zip(x, y, strict=True)) and (x != y or a.id < b.id)

    return [s for s in offers if not any(beats(other, s) for other in offers if other is not s)]


def _frontend(catalog: Catalog) -> FabricClass | None:
    """The cheapest Ethernet switch per port at 100 Gb/s or the next speed that there is."""
    switch = _ethernet(catalog, SPEEDS)
    if switch is None:
        return None
    return FabricClass(FRONTEND, switch, 4.0, switch.origin, lesser=_lesser(catalog, SPEEDS, switch))


def _ethernet(catalog: Catalog, speeds: Iterable[float]) -> Switch | None:
    """The Ethernet switch that is cheapest per port with its link, small ones aside."""
    found = [(s.price_usd / s.ports + s.link_usd, s.id, s) for s in _offers(catalog, speeds, few=False)]
    return min(found)[2] if found else None


def _lesser(catalog: Catalog, speeds: Iterable[float], switch: Switch) -> tuple[Switch, ...]:
    """Small Ethernet switches that cost less than one of the network's own."""
    return tuple(s for s in _offers(catalog, speeds, few=True) if s.price_usd < switch.price_usd)


def _offers(catalog: Catalog, speeds: Iterable[float], *, few: bool) -> Iterator[Switch]:
    """Ethernet switches, small or not, each at the first of the speeds that it has."""
    for row in catalog.rows("switch"):
        if _plain(row) and small(row) == few:
            found = (switch_at(catalog, row, speed) for speed in speeds)
            yield from list(filter(None, found))[:1]


def _beside(catalog: Catalog, network: Any, name: str) -> FabricClass | None:
    """A network of its own that the scenario asks for; its switch is the cheapest Ethernet at that speed or more."""
    asked = getattr(network, name, None)
    speeds = [] if asked is None else _speeds(catalog, asked.speed)
    switch = _ethernet(catalog, speeds)
    cabled = None if switch is None else _cabled(catalog, switch, network)
    if switch is None or cabled is None or asked is None:
        return None
    # Ports of storage are counted at the network's own speed.
    few = [] if name == "storage" else [_cabled(catalog, s, network) for s in _lesser(catalog, speeds, switch)]
    place = {"ports_per_machine": asked.ports, "side": True, "lesser": tuple(filter(None, few))}
    return FabricClass(name, cabled, asked.oversubscription, cabled.origin, **place)


def _speeds(catalog: Catalog, least: float) -> list[float]:
    """Port speeds of Ethernet switches, Gb/s, from `least` bytes/s up."""
    known = {*SPEEDS, *(row.number("port_gbps") for row in catalog.rows("switch") if _plain(row))}
    return sorted(s for s in known if s >= least * BITS_PER_BYTE / 1e9 * (1 - 1e-9))


def unmet(catalog: Catalog, network: Any) -> Iterator[Unmet]:
    """What a scenario's `network` asks for and no row of the catalogs gives."""
    for name in BESIDE:
        asked = getattr(network, name, None)
        if asked is not None and _ethernet(catalog, _speeds(catalog, asked.speed)) is None:
            said = f"no priced Ethernet switch has ports of {asked.speed * BITS_PER_BYTE / 1e9:g} Gb/s or more"
            yield ("network", name, "speed"), said, "a speed that a switch of the catalogs has", "Ask for less."
    if OPTICAL in network.families and network.circuit_switch is None:
        said, wanted = f"{OPTICAL} without a price of its switches", "`circuit_switch`, a price"
        yield ("network", "families"), said, wanted, "Write it like `circuit_switch: 100000 USD`; no price is public."
    for key, metres in network.cables.runs.items() if network.cables else ():
        if metres and not any(end_to_end(catalog, speed, metres) for speed in SPEEDS):
            said = f"no priced cable or optic reaches {metres:,.6g} m"
            yield (
                ("network", "cables", key),
                said,
                "a length that a medium of the catalogs reaches",
                "Write it like `30 m`.",
            )


def _plain(row: Row) -> bool:
    return row.text.get("technology") != "infiniband"
