"""Weather files as tables: which format a file is in, its place, its header and its rows, each with a line number.

pvlib reads most of these formats too, but stops at the first bad cell without saying where; the tests hold both readers
to the same numbers. What each format means by a time label is from its own manual: TMY3 and TMY2 (NREL/TP-581-43156 and
NREL/SP-463-7668) and EPW (EnergyPlus auxiliary programs, weather data) give the hour that ends at the label; NSRDB
(SAM CSV) and PVGIS give values at an instant.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path

from planner.series.weather_try import HEADER, MEZ_HOURS, is_try, read_try
from planner.series.weather_types import did_you_mean, refuse

FORMATS = ("tmy3", "tmy2", "epw", "pvgis", "nsrdb", "try", "csv")


@dataclass(frozen=True, slots=True)
class Where:
    """What a file says of its own place; None where it says nothing."""

    name: str = ""
    latitude: float | None = None
    longitude: float | None = None
    elevation_m: float | None = None
    utc_offset_hours: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A weather file taken apart; `rows` are (line number, cells), `ending` says that labels close their interval.

    `irradiance_at` is where in the labelled hour a radiation value is centred: 0.5 for means over the hour, None for
    the minute of the label itself. `units` are those a format fixes without naming them in its header.
    """

    file: str
    format: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, list[str]], ...]
    where: Where
    ending: bool
    irradiance_at: float | None = 0.5
    utc: bool = False
    wind_height_m: float = 10.0
    """WMO guide no. 8: surface wind is measured at 10 m."""
    units: dict[str, str] = field(default_factory=dict)


def read_table(path: Path, format: str | None = None) -> Table:
    """The file as a table; raises WeatherError when it cannot be read or is not in that format."""
    name = path.name
    if format is not None and format not in FORMATS:
        raise refuse(name, f"there is no weather format {format!r}", did_you_mean(format, FORMATS))
    try:
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError as err:
        raise refuse(str(path), f"cannot be read: {err.strerror}", "Check the path.") from None
    lines = text.splitlines()
    return READERS[format or guess(lines, path.suffix)](name, lines)


def guess(lines: Sequence[str], suffix: str) -> str:
    """The format, from the first lines and the file name's suffix."""
    first = lines[0] if lines else ""
    if first.startswith("LOCATION,") or suffix.lower() == ".epw":
        return "epw"
    if suffix.lower() == ".tm2":
        return "tmy2"
    if first.startswith("Source,") and "Time Zone" in first:
        return "nsrdb"
    if len(lines) > 1 and lines[1].startswith("Date (MM/DD/YYYY)"):
        return "tmy3"
    if is_try(lines):
        return "try"
    if first.startswith("Latitude (decimal") or any(line.startswith("time(UTC)") for line in lines[:40]):
        return "pvgis"
    return "csv"


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None


def _cells(lines: Sequence[str], first: int, delimiter: str = ",") -> tuple[tuple[int, list[str]], ...]:
    """Rows from index `first`, with 1-based line numbers; blank lines and `#` comments are passed over."""
    rows = []
    for number, line in enumerate(lines[first:], start=first + 1):
        if line.strip() and not line.startswith("#"):
            plain = '"' not in line
            rows.append((number, line.split(delimiter) if plain else next(csv.reader([line], delimiter=delimiter))))
    return tuple(rows)


def _split(lines: Sequence[str], index: int) -> list[str]:
    return [c.strip() for c in next(csv.reader([lines[index]]))] if index < len(lines) else []


def _tmy3(file: str, lines: Sequence[str]) -> Table:
    meta, header = _split(lines, 0), _split(lines, 1)
    if len(meta) < 7 or "Date (MM/DD/YYYY)" not in header:
        raise refuse(file, "not a TMY3 file: the station line or the header is missing", "Give format: csv.", 1)
    numbers = [_number(cell) for cell in meta[3:7]]
    where = Where(f"{meta[1].title()} {meta[2]}", numbers[1], numbers[2], numbers[3], numbers[0])
    return Table(file, "tmy3", tuple(header), _cells(lines, 2), where, ending=True)


EPW_HEADER = (
    "year", "month", "day", "hour", "minute", "flags", "temperature", "dew_point", "relative_humidity", "pressure",
    "extraterrestrial_ghi", "extraterrestrial_dni", "infrared", "ghi", "dni", "dhi", "illuminance_global",
    "illuminance_direct", "illuminance_diffuse", "luminance", "wind_direction", "wind_speed",
)  # fmt: skip
EPW_LINES_BEFORE = 8


def _epw(file: str, lines: Sequence[str]) -> Table:
    meta = _split(lines, 0)
    if len(meta) < 10 or meta[0] != "LOCATION":
        raise refuse(file, "not an EPW file: line 1 is not LOCATION with ten fields", "Give format: csv.", 1)
    numbers = [_number(cell) for cell in meta[6:10]]
    where = Where(meta[1].title(), numbers[0], numbers[1], numbers[3], numbers[2])
    return Table(file, "epw", EPW_HEADER, _cells(lines, EPW_LINES_BEFORE), where, ending=True)


