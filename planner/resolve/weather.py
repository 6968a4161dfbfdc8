"""The weather of a site: its own file, a named station, or the nearest climate that ships, which then says so."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from planner.series.weather import Weather, by_station, embedded, from_file, standard_offset_hours

About = tuple[float | None, float | None, float | None, str | None, str]
"""Of a site: latitude, longitude, elevation in metres, time zone, name."""


def weather_of(record: Any, folder: Path) -> Weather:
    """The weather of a site's typed record. Raises WeatherError."""
    asked, at = record.weather, record.location
    if asked is not None and asked.file:
        about = (at.latitude, at.longitude, at.elevation, at.timezone, record.name or record.id)
        return _own(folder / asked.file, asked.format, about)
    if asked is not None and asked.station:
        return by_station(asked.station)
    return embedded(at.latitude, at.longitude, at.elevation)


def as_written(site: Mapping[str, Any], folder: Path) -> Weather:
    """The weather in the file that a site names, from the scenario's plain data, whatever else is wrong with that."""
    weather, at = site["weather"], site.get("location")
    at = at if isinstance(at, dict) else {}
    degrees = [float(v) if isinstance(v := at.get(key), int | float) else None for key in ("latitude", "longitude")]
    name = site.get("name") or site.get("id")
    about = (degrees[0], degrees[1], _metres(at.get("elevation")), _text(at.get("timezone")), str(name))
    return _own(folder / weather["file"], _text(weather.get("format")), about)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _metres(value: Any) -> float | None:
    from planner.scenario.quantity import QuantityError, parse_quantity

    try:
        return None if value is None else parse_quantity(value, "elevation")
    except QuantityError:
        return None


def _own(path: Path, format: str | None, about: About) -> Weather:
    try:
        seen = path.stat()
    except OSError:
        return from_file(path, format)
    return _read(path, (seen.st_mtime_ns, seen.st_size), format, about)


@lru_cache(maxsize=16)
def _read(path: Path, version: tuple[int, int], format: str | None, about: About) -> Weather:
    """A file once for each `version` of it: reading checks it, and resolving takes it."""
    latitude, longitude, elevation, zone, name = about
    return from_file(
        path,
        format,
        latitude=latitude,
        longitude=longitude,
        elevation_m=elevation,
        utc_offset_hours=None if zone is None else standard_offset_hours(zone),
        place=name,
    )
