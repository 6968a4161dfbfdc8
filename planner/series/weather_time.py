"""When each row of a weather table is, in local standard time; leap day and time zone are dealt with here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from planner.series.weather_columns import words
from planner.series.weather_formats import Table
from planner.series.weather_types import HOURS_PER_YEAR, WeatherError, WeatherProblem

MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONTH_START = (0, *accumulate(MONTH_DAYS))
LEAP_DAY = 59
"""Days of the year before 29 February."""
MINUTES_PER_DAY = 1440
NEIGHBOUR_HOURS = 3.0
"""A file in a zone this near to the site's is put on the site's clock; beyond that it stands in, and keeps its noon."""
MAX_PROBLEMS = 20

STAMP = re.compile(
    r"(?P<y>\d{4})-?(?P<m>\d\d)-?(?P<d>\d\d)(?:[T :]\s*(?P<H>\d\d):?(?P<M>\d\d)(?::?\d\d(?:\.\d+)?)?)?"
    r"\s*(?P<z>Z|UTC|[+-]\d\d:?\d\d)?"
)
US_DATE = re.compile(r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})")
CLOCK = re.compile(r"(?P<H>\d{1,2}):(?P<M>\d\d)")


@dataclass(frozen=True, slots=True)
class Label:
    """A row's time as the file writes it; `zone` is hours east of UTC where the row says so."""

    month: int
    day: int
    minute: int
    zone: float | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """Where each row goes: `hour` (0..8759, -1 for a dropped leap day) and `minute` within it, per row."""

    hour: NDArray[np.int64]
    minute: NDArray[np.int64]
    utc_offset_hours: float
    notes: tuple[str, ...]


Reader = Callable[[list[str]], Label]


def place_rows(table: Table, site_offset: float | None, longitude: float) -> Hours:
    """Every row's hour of the year in local standard time; raises WeatherError on labels that make no sense."""
    reader = _reader(table.header, table.utc)
    labels = _by_order(table) if reader is None else _labels(table, reader)
    notes = () if reader else ("The file has no time column: its first row is taken as 00:00-01:00 on 1 January.",)
    leap = any(at.month == 2 and at.day == 29 for at in labels)
    stamped = next((at.zone for at in labels if at.zone is not None), None)
    base, target, more = _clock(stamped, table.where.utc_offset_hours, site_offset, longitude)
    ending = table.ending or any(at.minute == MINUTES_PER_DAY for at in labels)
    step = _step(labels) if ending else 0
    minutes = np.array([_minute_of_year(at, leap) - step for at in labels], dtype=np.int64)
    shift = np.array([60 * round(target - (base if at.zone is None else at.zone)) for at in labels], dtype=np.int64)
    return _without_leap_day(minutes + shift, leap, target, (*notes, *more))


def _clock(
    stamped: float | None, own: float | None, site: float | None, longitude: float
) -> tuple[float, float, tuple[str, ...]]:
    """(offset of the file's times, offset of the year, notes): the site's clock where that is near enough."""
    solar = float(round(longitude / 15.0))
    unstamped = next(offset for offset in (own, site, solar) if offset is not None)
    local = unstamped if stamped is None else (stamped or solar)
    want = site if site is not None and abs(site - local) <= NEIGHBOUR_HOURS else local
    base = next(offset for offset in (stamped, own, want) if offset is not None)
    target = base + round(want - base)
    notes = []
    if target != base:
        notes.append(f"Times moved by {target - base:+g} h, from UTC{base:+g} to local standard time UTC{target:+g}.")
    elif stamped is None and own is None:
        notes.append(f"The file names no time zone: its times are taken as local standard time, UTC{target:+g}.")
    if target != want:
        notes.append(f"Moved by whole hours only: the series is in UTC{target:+g}, local time is UTC{want:+g}.")
    return base, target, tuple(notes)


def _without_leap_day(minutes: NDArray[np.int64], leap: bool, target: float, notes: tuple[str, ...]) -> Hours:
    days = 365 + leap
    inside = np.mod(minutes, days * MINUTES_PER_DAY)
    day = inside // MINUTES_PER_DAY
    hour = inside // 60
    if leap:
        hour = np.where(day == LEAP_DAY, -1, np.where(day > LEAP_DAY, hour - 24, hour))
        notes = (*notes, "29 February is left out.")
    return Hours(hour, inside % 60, target, notes)


def _minute_of_year(at: Label, leap: bool) -> int:
    day = MONTH_START[at.month - 1] + at.day - 1 + (leap and at.month > 2)
    return day * MINUTES_PER_DAY + at.minute


def _step(labels: Sequence[Label]) -> int:
    """Minutes from one row to the next: what a closing label lies after the start of its interval."""
    if len(labels) < 2:
        return 60
    gap = (labels[1].minute - labels[0].minute) % MINUTES_PER_DAY
    return gap if 0 < gap <= 60 else 60