def _pvgis(file: str, lines: Sequence[str]) -> Table:
    at = next((i for i, line in enumerate(lines) if line.startswith("time")), None)
    if at is None:
        raise refuse(file, "not a PVGIS file: there is no header that begins with time(UTC)", "Give format: csv.", 1)
    said = {k.split("(")[0].strip(): _number(v.strip()) for k, _, v in (ln.partition(":") for ln in lines[:at])}
    where = Where("", said.get("Latitude"), said.get("Longitude"), said.get("Elevation"))
    end = next((i for i in range(at + 1, len(lines)) if not lines[i].strip()), len(lines))
    lag = said.get("Irradiance Time Offset")
    return Table(
        file, "pvgis", tuple(_split(lines, at)), _cells(lines[:end], at + 1), where, ending=False,
        irradiance_at=lag, utc=True, units={"pressure_pa": "pa"},
    )  # fmt: skip


def _nsrdb(file: str, lines: Sequence[str]) -> Table:
    said = dict(zip(_split(lines, 0), _split(lines, 1), strict=False))
    header = _split(lines, 2)
    if "Latitude" not in said or "Year" not in header:
        message = "not an NSRDB file: two lines about the place and a header are expected"
        raise refuse(file, message, "Give format: csv.", 1)
    lat, lon, height, zone = (_number(said.get(k, "")) for k in ("Latitude", "Longitude", "Elevation", "Time Zone"))
    where = Where(said.get("City", "").strip("-"), lat, lon, height, zone)
    return Table(
        file, "nsrdb", tuple(header), _cells(lines, 3), where, ending=False,
        irradiance_at=None, utc=zone == 0.0, units={"pressure_pa": "hpa"},
    )  # fmt: skip


TMY2_COLUMNS: dict[str, tuple[int, int]] = {
    "month": (3, 5), "day": (5, 7), "hour": (7, 9), "ghi": (17, 21), "dni": (23, 27), "dhi": (29, 33),
    "temperature": (67, 71), "dew_point": (73, 77), "relative_humidity": (79, 82), "pressure_hpa": (84, 88),
    "wind_speed": (95, 98),
}  # fmt: skip
TMY2_TENTHS = ("temperature", "dew_point", "wind_speed")


def _tmy2(file: str, lines: Sequence[str]) -> Table:
    """Fixed columns, temperatures and wind in tenths; the place in degrees and minutes."""
    if not lines or len(lines[0]) < 59:
        raise refuse(file, "not a TMY2 file: its first line does not give a station", "Give format: csv.", 1)
    first = lines[0]
    numbers = [_number(first[a:b]) for a, b in ((33, 36), (39, 41), (42, 44), (47, 50), (51, 53), (55, 59))]
    zone, lat, lat_min, lon, lon_min, height = (n if n is not None else 0.0 for n in numbers)
    north, east = (1.0 if first[37] == "N" else -1.0), (1.0 if first[45] == "E" else -1.0)
    place = f"{first[7:29].strip().title()} {first[30:32]}"
    where = Where(place, north * (lat + lat_min / 60), east * (lon + lon_min / 60), height, zone)
    rows = tuple((n, [_fixed(k, ln[a:b]) for k, (a, b) in TMY2_COLUMNS.items()]) for n, ln in enumerate(lines[1:], 2))
    return Table(file, "tmy2", tuple(TMY2_COLUMNS), rows, where, ending=True)


def _fixed(name: str, text: str) -> str:
    tenths = name in TMY2_TENTHS and text.strip().lstrip("-").isdigit()
    return str(int(text) / 10) if tenths else text


def _try(file: str, lines: Sequence[str]) -> Table:
    (name, north, east, metres), rows = read_try(file, lines)
    return Table(file, "try", HEADER, rows, Where(name, north, east, metres, MEZ_HOURS), ending=True)


def _csv(file: str, lines: Sequence[str]) -> Table:
    """A header and rows; before it, perhaps, the two lines about the place that Open-Meteo writes."""
    at = next((i for i, line in enumerate(lines) if line.strip() and not line.startswith("#")), None)
    if at is None:
        raise refuse(file, "is empty", "Give a header line and 8760 rows.")
    where, lag, utc = Where(), 0.5, False
    if lines[at].startswith("latitude,longitude,elevation,utc_offset_seconds"):
        said = dict(zip(_split(lines, at), _split(lines, at + 1), strict=False))
        lat, lon, height, seconds = (
            _number(said.get(k, "")) for k in ("latitude", "longitude", "elevation", "utc_offset_seconds")
        )
        offset = None if seconds is None else seconds / 3600
        where, utc = Where("", lat, lon, height, offset), offset == 0.0
        lag = -0.5  # Open-Meteo: radiation is the mean of the hour before the label
        at = next((i for i in range(at + 2, len(lines)) if lines[i].strip()), at)
    delimiter = max(",;\t", key=lines[at].count)
    header = tuple(c.strip() for c in next(csv.reader([lines[at]], delimiter=delimiter)))
    ending = any("ending" in name.lower() for name in header)
    return Table(file, "csv", header, _cells(lines, at + 1, delimiter), where, ending, irradiance_at=lag, utc=utc)


READERS: dict[str, Callable[[str, Sequence[str]], Table]] = {
    "tmy3": _tmy3, "tmy2": _tmy2, "epw": _epw, "pvgis": _pvgis, "nsrdb": _nsrdb, "try": _try, "csv": _csv,
}  # fmt: skip
