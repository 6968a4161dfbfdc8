"""Accelerators with links of their own -> fabric classes of tori, wired for good or over circuit switches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from planner.catalog import Catalog, Row
from planner.estimate.torus import OPTICAL, STATIC, links_each
from planner.problem import FabricClass, Machine, Switch
from planner.resolve.cites import cites
from planner.resolve.switches import Medium, end_to_end, module

INSIDE_M = 2.0
"""Longest link inside a cube, which is one rack."""
BITS_PER_BYTE = 8
SPEEDS = (100.0, 200.0, 400.0, 800.0)
"""Gb/s of priced links; a torus's link takes the next of them up."""


def tori(catalog: Catalog, machines: Iterable[Machine], network: Any) -> Iterator[FabricClass]:
    """One class for each family asked and machine bought whose accelerators' links leave it.

    In a torus wired for good a link is optics at both ends or what reaches as far as the scenario's cables run. Over
    circuit switches links inside a cube are the cheapest that reach, and each fibre has optics at the cube alone.
    """
    asked = [f for f in (STATIC, OPTICAL) if network is not None and f in network.families]
    for machine in machines if asked else ():
        if machine.torus_dimensions and machine.acquisition == "buy":
            for family in asked:
                made = _class(catalog, machine, network, family)
                if made is not None:
                    yield made


def _class(catalog: Catalog, machine: Machine, network: Any, family: str) -> FabricClass | None:
    d, figures = machine.torus_dimensions, machine.performance
    rate = figures.get("accelerator_scale_up_gb_per_s", 0.0) * BITS_PER_BYTE / (2 * d)
    speed = next((s for s in SPEEDS if s >= rate), SPEEDS[-1])
    optic, near = module(catalog, speed), end_to_end(catalog, speed, INSIDE_M)
    links = links_each(machine.accelerators, d, family)
    if optic is None or not links or rate <= 0:
        return None
    row, price = optic
    fibre: Medium = price.number("price_usd"), row.number("w_each") / 1e3, cites(row, price)
    pair: Medium = 2 * fibre[0], 2 * fibre[1], fibre[2]
    runs = network.cables.runs if network.cables else {}
    far = end_to_end(catalog, speed, runs.get("between_switches")) or pair
    link = far if family == STATIC else near or pair
    boxes = list(catalog.rows("circuit_switch")) if family == OPTICAL else []
    if family == OPTICAL and (not boxes or network.circuit_switch is None):
        return None
    box = max(boxes, key=lambda r: (r.number("ports"), r.id)) if boxes else None
    switch = _switch(catalog, machine, box, network.circuit_switch or 0.0, speed, link, fibre)
    pod = int(figures.get("accelerator_scale_up_domain", 0))
    id = f"{family}_{machine.id}"
    return FabricClass(
        id, switch, 1.0, switch.origin, family, ports_per_machine=links, machine=machine.id, dimensions=d, pod=pod
    )


def _switch(
    catalog: Catalog, machine: Machine, box: Row | None, usd: float, speed: float, link: Medium, fibre: Medium
) -> Switch:
    """The circuit switch and the links; where there is no switch, the links alone under a name of their own."""
    finance = catalog.row("finance", "default")
    return Switch(
        id=f"torus_of_{machine.id}" if box is None else box.id,
        name=f"Torus of {machine.name}" if box is None else box.name,
        ports=0 if box is None else int(box.number("ports")),
        port_gbps=speed,
        kw=0.0 if box is None else box.number("typical_w") / 1e3,
        price_usd=0.0 if box is None else usd,
        link_usd=link[0],
        link_kw=link[1],
        life_years=finance.number("life_network_years"),
        maintenance_fraction=finance.number("it_maintenance_fraction"),
        embodied_kg=0.0 if box is None else box.get("embodied_kgco2e", 0.0),
        origin=machine.origin if box is None else box.origin,
        cites=tuple(dict.fromkeys((*(cites(box) if box is not None else ()), *link[2], *fibre[2]))),
        trunk_usd=fibre[0],
        trunk_kw=fibre[1],
    )
