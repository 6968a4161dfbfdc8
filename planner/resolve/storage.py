"""Storage units, schemes and prices -> tiers."""

from __future__ import annotations

from collections.abc import Iterable

from planner.catalog import Catalog, CatalogError, Row
from planner.problem import StorageTier
from planner.resolve.cites import cites

GIB_PER_GB = 1e9 / 2**30
"""Cloud price lists count a GB as 2^30 bytes."""


def tiers(catalog: Catalog, durability: Iterable[float]) -> tuple[StorageTier, ...]:
    """Every priced unit, owned ones under each scheme worth having for the durabilities asked; by id."""
    asked = sorted(set(durability))
    found: list[StorageTier] = []
    for unit in catalog.rows("storage_unit"):
        try:
            price = catalog.row("price_storage", unit.id)
        except CatalogError:
            continue
        if "rent_usd_per_month" in price.figures:
            found.append(_rented(unit, price))
        else:
            found += [_owned(catalog, unit, price, scheme) for scheme in _schemes(catalog, asked)]
    return tuple(sorted(found, key=lambda t: t.id))


def _schemes(catalog: Catalog, asked: list[float]) -> list[Row]:
    """For each durability asked, the schemes that reach it with the fewest raw bytes and with the fewest units."""
    rows = catalog.rows("storage_scheme")
    best: dict[str, Row] = {}
    for nines in asked or [0.0]:
        able = [r for r in rows if r.number("nines_per_year") >= nines]
        if able:
            for fields in (("overhead", "failure_domains"), ("failure_domains", "overhead")):
                row = min(able, key=lambda r: (r.number(fields[0]), r.number(fields[1]), r.id))
                best[row.id] = row
    return [best[k] for k in sorted(best)]


def _owned(catalog: Catalog, unit: Row, price: Row, scheme: Row) -> StorageTier:
    finance = catalog.row("finance", "default")
    usable = scheme.number("fill_fraction") / scheme.number("overhead")
    return StorageTier(
        id=f"{unit.id}_{scheme.id}",
        name=f"{unit.name}, {scheme.name}",
        heat=str(unit.text["heat"]),  # type: ignore[arg-type]
        unit="units",
        raw_tb=unit.number("raw_tb"),
        usable_fraction=usable,
        scheme=scheme.id,
        failure_domains=int(scheme.number("failure_domains")),
        durability_nines=scheme.number("nines_per_year"),
        read_gb_per_s=unit.number("read_gb_per_s"),
        write_gb_per_s=unit.number("write_gb_per_s") / scheme.number("overhead"),
        retrieval_s=unit.number("retrieval_s"),
        price_usd=price.number("purchase_usd"),
        rent_usd_per_month=0.0,
        life_years=finance.number("life_storage_years"),
        maintenance_fraction=finance.number("it_maintenance_fraction"),
        kw=unit.number("kw"),
        rack_units=unit.number("rack_units"),
        embodied_kg=unit.get("embodied_kgco2e", 0.0),
        origin=unit.origin,
        cites=cites(unit, price, scheme),
        operations_per_s=unit.get("operations_per_s", 0.0),
    )


def _rented(unit: Row, price: Row) -> StorageTier:
    """A cloud class by the logical TB: the provider keeps its own copies, power and racks."""
    return StorageTier(
        id=unit.id,
        name=unit.name,
        heat=str(unit.text["heat"]),  # type: ignore[arg-type]
        unit="TB",
        raw_tb=1.0,
        usable_fraction=1.0,
        scheme="provider",
        failure_domains=1,
        durability_nines=unit.get("durability_nines", 11.0),
        read_gb_per_s=unit.number("read_gb_per_s"),
        write_gb_per_s=unit.number("write_gb_per_s"),
        retrieval_s=unit.number("retrieval_s"),
        price_usd=0.0,
        rent_usd_per_month=price.number("rent_usd_per_month"),
        life_years=1.0,
        maintenance_fraction=0.0,
        kw=0.0,
        rack_units=0.0,
        embodied_kg=0.0,
        origin=unit.origin,
        cites=cites(unit, price),
        stay_days=price.get("stay_days", 0.0),
        retrieval_usd_per_gb=price.get("retrieval_usd_per_gb", 0.0) * GIB_PER_GB,
        egress_usd_per_gb=price.get("egress_usd_per_gb", 0.0) * GIB_PER_GB,
        write_usd_per_1000=price.get("write_usd_per_1000", 0.0),
        read_usd_per_1000=price.get("read_usd_per_1000", 0.0),
    )
