"""Generators of a site, from the scenario's wishes and catalog rows."""

from __future__ import annotations

from math import inf
from typing import Any

from planner.catalog import Catalog
from planner.problem import Generator
from planner.resolve.cites import cites


def generators(catalog: Catalog, site: Any) -> tuple[Generator, ...]:
    """Plants that burn fuel, as the scenario offers them at the site."""
    return tuple(_generator(catalog, wish) for wish in site.generators or ())


def _generator(catalog: Catalog, wish: Any) -> Generator:
    row = catalog.row("energy", wish.technology)
    price = row.number("capex_usd_per_kw")
    upkeep = price * row.get("fixed_om_fraction", 0.0)
    return Generator(
        id=row.id,
        name=row.name,
        capex_usd_per_kw=price,
        fixed_om_usd_per_kw_year=row.get("fixed_om_usd_per_kw_year", upkeep),
        life_years=row.number("life_years"),
        embodied_kg_per_kw=row.get("embodied_kgco2e_per_kw", 0.0),
        efficiency=row.number("electric_efficiency_hhv"),
        fuel_usd_per_kwh=wish.fuel_price,
        running_usd_per_kwh=row.get("om_usd_per_kwh", 0.0),
        fuel_kg_per_kwh=row.number("fuel_kgco2e_per_kwh") if wish.fuel_carbon is None else wish.fuel_carbon,
        carbon_free=wish.carbon_free,
        max_kw=inf if wish.max is None else wish.max,
        installed_kw=wish.installed or 0.0,
        unit_kw=wish.unit,
        spares=wish.spares,
        full_load_hours=wish.full_load_hours,
        least_load=row.get("least_load_fraction", 0.0),
        backup=wish.backup,
        origin=row.origin,
        cites=cites(row),
        half_load=row.get("half_load_efficiency_fraction", 1.0),
    )
