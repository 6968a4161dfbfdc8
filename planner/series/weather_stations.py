"""Weather inside packages, that stands in where a site has none: pvlib's three stations, demandlib's fifteen if there.

pvlib's are the United States' typical years and always there. demandlib's (the extra `aiplan[weather]`) are the test
reference years of the German weather service, with a map of the region that each of them stands for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from planner.series.weather_file import SAME_PLACE_KM, distance_km, from_file
from planner.series.weather_regions import region_of
from planner.series.weather_types import Weather, did_you_mean, refuse

FOLDERS = {"pvlib": "data", "demandlib": "vdi/resources_weather"}
"""Where in a package its files of weather are."""
REGIONS = "TRY_polygons.geojson"
KM_PER_DEGREE = 111.2
"""Kilometres for a degree of latitude: 2 pi x 6371 km / 360."""
ALONG = 0.1
"""What a kilometre of distance counts beside one of distance from the equator. A choice of ours."""
UP = 1.0
"""What a metre of height counts, in kilometres of distance from the equator: 6.5 K colder for a kilometre up (the
standard atmosphere), about as much for some thousand kilometres towards the pole. A choice of ours."""
FAR = 1000.0
"""Kilometres, so counted, beyond which a climate is not the site's. A choice of ours."""


@dataclass(frozen=True, slots=True)
class Station:
    """A weather file inside a package: pvlib (BSD-3-Clause, data by NREL) or demandlib (MIT, data by the DWD)."""

    id: str
    name: str
    file: str
    format: str
    latitude: float
    longitude: float
    elevation_m: float
    climate: str
    source: str
    package: str = "pvlib"
    region: int = 0
    """Of the German weather service's map; 0 outside of it."""


def _try(region: int, id: str, name: str, north: float, east: float, metres: float, climate: str) -> Station:
    file = f"TRY2010_{region:02}_Jahr.dat"
    source = f"Deutscher Wetterdienst, test reference year 2010 of region {region} (mean year of 1988-2007), "
    source += f"in demandlib/{FOLDERS['demandlib']}/{file}"
    return Station(id, name, file, "try", north, east, metres, climate, source, "demandlib", region)


# Places as in the files' own first lines; years of record from NREL/TP-581-43156 (TMY3), NREL/SP-463-7668 (TMY2), and
# the headers of the TRY files.
KNOWN = (
    Station("greensboro", "Greensboro NC", "723170TYA.CSV", "tmy3", 36.1, -79.95, 273, "mild, humid summers",
            "NREL TMY3 station 723170, typical year of 1976-2005, in pvlib/data/723170TYA.CSV"),
    Station("miami", "Miami FL", "12839.tm2", "tmy2", 25.8, -80.267, 2, "hot and humid",
            "NREL TMY2 station 12839, typical year of 1961-1990, in pvlib/data/12839.tm2"),
    Station("sand_point", "Sand Point AK", "703165TY.csv", "tmy3", 55.317, -160.517, 7, "cool and maritime",
            "NREL TMY3 station 703165, typical year of 1991-2005, in pvlib/data/703165TY.csv"),
    _try(1, "bremerhaven", "Bremerhaven", 53.533, 8.583, 7, "North Sea coast"),
    _try(2, "rostock", "Rostock", 54.183, 12.083, 4, "Baltic coast"),
    _try(3, "hamburg", "Hamburg", 53.633, 10.0, 13, "north-west German lowland"),
    _try(4, "potsdam", "Potsdam", 52.383, 13.067, 81, "north-east German lowland"),
    _try(5, "essen", "Essen", 51.4, 6.967, 152, "Lower Rhine and Emsland"),
    _try(6, "bad_marienberg", "Bad Marienberg", 50.667, 7.967, 547, "edges of the northern and western uplands"),
    _try(7, "kassel", "Kassel", 51.3, 9.45, 231, "northern and western uplands"),
    _try(8, "braunlage", "Braunlage", 51.733, 10.6, 607, "Harz and Black Forest, middle heights"),
    _try(9, "chemnitz", "Chemnitz", 50.8, 12.867, 418, "Thuringia and Saxony"),
    _try(10, "hof", "Hof", 50.317, 11.883, 567, "south-eastern uplands"),
    _try(11, "fichtelberg", "Fichtelberg", 50.433, 12.95, 1213, "uplands above 1000 m"),
    _try(12, "mannheim", "Mannheim", 49.517, 8.55, 96, "Upper Rhine and lower Neckar"),
    _try(13, "muehldorf", "Mühldorf", 48.283, 12.5, 405, "Swabia, Franconia and the foreland of the Alps"),
    _try(14, "stoetten", "Stötten", 48.667, 9.867, 734, "Swabian Jura"),
    _try(15, "garmisch", "Garmisch-Partenkirchen", 47.483, 11.067, 719, "edge and valleys of the Alps"),
)  # fmt: skip


