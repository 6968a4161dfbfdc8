"""A year of weather from a file, whatever its format and clock."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from pathlib import Path

import numpy as np

from planner.series import humidity
from planner.series.weather_align import Aligned, align
from planner.series.weather_formats import Table, read_table
from planner.series.weather_irradiance import clock_note, complete
from planner.series.weather_types import HOURS_PER_YEAR, Series, Weather, refuse

EARTH_RADIUS_KM = 6371.0
"""IUGG mean radius."""
FARTHEST_ZONE_HOURS = 14.0
"""Kiribati's; no zone lies farther from UTC."""
TYPICAL = ("tmy3", "tmy2", "epw", "pvgis", "try")
"""Formats of typical years; an EPW is one but for few."""
SAME_PLACE_KM = 25.0
"""Weather from nearer than this is the site's own: the spacing of reanalysis grids (ERA5 31 km)."""


def from_file(
    path: Path,
    format: str | None = None,
    *,
    latitude: float | None = None,
    longitude: float | None = None,
    elevation_m: float | None = None,
    utc_offset_hours: float | None = None,
    place: str = "",
) -> Weather:
    """A year of weather from a TMY3, TMY2, EPW, PVGIS, NSRDB or plain CSV file (None: guessed).

    The keywords describe the site, and fill in what the file does not say of itself: a file of another place is kept
    as that place's weather and says so in `stood_in`. Raises WeatherError, all problems at once, with file and line.
    """
    table = read_table(Path(path), format)
    where = table.where
    lat = latitude if where.latitude is None else where.latitude
    lon = longitude if where.longitude is None else where.longitude
    if lat is None or lon is None:
        raise refuse(table.file, "the file does not say where it is from", "Give the site's latitude and longitude.")
    if not (abs(lat) <= 90 and abs(lon) <= 180 and abs(where.utc_offset_hours or 0.0) <= FARTHEST_ZONE_HOURS):
        message = f"a place at {lat:g}, {lon:g} in UTC{where.utc_offset_hours or 0.0:+g} is not on Earth"
        raise refuse(table.file, message, "Give degrees north and east, and hours east of UTC.", 1)
    if not table.rows:
        raise refuse(table.file, "has no rows of data", f"Give {HOURS_PER_YEAR} rows, one for every hour.")
    got = align(table, utc_offset_hours, lon)
    height = where.elevation_m if where.elevation_m is not None else elevation_m
    name = where.name or place or f"{lat:.2f}, {lon:.2f}"
    away = distance_km(lat, lon, latitude, longitude) if latitude is not None and longitude is not None else 0.0
    stood_in = "" if away <= SAME_PLACE_KM else f"The weather of {name}, {away:,.0f} km away, stands in."
    return _weather(table, got, (lat, lon, height), name, stood_in)


def _weather(table: Table, got: Aligned, where: tuple[float, float, float | None], name: str, stood_in: str) -> Weather:
    lat, lon, height = where
    notes = [*got.notes]
    if height is None:
        notes.append("No elevation is known: sea level is taken.")
    metres = height or 0.0
    series = got.series
    temperature = series["temperature_c"]
    rh = _humidity(table, series, notes)
    wet = series["wetbulb_c"] if "wetbulb_c" in series else humidity.wet_bulb(temperature, rh)
    given = series.get("ghi_w_m2"), series.get("dni_w_m2"), series.get("dhi_w_m2")
    light, said = complete(given, (lat, lon, metres), got.utc_offset_hours)
    notes += [*said, *clock_note(light[0], lon, got.utc_offset_hours)]
    pressure = _pressure(series, metres, notes)
    wind = series.get("wind_m_s")
    if wind is None:
        notes.append("The file has no wind speed: it cannot give wind power, and still air is taken for solar cells.")
    ghi, dni, dhi, air = (None if s is None else _fixed(s) for s in (*light, wind))
    return Weather(
        _fixed(temperature), _fixed(np.minimum(wet, temperature)), _fixed(rh), ghi, dni, dhi, air, _fixed(pressure),
        got.wind_height_m, got.utc_offset_hours, name, lat, lon, metres, f"{table.file} ({table.format})",
        stood_in, tuple(notes), table.format in TYPICAL,
    )  # fmt: skip


def _humidity(table: Table, series: dict[str, Series], notes: list[str]) -> Series:
    if "relative_humidity" in series:
        return np.clip(series["relative_humidity"], 0.0, 100.0)
    if "dew_point_c" in series:
        notes.append("Relative humidity is derived from the dew point (Magnus form).")
        return humidity.relative_humidity(series["temperature_c"], series["dew_point_c"])
    raise refuse(
        table.file,
        "no humidity: cooling needs the wet bulb",
        "Add a column relative_humidity_pct or dew_point_c, or leave the file out and let a station stand in.",
    )


def _pressure(series: dict[str, Series], elevation_m: float, notes: list[str]) -> Series:
    if "pressure_pa" in series:
        return series["pressure_pa"]
    pascal = humidity.standard_pressure_pa(elevation_m)
    notes.append(f"The file has no pressure: the standard atmosphere's {pascal:,.0f} Pa at {elevation_m:g} m is taken.")
    return np.full(HOURS_PER_YEAR, pascal)


def _fixed(series: Series) -> Series:
    out = np.array(series, dtype=np.float64)
    out.setflags(write=False)
    return out


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance between two places in degrees (haversine)."""
    a, b, c, d = map(radians, (lat1, lon1, lat2, lon2))
    h = sin((c - a) / 2) ** 2 + cos(a) * cos(c) * sin((d - b) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(h)))


def standard_offset_hours(timezone: str) -> float:
    """Hours east of UTC of a zone's standard (winter) time, e.g. -5.0 for America/New_York; WeatherError if unknown."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    try:
        zone = ZoneInfo(timezone)
    except (OSError, ValueError, KeyError):
        raise refuse("timezone", f"there is no time zone {timezone!r}", "Write it as America/New_York.") from None
    offsets = [datetime(2023, month, 1, tzinfo=zone).utcoffset() for month in (1, 7)]
    return min(o.total_seconds() for o in offsets if o is not None) / 3600
