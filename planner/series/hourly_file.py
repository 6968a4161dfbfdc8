"""A year of hours from a user's table: 8,760 numbers of one column, every fault with its line.

The file has a header line and one row per hour, separated by commas, semicolons or tabs; lines that begin with `#` are
passed over. Row 0 is 00:00-01:00 on 1 January in the site's local standard time, without summer time. A year of 8,784
hours loses 29 February, and the answer says so. Nothing is filled in: a gap, a blank cell or a word is refused.

Tables that are published (see `layouts.py`) are known by their header, and need no column and no unit; their instants,
and those of a user's table whose times carry an offset from UTC, are put on the site's standard time.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from difflib import get_close_matches
from itertools import pairwise
from math import inf
from pathlib import Path

import numpy as np

from planner.series.hourly_table import (
    DELIMITERS,
    HourlyFile,
    Rows,
    SeriesFault,
    SeriesProblem,
    mend,
    number,
    problem_of,
    read_table,
)
from planner.series.layouts import Quantity
from planner.series.published import Ask, layout_of, published, stamped
from planner.series.weather_types import HOURS_PER_YEAR, Series

__all__ = ["Ask", "HourlyFile", "SeriesFault", "SeriesProblem", "character", "read_series"]

LEAP_YEAR_HOURS = 8784
LEAP_DAY = slice(59 * 24, 60 * 24)
"""29 February: 31 + 28 days come before it."""
TIME_NAMES = ("time", "date", "hour", "stamp", "period", "index")
"""A column whose name holds one of these is taken for the clock, not for data."""
HOUR = timedelta(hours=1)


def read_series(
    path: Path,
    column: str | None,
    scale: float | None,
    name: str,
    bounds: tuple[float, float] = (-inf, inf),
    ask: Ask = Ask(),
) -> HourlyFile:
    """The hours of one column, times `scale`, in base units within `bounds`.

    Of a published layout column and scale may be left out; of another table a column, where it has only one beside its
    clock. `name` says what the series is, for messages. Raises SeriesProblem with up to 20 faults, each with line and
    column.
    """
    table = read_table(path, name)
    layout = layout_of(table)
    if layout is not None and (column is None or scale is None):
        if column is not None or scale is not None:
            fix = "Give both, or neither: the file's layout is known."
            raise SeriesProblem(table.file, table.header_line, 1, f"{name} has a column or a unit, not both", fix)
        return published(table, layout, None, name, bounds, ask)
    index = _choose(table, column, name)
    if scale is None:
        text, fix = f"the unit of {name} is not known", "Name the `unit` of the column in the scenario."
        raise SeriesProblem(table.file, table.header_line, index + 1, text, fix)
    scale *= ask.exchange or 1.0
    if layout is not None:
        own = Quantity((index,), scale, repr(column))
        return published(table, layout, own, name, bounds, replace(ask, exchange=None))
    clock = next((i for i, title in enumerate(table.header) if i != index and _is_clock(title)), None)
    if clock is not None and ask.utc_offset_hours is not None and _aware(table, clock):
        return stamped(table, clock, index, scale, name, bounds, ask)
    return _in_order(table, index, clock, scale, name, bounds)


def _aware(table: Rows, clock: int) -> bool:
    cells = table.rows[0][1] if table.rows else []
    first = _time(cells[clock]) if clock < len(cells) else None
    return first is not None and first.tzinfo is not None


def _in_order(
    table: Rows, index: int, clock: int | None, scale: float, name: str, bounds: tuple[float, float]
) -> HourlyFile:
    """Rows as they come, the first being the year's first hour on the site's clock."""
    notes: list[str] = []
    faults = [] if clock is None else _clock(table, clock, notes)
    values = _numbers(table, index, (bounds[0] / scale, bounds[1] / scale), faults)
    if len(values) not in (HOURS_PER_YEAR, LEAP_YEAR_HOURS):
        faults += _count(table, name)
    if faults:
        raise problem_of(sorted(faults, key=lambda f: (f.line, f.column)))
    if len(values) == LEAP_YEAR_HOURS:
        values = np.delete(values, LEAP_DAY)
        notes.append(f"{name}: {table.file} has {LEAP_YEAR_HOURS:,} hours; 29 February is left out.")
    return HourlyFile(values * scale, tuple(notes))


def _count(table: Rows, name: str) -> list[SeriesFault]:
    """Too few rows or too many: how many, and empty lines between them, which are no hours."""
    last = table.rows[-1][0] if table.rows else table.header_line
    text = f"{name} has {len(table.rows):,} hours, not {HOURS_PER_YEAR:,}"
    found = [SeriesFault(table.file, last, 0, text, "Give one row for every hour of one year.")]
    empty = "an empty line is no hour"
    between = [line for line in table.blank if line < last]
    return found + [SeriesFault(table.file, line, 0, empty, "Give a number for every hour.") for line in between]


STEADY = "Give every hour once, in standard time all year, or every time with its offset from UTC."


def character(line: str, cell: int) -> int:
    """Where a cell, counted from one, begins in a line of such a file; cells in quotes are not looked into."""
    cells = line.split(max(DELIMITERS, key=line.count))
    return sum(len(text) + 1 for text in cells[: max(cell - 1, 0)]) + 1 if cell <= len(cells) else 1


def _is_clock(title: str) -> bool:
    return any(word in title.lower() for word in TIME_NAMES)


def _choose(table: Rows, column: str | None, name: str) -> int:
    """Which column is meant."""
    if all(number(c) is not None for c in table.header):
        text = f"{name} has no header line"
        raise SeriesProblem(table.file, table.header_line, 1, text, "Name the columns in the first line.")
    if column is not None:
        if table.header.count(column) > 1:
            text = f"the column {column!r} of {name} stands in the header more than once"
            raise SeriesProblem(table.file, table.header_line, 1, text, "Give every column a name of its own.")
        if column in table.header:
            return table.header.index(column)
        close = get_close_matches(column, table.header, n=1)
        fix = f"Did you mean {close[0]!r}?" if close else f"The file has {', '.join(table.header)}."
        raise SeriesProblem(table.file, table.header_line, 1, f"there is no column {column!r} for {name}", fix)
    data = [i for i, title in enumerate(table.header) if not _is_clock(title)]
    if len(data) == 1:
        return data[0]
    text, fix = f"{name} could be any of {len(data)} columns", f"Name one of {', '.join(table.header)}."
    raise SeriesProblem(table.file, table.header_line, 1, text, fix)


def _numbers(table: Rows, index: int, bounds: tuple[float, float], faults: list[SeriesFault]) -> Series:
    values = np.zeros(len(table.rows))
    least, most = bounds
    for i, (line, row) in enumerate(table.rows):
        text = row[index].strip() if index < len(row) else ""
        value = number(text)
        if len(row) > len(table.header) and any(cell.strip() for cell in row[len(table.header) :]):
            message = f"this row has {len(row)} cells, and the header {len(table.header)}"
            fix = "Write decimals with a point, or separate cells by semicolons."
            faults.append(SeriesFault(table.file, line, len(table.header) + 1, message, fix))
        elif value is not None and not least * (1 + 1e-12) <= value <= most * (1 + 1e-12):
            message, fix = f"{text!r} is out of range", f"Numbers here lie between {least:g} and {most:g}."
            faults.append(SeriesFault(table.file, line, index + 1, message, fix))
        elif value is None:
            message = f"{text!r} is not a finite number" if text else f"there is no {table.header[index]!r} in this row"
            faults.append(SeriesFault(table.file, line, index + 1, message, mend(text)))
        else:
            values[i] = value
    return values


def _clock(table: Rows, index: int, notes: list[str]) -> list[SeriesFault]:
    """What a clock column that is ISO 8601 says against one row per hour from 1 January; nothing where it is not."""
    times = [(line, _time(row[index]) if index < len(row) else None) for line, row in table.rows]
    first = times[0][1] if times else None
    if first is None:
        return []
    if (first.month, first.day, first.hour) != (1, 1, 0):
        text, fix = f"the year begins at {first.isoformat()}", "Begin at 00:00 on 1 January, local standard time."
        return [SeriesFault(table.file, times[0][0], index + 1, text, fix)]
    if first.tzinfo is not None:
        notes.append(f"{table.file}: the times carry a zone ({first.isoformat()}); they are taken as the site's own.")
    found = []
    for (_, before), (line, time) in pairwise(times):
        if before is None or time is None or (before.tzinfo is None) != (time.tzinfo is None):
            text = "this row's time does not read like the others"
        elif time - before == HOUR or (before.month, before.day, time.month, time.day) == (2, 28, 3, 1):
            continue
        else:
            text = f"the step from {before.isoformat()} to {time.isoformat()} is not an hour"
        found.append(SeriesFault(table.file, line, index + 1, text, STEADY))
    return found


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None
