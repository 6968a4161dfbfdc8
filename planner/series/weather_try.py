"""Test reference years of the German weather service (DWD TRY, `.dat`), the layouts of 2010 and of 2015/2045.

Above a line of three stars a file says what it is, and names its columns; below are the hours 1 to 24 that end at the
label, in Central European Time all year. B is direct and D diffuse irradiance on the horizontal (W/m2), p hPa, WG the
wind at 10 m. Files of 2010 give degrees and minutes; later ones a grid of their own, and are taken as the site's
place. Source: the files' own headers. None ships with the program: they are the weather service's to hand out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from planner.series.weather_types import refuse

COLUMNS = {
    "MM": "month",
    "DD": "day",
    "HH": "hour",
    "t": "temperature",
    "p": "pressure_hpa",
    "RF": "relative_humidity",
    "WG": "wind_speed",
}
HEADER = (*COLUMNS.values(), "ghi", "dhi")
MEZ_HOURS = 1.0
"""Mitteleuropäische Zeit: UTC+1."""
PLACE = re.compile(r"(\d+)\D(\d+)'N\D+?(\d+)\D(\d+)'O")
HEIGHT = re.compile(r"(\d+)\s+Meter\s+\S*ber\s+NN")
STATION = re.compile(r"Station:\s*(.+?)(?:\s{2,}|$)")
Rows = tuple[tuple[int, list[str]], ...]
About = tuple[str, float | None, float | None, float | None]
"""Name, degrees north and east, metres."""


def is_try(lines: Sequence[str]) -> bool:
    """Whether a file is one of these: its preface ends in three stars below the names of its columns."""
    return _stars(lines) is not None


def read_try(file: str, lines: Sequence[str]) -> tuple[About, Rows]:
    """What the file says of its place, and its rows under HEADER. Raises WeatherError."""
    at = _stars(lines)
    if at is None:
        message = "not a TRY file: no line of `***` below the names of its columns"
        raise refuse(file, message, "Give format: csv.", 1)
    names = lines[at - 1].split()
    missing = [name for name in (*COLUMNS, "B", "D") if name not in names]
    if missing:
        raise refuse(file, f"no column {', '.join(missing)}", "Give the file as the DWD published it.", at)
    index = {name: names.index(name) for name in (*COLUMNS, "B", "D")}
    rows = tuple((n, _cells(line.split(), index)) for n, line in enumerate(lines[at + 1 :], at + 2) if line.strip())
    return _about(lines[:at]), rows


def _stars(lines: Sequence[str]) -> int | None:
    at = next((i for i, line in enumerate(lines[:80]) if line.strip() == "***"), None)
    return at if at and {"MM", "DD", "HH", "t"} <= set(lines[at - 1].split()) else None


def _cells(cells: list[str], index: dict[str, int]) -> list[str]:
    found = {name: cells[i] if i < len(cells) else "" for name, i in index.items()}
    return [*(found[name] for name in COLUMNS), _sum(found["B"], found["D"]), found["D"]]


def _sum(direct: str, diffuse: str) -> str:
    """Global irradiance; what is no number is passed on, to be named as a fault of its row."""
    try:
        return str(float(direct) + float(diffuse))
    except ValueError:
        return direct


def _about(preface: Sequence[str]) -> About:
    text = "\n".join(preface)
    place, height, station = PLACE.search(text), HEIGHT.search(text), STATION.search(text)
    metres = float(height[1]) if height else None
    north = east = None
    if place:
        degrees = [float(part) for part in place.groups()]
        north, east = degrees[0] + degrees[1] / 60, degrees[2] + degrees[3] / 60
    kind = next((line.partition(":")[2].strip() for line in preface if line.startswith("Art des TRY")), "")
    name = station[1] if station else ""
    return " ".join(filter(None, (name, f"({kind})" if name and kind else ""))), north, east, metres
