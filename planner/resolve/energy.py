"""Generation, storage and grid of a site, from the scenario's wishes, catalog rows and the site's weather."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf, sqrt
from pathlib import Path
from typing import Any

import numpy as np

from planner.catalog import Catalog, Row
from planner.problem import Battery, Grid, Producer, Series
from planner.resolve.cites import cites
from planner.resolve.tariff import tariff
from planner.series.hourly_table import HourlyFile
from planner.series.published import Ask
from planner.series.weather import Weather, standard_offset_hours

COST_SETS = {"market": "low", "reference": "value", "conservative": "high"}
"""The three named cost sets of batteries: which end of the published range is taken."""


@dataclass(frozen=True, slots=True)
class Place:
    """A site's scenario record with what its energy depends on."""

    site: Any
    weather: Weather
    folder: Path
    origin: str
    notes: list[str] = field(default_factory=list)
    """What had to be said of the files that were read."""

    @property
    def utc_offset_hours(self) -> float:
        """The site's standard time: its zone's, else its own weather's, else that of its longitude."""
        zone = self.site.location.timezone
        if zone is not None:
            return standard_offset_hours(zone)
        solar = float(round(self.site.location.longitude / 15))
        return solar if self.weather.stood_in else self.weather.utc_offset_hours

    def hours(self, given: Any, what: str) -> Series:
        """A constant or a file's hours, on the site's clock, in base units."""
        name = f"{self.site.id} {what.replace('_', ' ')}"
        found = read_hours(given, self.folder, name, what, self.utc_offset_hours)
        self.notes.extend(found.notes)
        return found.values


def producers(catalog: Catalog, place: Place) -> tuple[Producer, ...]:
    """As-produced sources the scenario offers at the site."""
    return tuple(_producer(catalog, place, wish) for wish in place.site.renewables or ())


def _producer(catalog: Catalog, place: Place, wish: Any) -> Producer:
    row = catalog.row("energy", wish.technology)
    most = wish.max if wish.max is not None else inf
    if wish.land is not None:
        most = min(most, wish.land / row.number("land_m2_per_kw"))
    return Producer(
        id=row.id,
        name=row.name,
        capacity_factor=capacity_factor(row, place.weather),
        capex_usd_per_kw=row.number("capex_usd_per_kw"),
        fixed_om_usd_per_kw_year=row.number("fixed_om_usd_per_kw_year"),
        life_years=row.number("life_years"),
        embodied_kg_per_kw=row.number("embodied_kgco2e_per_kw"),
        max_kw=most,
        installed_kw=wish.installed or 0.0,
        origin=row.origin,
        cites=cites(row),
    )


def capacity_factor(row: Row, weather: Weather) -> Series:
    """Capacity factor of an as-produced technology by hour of the year, by its resource."""
    figures = {name: figure.value for name, figure in row.figures.items()}
    if row.text.get("resource") == "wind":
        from planner.series import wind

        return wind.capacity_factor(weather, row.get("hub_height_m", 100.0), figures)
    from planner.series import solar

    return solar.capacity_factor(weather, str(row.text["mounting"]), figures)


def batteries(catalog: Catalog, place: Place) -> tuple[Battery, ...]:
    """Stores the scenario offers at the site."""
    return tuple(_battery(catalog, wish) for wish in place.site.batteries or ())