def _by_order(table: Table) -> list[Label]:
    """Labels for rows without a time column: a year of whole hours from 1 January."""
    leap = len(table.rows) == HOURS_PER_YEAR + 24
    if not leap and len(table.rows) != HOURS_PER_YEAR:
        message = f"has {len(table.rows)} rows and no time column; a year has {HOURS_PER_YEAR}"
        fix = "Add a time column, or give one row for every hour of a year."
        raise WeatherError((WeatherProblem(table.file, 0, message, fix),))
    month_days = [(m + 1, d + 1) for m, n in enumerate(MONTH_DAYS) for d in range(n + (leap and m == 1))]
    late = 60 if table.ending else 0
    return [Label(m, d, 60 * h + late) for m, d in month_days for h in range(24)]


def _labels(table: Table, reader: Reader) -> list[Label]:
    labels: list[Label] = []
    problems: list[WeatherProblem] = []
    for line, cells in table.rows:
        try:
            labels.append(reader(cells))
        except (ValueError, IndexError):
            fix = "Write times as 2023-01-31T13:00 (with Z or an offset where they are not local standard time)."
            problems.append(WeatherProblem(table.file, line, f"no time can be read from {','.join(cells)[:40]!r}", fix))
    if problems:
        raise WeatherError(tuple(problems[:MAX_PROBLEMS]))
    return labels


def _reader(header: Sequence[str], utc: bool) -> Reader | None:
    """How to read a row's time: a date and a time column, month-day-hour columns, one stamp, or hour of the year."""
    names = [words(name) for name in header]
    find = {name: i for i, name in reversed(list(enumerate(names)))}
    hour = next((n for n in names if n == "hour" or n.startswith("hour_ending")), None)
    stamp = next((n for n in names if re.match(r"(time|date)", n) and not n.startswith("time_hh")), None)
    if "date_mm_dd_yyyy" in find and "time_hh_mm" in find:
        return _us_reader(find["date_mm_dd_yyyy"], find["time_hh_mm"])
    if "month" in find and "day" in find and hour is not None:
        minute = find.get("minute")
        return _field_reader(find["month"], find["day"], find[hour], minute, "ending" in hour, utc)
    if stamp is not None:
        return _stamp_reader(find[stamp], utc or "utc" in stamp.split("_") or "gmt" in stamp.split("_"))
    if "hour_of_year" in find:
        return _hour_of_year_reader(find["hour_of_year"])
    return None


def _checked(month: int, day: int, minute: int, zone: float | None) -> Label:
    if not (1 <= month <= 12 and 1 <= day <= MONTH_DAYS[month - 1] + (month == 2) and 0 <= minute <= MINUTES_PER_DAY):
        raise ValueError("no such time")
    return Label(month, day, minute, zone)


def _us_reader(date_at: int, time_at: int) -> Reader:
    def read(cells: list[str]) -> Label:
        date, clock = US_DATE.fullmatch(cells[date_at].strip()), CLOCK.fullmatch(cells[time_at].strip())
        if date is None or clock is None:
            raise ValueError("not a date and a time")
        return _checked(int(date["m"]), int(date["d"]), 60 * int(clock["H"]) + int(clock["M"]), None)

    return read


def _field_reader(month: int, day: int, hour: int, minute: int | None, ending: bool, utc: bool) -> Reader:
    def read(cells: list[str]) -> Label:
        past = int(cells[minute]) if minute is not None and not ending else 0
        past = past if past < 60 else 0  # EPW writes minute 60 beside the hour it closes
        total = 60 * int(cells[hour]) + past
        return _checked(int(cells[month]), int(cells[day]), total, 0.0 if utc else None)

    return read


def _stamp_reader(at: int, utc: bool) -> Reader:
    def read(cells: list[str]) -> Label:
        found = STAMP.fullmatch(cells[at].strip())
        if found is None:
            raise ValueError("not a time stamp")
        minute = 60 * int(found["H"] or 0) + int(found["M"] or 0)
        zone = _zone(found["z"]) if found["z"] else (0.0 if utc else None)
        return _checked(int(found["m"]), int(found["d"]), minute, zone)

    return read


def _zone(text: str) -> float:
    if text in ("Z", "UTC"):
        return 0.0
    sign = -1.0 if text[0] == "-" else 1.0
    return sign * (int(text[1:3]) + int(text[-2:]) / 60)


def _hour_of_year_reader(at: int) -> Reader:
    def read(cells: list[str]) -> Label:
        hour = int(cells[at])
        month = next(m for m in range(12) if hour // 24 < MONTH_START[m + 1]) if 0 <= hour < HOURS_PER_YEAR else -1
        return _checked(month + 1, hour // 24 - MONTH_START[month] + 1, 60 * (hour % 24), None)

    return read