def stations() -> tuple[Station, ...]:
    """The stations whose files the installed packages have."""
    folders = {package: _folder(package) for package in FOLDERS}
    return tuple(s for s in KNOWN if (at := folders[s.package]) is not None and (at / s.file).is_file())


def _folder(package: str) -> Path | None:
    spec = find_spec(package)
    return Path(spec.origin).parent / FOLDERS[package] if spec is not None and spec.origin else None


def by_station(name: str) -> Weather:
    """The weather of a station by its id; WeatherError with a suggestion when there is none of that name."""
    key = name.strip().lower().replace(" ", "_").replace("-", "_")
    station = next((s for s in KNOWN if s.id == key), None)
    if station is None:
        raise refuse("weather station", f"there is no station {name!r}", did_you_mean(key, tuple(s.id for s in KNOWN)))
    folder = _folder(station.package)
    if folder is None or not (folder / station.file).is_file():
        fix = f"Install {station.package} (`pip install 'aiplan[weather]'`), or give a weather file."
        raise refuse("weather station", f"the file of {station.name} is not there", fix)
    return _read(folder, station)


@lru_cache(maxsize=len(KNOWN))
def _read(folder: Path, station: Station) -> Weather:
    weather = from_file(folder / station.file, station.format)
    return replace(weather, place=station.name, source=station.source)


def unlike(latitude: float, longitude: float, elevation_m: float | None, station: Station) -> float:
    """How unlike a station's climate is to a place's: kilometres of distance from the equator, and what counts as such.

    Distance from the equator sets the length of days, the height of the sun and most of the temperature. A place whose
    height is not known counts as low. Coasts, winds and monsoons are not looked at.
    """
    away = distance_km(latitude, longitude, station.latitude, station.longitude)
    north = abs(abs(latitude) - abs(station.latitude))
    return KM_PER_DEGREE * north + ALONG * away + UP * abs(station.elevation_m - (elevation_m or 0.0))


def nearest(latitude: float, longitude: float, elevation_m: float | None = None, *, missing: bool = False) -> Station:
    """The station that stands in: its region's where the weather service's map has one, else the least `unlike` one.

    `missing`: also of those whose package is not installed.
    """
    have = KNOWN if missing else stations()
    if not have:
        raise refuse("weather", "the installed pvlib holds no weather files", "Give the site a weather file.")
    folder = _folder("demandlib")
    region = region_of(latitude, longitude, folder / REGIONS) if folder is not None else 0
    mine = [s for s in have if s.region == region] if region else []
    return min(mine or have, key=lambda s: (round(unlike(latitude, longitude, elevation_m, s), 3), s.id))


def embedded(latitude: float, longitude: float, elevation_m: float | None = None) -> Weather:
    """The stand-in weather for a place, unshifted: hours, sun and irradiance are the station's own.

    `stood_in` names the station, its source and the distance unless the place is within 25 km of it, and says where the
    climate is not the site's. South of the equator the seasons are the station's northern ones, which it says too.
    """
    station = nearest(latitude, longitude, elevation_m)
    weather = by_station(station.id)
    away = distance_km(latitude, longitude, station.latitude, station.longitude)
    if away <= SAME_PLACE_KM:
        return weather
    text = f"The weather of {station.name} ({station.climate}), {away:,.0f} km away, stands in; "
    text += "temperature, wind and irradiance are that place's, not the site's"
    text += ", and its summer is June to August" if latitude < 0 else ""
    text += f" ({station.source})."
    return replace(weather, stood_in=text + _warning(latitude, longitude, elevation_m, station))


def _warning(latitude: float, longitude: float, elevation_m: float | None, station: Station) -> str:
    """What to do where another climate is nearer, or none is near."""
    text, better = "", nearest(latitude, longitude, elevation_m, missing=True)
    if unlike(latitude, longitude, elevation_m, better) < unlike(latitude, longitude, elevation_m, station):
        away = distance_km(latitude, longitude, better.latitude, better.longitude)
        text += f" {better.name}, {away:,.0f} km away, stands in once `pip install 'aiplan[weather]'` has been run."
    if unlike(latitude, longitude, elevation_m, station) > FAR:
        text += " That climate is not the site's: cooling, sun and wind need a weather file before they are relied on."
    return text