def _battery(catalog: Catalog, wish: Any) -> Battery:
    row = catalog.row("energy", wish.technology)
    end = COST_SETS[wish.cost or "reference"]
    one_way = sqrt(row.number("round_trip_efficiency"))

    def cost(field: str) -> float:
        value = getattr(row.figure(field), end)
        return row.number(field) if value is None else float(value)

    return Battery(
        id=row.id,
        name=row.name,
        power_usd_per_kw=cost("power_usd_per_kw"),
        energy_usd_per_kwh=cost("energy_usd_per_kwh"),
        fixed_om_fraction=row.number("fixed_om_fraction"),
        life_years=row.number("life_years"),
        charge_efficiency=one_way,
        discharge_efficiency=one_way,
        standing_loss_per_hour=row.get("standing_loss_per_hour", 0.0),
        usable_fraction=row.number("usable_fraction"),
        wear_usd_per_kwh=row.get("wear_usd_per_kwh", 0.0),
        embodied_kg_per_kwh=row.number("embodied_kgco2e_per_kwh"),
        max_kw=inf if wish.max_power is None else wish.max_power,
        max_kwh=inf if wish.max_energy is None else wish.max_energy,
        installed_kw=wish.installed_power or 0.0,
        installed_kwh=wish.installed_energy or 0.0,
        origin=row.origin,
        cites=cites(row),
        calendar_fade=row.get("calendar_fade_coefficient", 0.0),
        calendar_exponent=row.get("calendar_fade_exponent", 1.0),
        cycle_fade=row.get("cycle_fade_per_full_cycle", 0.0),
    )


def grid(catalog: Catalog, place: Place) -> Grid:
    """The site's utility: the scenario's own figures first, else its region's."""
    from planner.series import grid as shapes

    row = catalog.row("grid", place.site.region)
    own = place.site.grid
    offset = place.weather.utc_offset_hours

    def series(given: Any, default: Series, what: str) -> Series:
        return default if given is None else place.hours(given, what)

    intensity = series(own.intensity, shapes.hourly_intensity(row, offset), "intensity")
    export = None if own.export_price is None else place.hours(own.export_price, "export_price")
    marginal = own.marginal_intensity
    marginal = None if marginal is None else place.hours(marginal, "marginal_intensity")
    demand, share = own.demand_charge, own.export_share
    price = series(own.price, shapes.hourly_price(row), "price")
    export = price if own.metering == "net" else export
    return Grid(
        region=row.id,
        connection_kw=inf if own.connection is None else own.connection,
        price_usd_per_kwh=price,
        export_usd_per_kwh=export,
        export_kw=own.export_limit or 0.0,
        demand_charge_usd_per_kw_month=row.get("demand_charge_usd_per_kw_month", 0.0) if demand is None else demand,
        intensity_kg_per_kwh=intensity,
        market_intensity_kg_per_kwh=float(intensity.mean()) if own.market_intensity is None else own.market_intensity,
        carbon_free_fraction=series(own.carbon_free, shapes.hourly_carbon_free(row), "carbon_free"),
        water_l_per_kwh=row.get("water_l_per_kwh", 0.0) if own.water is None else own.water,
        origin=place.origin,
        cites=cites(row),
        marginal_kg_per_kwh=marginal,
        tariff=tariff(
            own, price, place.weather.temperature_c, lambda file: place.hours(file, "load"), place.origin
        ),
        net_metering=own.metering == "net",
        export_kwh_per_year=own.export_volume,
        export_share=None if share is None else share.most,
        export_share_of="generation" if share is None else share.of,
    )


def read_hours(given: Any, folder: Path, name: str, what: str = "", offset: float | None = None) -> HourlyFile:
    """A constant or a file's hours, (8760,) in base units, `offset` hours east of UTC; and what had to be said."""
    from planner.scenario.schema_base import dimension_of
    from planner.series.hourly_file import read_series

    if isinstance(given, int | float):
        return HourlyFile(np.full(8760, float(given)), ())
    ask = Ask(what, given.zone, given.year, offset, getattr(given, "exchange_rate", None))
    limits = bounds(dimension_of(type(given)))
    return read_series(folder / given.file, given.column, given.scale, name, limits, ask)


def bounds(dimension: str) -> tuple[float, float]:
    """Least and most of an hour's number in base units; prices of energy may be negative in some hours."""
    from planner.scenario.units import DIMENSIONS

    kind = DIMENSIONS[dimension]
    return (-kind.most if dimension == "energy_price" else kind.least), kind.most
