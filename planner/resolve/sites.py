"""Sites: weather, halls, cooling hour by hour, power train, building and what stands there already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

from planner.catalog import Catalog, Row
from planner.problem import Cooling, Hall, PowerTrain, Site
from planner.resolve.cites import cites
from planner.resolve.contracts import certificates, contracts, green
from planner.resolve.energy import Place, batteries, grid, producers
from planner.resolve.generators import generators
from planner.resolve.weather import weather_of
from planner.series import cooling as physics
from planner.series.weather import Weather

DEFAULT_TRAIN = "n_plus_1"


def site(catalog: Catalog, scenario: Any, index: int, folder: Path) -> Site:
    """One site, everything looked up."""
    record = scenario.sites[index]
    origin = scenario.origin("sites", index)
    weather = weather_of(record, folder)
    place = Place(record, weather, folder, origin)
    facility = catalog.row("facility", "default")
    utility = grid(catalog, place)
    rent = record.colocation_price
    train = _train(catalog, record.power_train or DEFAULT_TRAIN)
    return Site(
        id=record.id,
        name=record.name or record.id,
        latitude=record.location.latitude,
        longitude=record.location.longitude,
        building=record.building,
        space_usd_per_kw_month=facility.number("colocation_usd_per_kw_month") if rent is None else rent,
        shell_usd_per_kw=facility.number("shell_usd_per_kw"),
        shell_life_years=facility.number("shell_life_years"),
        shell_embodied_kg_per_kw=facility.number("shell_embodied_kg_per_kw"),
        staff_usd_per_kw_year=facility.number("staff_usd_per_kw_year"),
        water_usd_per_l=_water(record, facility),
        halls=tuple(within_strips(h, train.breaker_derating) for h in halls(scenario, index, catalog)),
        cooling=tuple(_cooling(row, weather) for row in catalog.rows("cooling")),
        power_train=train,
        grid=replace(utility, green=green(record)),
        producers=producers(catalog, place),
        batteries=batteries(catalog, place),
        installed=_installed(record),
        weather=weather.stood_in or f"{weather.place} ({weather.source})",
        temperature_c=weather.temperature_c,
        origin=origin,
        cites=cites(facility),
        typical=weather.typical,
        contracts=contracts(catalog, place, scenario, index),
        certificates=certificates(scenario, index),
        generators=generators(catalog, record),
        trains=_trains(catalog, cited=getattr(record, "power", None) is not None),
        notes=(*_weather_notes(record, weather), *place.notes),
    )


def _weather_notes(record: Any, weather: Weather) -> list[str]:
    """What was made of the site's own file; a station that ships needs no such words."""
    own = record.weather is not None and record.weather.file
    return [f"{record.id} weather: {note}" for note in weather.notes] if own else []


def _water(record: Any, facility: Row) -> float:
    own = record.water_price
    return facility.number("water_usd_per_m3") / 1e3 if own is None else float(own)


def halls(scenario: Any, index: int, catalog: Catalog) -> tuple[Hall, ...]:
    """Named halls, or one `main` hall with the site's own limits."""
    record = scenario.sites[index]
    every = tuple(row.id for row in catalog.rows("cooling"))
    offered = tuple(record.cooling or every)
    if not record.halls:
        return (_hall("main", record, offered, False, scenario.origin("sites", index)),)
    return tuple(
        _hall(h.id, h, tuple(h.cooling or offered), bool(h.existing), scenario.origin("sites", index, "halls", i))
        for i, h in enumerate(record.halls)
    )


def _hall(id: str, record: Any, cooling: tuple[str, ...], built: bool, origin: str) -> Hall:
    racks, rack_kw, feed = record.racks, record.rack_power, getattr(record, "feed", None)
    strips = getattr(record, "pdus", None)
    return Hall(
        id=id,
        racks=inf if racks is None else float(racks),
        rack_kw=inf if rack_kw is None else rack_kw,
        feed_kw=inf if feed is None else feed,
        cooling=cooling,
        built=built,
        origin=origin,
        feeds=record.feeds,
        zone=getattr(record, "zone", None) or "",
        pdu_kw=None if strips is None else strips.each,
        pdus=0 if strips is None else strips.count,
    )


def within_strips(hall: Hall, derating: float) -> Hall:
    """A hall whose racks bear what their power strips do, breakers derated and any one of several cut."""
    if hall.pdu_kw is None:
        return hall
    return replace(hall, rack_kw=min(hall.rack_kw, hall.pdu_kw * derating * max(1, hall.pdus - 1)))


def _cooling(row: Row, weather: Weather) -> Cooling:
    year = physics.hourly(row, weather.temperature_c, weather.wetbulb_c)
    return Cooling(
        id=row.id,
        name=row.name,
        liquid=bool(row.text.get("liquid", False)),
        max_rack_kw=row.number("max_rack_kw"),
        air_overhead=year.air_overhead,
        liquid_overhead=year.liquid_overhead,
        air_water=year.air_water,
        liquid_water=year.liquid_water,
        fixed_overhead=year.fixed_overhead,
        design_overhead=year.design_overhead,
        plant_usd_per_kw=row.number("plant_usd_per_kw"),
        maintenance_fraction=row.number("maintenance_fraction"),
        life_years=row.number("life_years"),
        embodied_kg_per_kw=row.get("embodied_kg_per_kw", 0.0),
        origin=row.origin,
        cites=cites(row),
    )


def _trains(catalog: Catalog, *, cited: bool) -> tuple[PowerTrain, ...]:
    """Every train of the catalog, the least available first; with its sources where one of them may be taken."""
    every = [replace(_train(catalog, row.id), curve=()) for row in catalog.rows("power_train")]
    found = every if cited else [replace(t, cites=()) for t in every]
    return tuple(sorted(found, key=lambda t: (t.availability, t.built_over_needed, t.id)))


def _train(catalog: Catalog, id: str) -> PowerTrain:
    row, every = catalog.row("power_train", id), catalog.rows("power_train")
    known = [r for r in every if r.get("max_module_load_fraction", 0.0) > 0]
    return PowerTrain(
        modules=_modules(row),
        id=row.id,
        name=row.name,
        built_over_needed=row.number("built_over_needed"),
        efficiency=row.number("efficiency"),
        availability=row.number("availability"),
        breaker_derating=row.number("breaker_derating"),
        usd_per_kw=row.number("usd_per_kw"),
        life_years=row.number("life_years"),
        maintenance_fraction=row.number("maintenance_fraction"),
        embodied_kg_per_kw=row.get("embodied_kg_per_kw", 0.0),
        origin=row.origin,
        cites=cites(row),
        curve=tuple(sorted((r.number("max_module_load_fraction"), r.number("efficiency")) for r in known)),
    )


def _modules(row: Row) -> tuple[int, int, int] | None:
    """Modules built, modules needed and paths of a row that counts them."""
    if not all(name in row.figures for name in ("modules_built", "modules_needed", "paths")):
        return None
    return int(row.number("modules_built")), int(row.number("modules_needed")), int(row.number("paths"))


def _installed(record: Any) -> Mapping[str, int]:
    """Machines already there, by `hall/machine`; without a hall they stand in the first."""
    found: dict[str, int] = {}
    first = record.halls[0].id if record.halls else "main"
    for item in record.installed.machines if record.installed else ():
        key = f"{item.hall or first}/{item.machine}"
        found[key] = found.get(key, 0) + int(item.count)
    return found
