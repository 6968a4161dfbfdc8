"""The weather that ships with pvlib: three stations, each a real year of hours, that stand in where a site has none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from planner.series.weather_file import SAME_PLACE_KM, distance_km, from_file
from planner.series.weather_types import Weather, did_you_mean, refuse


@dataclass(frozen=True, slots=True)
class Station:
    """A weather file inside pvlib (BSD-3-Clause); the data are NREL's, typical years drawn from the years named."""

    id: str
    name: str
    file: str
    format: str
    latitude: float
    longitude: float
    climate: str
    source: str


# Places as in the files' own first lines; years of record from NREL/TP-581-43156 (TMY3) and NREL/SP-463-7668 (TMY2).
KNOWN = (
    Station("greensboro", "Greensboro NC", "723170TYA.CSV", "tmy3", 36.1, -79.95, "mild, humid summers",
            "NREL TMY3 station 723170, typical year of 1976-2005, in pvlib/data/723170TYA.CSV"),
    Station("miami", "Miami FL", "12839.tm2", "tmy2", 25.8, -80.267, "hot and humid",
            "NREL TMY2 station 12839, typical year of 1961-1990, in pvlib/data/12839.tm2"),
    Station("sand_point", "Sand Point AK", "703165TY.csv", "tmy3", 55.317, -160.517, "cool and maritime",
            "NREL TMY3 station 703165, typical year of 1991-2005, in pvlib/data/703165TY.csv"),
)  # fmt: skip


def stations() -> tuple[Station, ...]:
    """The stations whose files the installed pvlib has, by id."""
    folder = _folder()
    return tuple(s for s in KNOWN if folder is not None and (folder / s.file).is_file())


def _folder() -> Path | None:
    spec = find_spec("pvlib")
    return Path(spec.origin).parent / "data" if spec is not None and spec.origin else None


def by_station(name: str) -> Weather:
    """The weather of a station by its id; WeatherError with a suggestion when there is none of that name."""
    key = name.strip().lower().replace(" ", "_").replace("-", "_")
    if key not in {s.id for s in stations()}:
        raise refuse("weather station", f"there is no station {name!r}", did_you_mean(key, tuple(s.id for s in KNOWN)))
    return _read(key)


@lru_cache(maxsize=len(KNOWN))
def _read(id: str) -> Weather:
    station = next(s for s in KNOWN if s.id == id)
    folder = _folder()
    assert folder is not None
    weather = from_file(folder / station.file, station.format)
    return replace(weather, place=station.name, source=station.source)


def nearest(latitude: float, longitude: float) -> Station:
    """The station that stands in: the smallest difference in distance from the equator, then the smallest distance.

    Latitude sets the length of days, the height of the sun and most of the temperature; with three stations nothing
    finer can be told apart. Elevation, coasts and monsoons are not looked at.
    """
    have = stations()
    if not have:
        raise refuse("weather", "the installed pvlib holds no weather files", "Give the site a weather file.")
    return min(
        have,
        key=lambda s: (
            round(abs(abs(latitude) - abs(s.latitude)), 6),
            distance_km(latitude, longitude, s.latitude, s.longitude),
        ),
    )


def embedded(latitude: float, longitude: float) -> Weather:
    """The stand-in weather for a place, unshifted: hours, sun and irradiance are the station's own.

    `stood_in` names the station and the distance unless the place is within 25 km of it. South of the equator the
    seasons are the station's northern ones, which `stood_in` says too.
    """
    station = nearest(latitude, longitude)
    weather = by_station(station.id)
    away = distance_km(latitude, longitude, station.latitude, station.longitude)
    if away <= SAME_PLACE_KM:
        return weather
    text = f"The weather of {station.name} ({station.climate}), {away:,.0f} km away, stands in; "
    text += "temperature, wind and irradiance are that place's, not the site's"
    text += ", and its summer is June to August." if latitude < 0 else "."
    return replace(weather, stood_in=text)
