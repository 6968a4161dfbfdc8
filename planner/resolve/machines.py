"""Catalog nodes and their prices -> machines that can be bought or rented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from planner.catalog import Catalog, CatalogError, Row
from planner.problem import Machine
from planner.resolve.cites import cites


@dataclass(frozen=True, slots=True)
class Terms:
    """The scenario's say on hardware: who may be used, own prices, discounts (match, fraction), as parsed."""

    allow: Sequence[str] = ()
    deny: Sequence[str] = ()
    prices: Mapping[str, float] | None = None
    discounts: Sequence[tuple[str, float]] = ()
    installed: frozenset[str] = frozenset()
    """Machines that stand somewhere already: used whoever may be bought from, and whether or not anybody sells them."""
    origin: str = ""


BY_NAME = ("tag:rented", "tag:spot", "tag:announced")
"""What names rented machines, and those not shipping yet, as plainly as their ids do."""


def permitted(machine: Machine, allow: Sequence[str], deny: Sequence[str]) -> bool:
    """Denied by nothing, allowed by something; rented or not yet shipping ones only where allowed by name."""
    if any(machine.matches(p) for p in deny):
        return False
    plain = machine.acquisition == "buy" and "announced" not in machine.tags
    if allow:
        return any(machine.matches(p) and (plain or p in (machine.id, *BY_NAME)) for p in allow)
    return plain


def machines(catalog: Catalog, terms: Terms) -> tuple[Machine, ...]:
    """Every machine the scenario permits and the catalog prices, by id."""
    found = []
    for node in catalog.rows("node"):
        own = (terms.prices or {}).get(node.id)
        price = _row(catalog, "price_node", node.id)
        if price is not None or own is not None or node.id in terms.installed:
            found.append(_machine(catalog, node, price, "buy", own))
    for offer in catalog.rows("price_rental"):
        like = _row(catalog, "node", str(offer.text.get("node", "")))
        if like is not None:
            found.append(_machine(catalog, like, offer, "rent", (terms.prices or {}).get(offer.id)))
    kept = [_discounted(m, terms) for m in found if m.on_sale and permitted(m, terms.allow, terms.deny)]
    have = {m.id for m in kept}
    kept += [replace(m, on_sale=False) for m in found if m.id in terms.installed and m.id not in have]
    return tuple(sorted(kept, key=lambda m: m.id))


def _row(catalog: Catalog, kind: str, id: str) -> Row | None:
    try:
        return catalog.row(kind, id)
    except CatalogError:
        return None


def _discounted(machine: Machine, terms: Terms) -> Machine:
    price = machine.price_usd
    for pattern, fraction in terms.discounts:
        if machine.matches(pattern):
            price *= 1 - fraction
    return replace(machine, price_usd=price)


def _machine(
    catalog: Catalog, node: Row, price: Row | None, acquisition: Literal["buy", "rent"], own: float | None
) -> Machine:
    accelerated = node.text.get("class") == "accelerated"
    chip = _row(catalog, "accelerator", str(node.text.get("accelerator", "")))
    upkeep = catalog.row("reliability", "accelerated" if accelerated else "cpu")
    finance = catalog.row("finance", "default")
    rented = acquisition == "rent"
    listed = 0.0 if price is None else price.number("usd_per_hour" if rented else "purchase_usd")
    row = price if rented and price is not None else node
    tags = [*node.tags, str(node.text.get("class", "")), *(["rented"] if rented else [])]
    if rented and price is not None and price.text.get("plan") == "spot":
        tags.append("spot")
    if chip is not None:
        tags += [str(chip.text.get("family", "")), *(["announced"] if chip.text.get("status") == "announced" else [])]
    return Machine(
        id=row.id,
        name=row.name,
        vendor=str(node.text.get("vendor", "")),
        tags=tuple(sorted({t for t in tags if t})),
        acquisition=acquisition,
        price_usd=listed if own is None else own,
        life_years=finance.number("life_accelerated_years" if accelerated else "life_cpu_years"),
        maintenance_fraction=0.0 if rented else finance.number("it_maintenance_fraction"),
        idle_kw=node.number("idle_w") / 1e3,
        busy_kw=node.number("sustained_w") / 1e3,
        peak_kw=node.number("max_w") / 1e3,
        rack_units=node.number("rack_units"),
        liquid=node.text.get("cooling") == "liquid",
        embodied_kg=0.0 if rented else node.number("embodied_kgco2e"),
        failures_per_day=upkeep.number("failures_per_day"),
        repair_days=upkeep.number("repair_days"),
        accelerator="" if chip is None else chip.id,
        accelerators=int(node.get("accelerators", 0)),
        cores=int(node.get("cores", 0)),
        ram_gb=node.get("ram_gb", 0.0),
        nvme_tb=node.get("local_nvme_tb", 0.0),
        nics=int(node.get("nics", 0)),
        nic_gbps=node.get("nic_gbps", 0.0),
        performance=_performance(catalog, node, chip),
        origin=row.origin,
        cites=cites(node, price, chip),
        on_sale=price is not None or own is not None,
        torus_dimensions=_torus(node, chip),
    )


def _torus(node: Row, chip: Row | None) -> int:
    """Dimensions of the torus that the accelerators' links make, where it reaches beyond the machine."""
    wired = "" if chip is None else str(chip.text.get("scale_up_type", ""))
    beyond = chip is not None and chip.get("scale_up_domain", 1) > node.get("accelerators", 0)
    return next((d for d in (2, 3) if beyond and f"{d}D torus" in wired), 0)


def _performance(catalog: Catalog, node: Row, chip: Row | None) -> dict[str, float]:
    """Figures of the node and, prefixed, of its accelerator; and the PUE of whoever rents it out."""
    found = {name: figure.value for name, figure in node.figures.items()}
    if chip is not None:
        found |= {f"accelerator_{name}": figure.value for name, figure in chip.figures.items()}
    found["provider_pue"] = catalog.row("facility", "default").number("provider_pue")
    return dict(sorted(found.items()))
