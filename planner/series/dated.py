"""Dated rows to the 8,760 hours of one year on the site's clock: every hour once, gaps and repeats refused by row.

Rows of 5, 15 or 30 minutes are averaged over their hour, all of which must be there. The year is in local standard
time; 29 February is left out. A file that ends with the year of another clock lacks some hours at one end and has as
many too many at the other: those are put in their place, and a note says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np

from planner.series.weather_align import hour_name
from planner.series.weather_types import HOURS_PER_YEAR, Series

LEAP_DAY = (2, 29)
FARTHEST_HOURS = 14
"""No zone lies farther from UTC (Kiribati)."""
STEPS = {1, 2, 4, 12}
"""Rows that an hour may have."""
MOST = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A row's line, the instant that it begins (UTC) and its number."""

    line: int
    begin: datetime
    value: float


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the rows of one hour; line 0 where no row is to blame."""

    line: int
    message: str
    fix: str


@dataclass(frozen=True, slots=True, eq=False)
class Year:
    """The hours (8760,), and what had to be said."""

    values: Series
    notes: tuple[str, ...]


def year_of(rows: Sequence[Row], offset_hours: float, year: int | None) -> Year | list[Fault]:
    """The rows' year on the clock `offset_hours` east of UTC; or every fault, in the order of the lines."""
    shift = timedelta(hours=round(offset_hours))
    hours: dict[datetime, list[Row]] = defaultdict(list)
    for row in rows:
        local = row.begin.astimezone(UTC).replace(tzinfo=None) + shift
        hours[local.replace(minute=0, second=0, microsecond=0)].append(row)
    chosen = _chosen(hours, year)
    if isinstance(chosen, Fault):
        return [chosen]
    faults = [fault for hour in sorted(hours) for fault in _parts(hour, hours)]
    notes = []
    if abs(shift.total_seconds() / 3600 - offset_hours) > 1e-9:
        notes.append(f"The site's clock is UTC{offset_hours:+g}: hours are moved to UTC{_hours(shift):+g}.")
    elif shift:
        notes.append(f"Hours are moved to the site's standard time, UTC{_hours(shift):+g}.")
    if any(len(found) > 1 for found in hours.values()):
        notes.append("Rows shorter than an hour are averaged over their hour.")
    means = {hour: float(np.mean([r.value for r in found])) for hour, found in hours.items()}
    wanted = [h for h in _year(chosen) if (h.month, h.day) != LEAP_DAY]
    notes += _wrapped(means, wanted, chosen)
    faults += _gaps(hours, wanted, means)
    if faults:
        return sorted(faults, key=lambda f: (f.line == 0, f.line))[: MOST + 1]
    if any((h.month, h.day) == LEAP_DAY and h.year == chosen for h in hours):
        notes.append("29 February is left out.")
    return Year(np.array([means[h] for h in wanted]), tuple(notes))


def _hours(shift: timedelta) -> float:
    return shift.total_seconds() / 3600


def _year(year: int) -> list[datetime]:
    first, after = datetime(year, 1, 1), datetime(year + 1, 1, 1)
    return [first + timedelta(hours=k) for k in range((after - first) // timedelta(hours=1))]


def _chosen(hours: dict[datetime, list[Row]], year: int | None) -> int | Fault:
    """The year asked for, or the only one that is there for the most part."""
    counts: dict[int, int] = defaultdict(int)
    for hour in hours:
        counts[hour.year] += 1
    known = [y for y, n in sorted(counts.items()) if n > HOURS_PER_YEAR // 2]
    if year is not None:
        if counts.get(year, 0) > HOURS_PER_YEAR // 2:
            return year
        held = ", ".join(map(str, known)) or "none whole"
        return Fault(0, f"there is no year {year} in it; it holds {held}", "Name a year that it holds.")
    if len(known) == 1:
        return known[0]
    if not known:
        text = f"it holds {len(hours):,} hours, not those of a year"
        return Fault(0, text, f"Give a whole year: {HOURS_PER_YEAR:,} hours.")
    return Fault(0, f"it holds the years {', '.join(map(str, known))}", f"Name one: `year: {known[-1]}`.")


def _parts(hour: datetime, hours: dict[datetime, list[Row]]) -> list[Fault]:
    """Repeats within an hour, and parts of it that are missing."""
    rows = sorted(hours[hour], key=lambda r: (r.begin, r.line))
    faults = [
        Fault(late.line, f"{_when(hour)} is given again (first in line {early.line})", "Give every hour once.")
        for early, late in pairwise(rows)
        if early.begin == late.begin
    ]
    minutes = sorted({r.begin.minute for r in rows})
    beside = [len(hours[h]) for h in (hour - timedelta(hours=1), hour + timedelta(hours=1)) if h in hours]
    whole = len(minutes) in STEPS and minutes == list(range(0, 60, 60 // len(minutes)))
    if not faults and (not whole or (len(beside) == 2 and len(rows) < min(beside))):
        faults.append(Fault(rows[0].line, f"{_when(hour)} is not whole: {len(rows)} rows", "Give all of its rows."))
    return faults


def _wrapped(means: dict[datetime, float], wanted: list[datetime], year: int) -> list[str]:
    """Fill hours missing at one end of the year from the other side of it; says how many."""
    moved = 0
    for far, ends in ((year - 1, reversed(wanted)), (year + 1, iter(wanted))):
        for hour in ends:
            other = hour.replace(year=far)
            if hour in means or other not in means or moved >= FARTHEST_HOURS:
                break
            means[hour] = means[other]
            moved += 1
    if not moved:
        return []
    return [f"The file is a year of another clock: {moved} hours at one end of {year} are those of the year beside it."]


def _gaps(hours: dict[datetime, list[Row]], wanted: list[datetime], means: dict[datetime, float]) -> list[Fault]:
    """Hours without a row, each with the line after which it should stand."""
    faults: list[Fault] = []
    line = min(r.line for found in hours.values() for r in found)
    for hour in wanted:
        if hour in hours:
            line = max(r.line for r in hours[hour])
        elif hour not in means:
            fix = "Give every hour once; none is filled in."
            faults.append(Fault(line, f"{_when(hour)} has no row after this one", fix))
    return faults


def _when(hour: datetime) -> str:
    if (hour.month, hour.day) == LEAP_DAY:
        return f"29 February {hour.year} {hour.hour:02d}:00"
    return hour_name((hour.replace(year=2023) - datetime(2023, 1, 1)) // timedelta(hours=1))
