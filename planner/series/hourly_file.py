"""A year of hours from a user's table: 8,760 numbers of one column, every fault with its line.

The file has a header line and one row per hour, separated by commas, semicolons or tabs; lines that begin with `#` are
passed over. Row 0 is 00:00-01:00 on 1 January in the site's local standard time, without summer time. A year of 8,784
hours loses 29 February, and the answer says so. Nothing is filled in: a gap, a blank cell or a word is refused.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from itertools import pairwise
from math import inf, isfinite
from pathlib import Path

import numpy as np

from planner.errors import BadInput
from planner.series.weather_types import HOURS_PER_YEAR, Series

LEAP_YEAR_HOURS = 8784
LEAP_DAY = slice(59 * 24, 60 * 24)
"""29 February: 31 + 28 days come before it."""
MAX_BYTES = 16 << 20
MAX_FAULTS = 20
DELIMITERS = ",;\t"
TIME_NAMES = ("time", "date", "hour", "stamp", "period", "index")
"""A column whose name holds one of these is taken for the clock, not for data."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SeriesFault:
    """One thing wrong with a file; lines and columns count from one, 0 where none is to blame."""

    file: str
    line: int
    column: int
    message: str
    fix: str

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        return f"{where}: {self.message}. {self.fix}"


class SeriesProblem(BadInput):
    """Everything wrong with a file of hours; the attributes are those of the first fault."""

    def __init__(self, file: str, line: int, column: int, message: str, fix: str, *more: SeriesFault) -> None:
        self.faults = (SeriesFault(file, line, column, message, fix), *more)
        self.file, self.line, self.column, self.message, self.fix = file, line, column, message, fix
        super().__init__("\n".join(str(f) for f in self.faults))


@dataclass(frozen=True, slots=True, eq=False)
class HourlyFile:
    """The hours of a file (8760,), in the unit asked for, and what had to be said about them."""

    values: Series
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Rows:
    file: str
    header: list[str]
    header_line: int
    rows: list[tuple[int, list[str]]]


def read_series(
    path: Path, column: str | None, scale: float, name: str, bounds: tuple[float, float] = (-inf, inf)
) -> HourlyFile:
    """The hours of one column, times `scale`; without a `column` the file must have only one beside its clock.

    `name` says what the series is, for messages; numbers times `scale` lie within `bounds`. Raises SeriesProblem with
    up to 20 faults, each with line and column.
    """
    table = _table(path, name)
    index = _choose(table, column, name)
    clock = next((i for i, title in enumerate(table.header) if i != index and _is_clock(title)), None)
    notes: list[str] = []
    faults = [] if clock is None else _clock(table, clock, notes)
    values = _numbers(table, index, (bounds[0] / scale, bounds[1] / scale), faults)
    if faults:
        raise _problem(faults)
    if len(values) == LEAP_YEAR_HOURS:
        values = np.delete(values, LEAP_DAY)
        notes.append(f"{name}: {table.file} has {LEAP_YEAR_HOURS:,} hours; 29 February is left out.")
    if len(values) != HOURS_PER_YEAR:
        last = table.rows[-1][0] if table.rows else table.header_line
        text = f"{name} has {len(values):,} hours, not {HOURS_PER_YEAR:,}"
        raise SeriesProblem(table.file, last, 0, text, "Give one row for every hour of one year.")
    return HourlyFile(values * scale, tuple(notes))


def character(line: str, cell: int) -> int:
    """Where a cell, counted from one, begins in a line of such a file; cells in quotes are not looked into."""
    cells = line.split(max(DELIMITERS, key=line.count))
    return sum(len(text) + 1 for text in cells[: max(cell - 1, 0)]) + 1 if cell <= len(cells) else 1


def _problem(faults: Sequence[SeriesFault]) -> SeriesProblem:
    first, more = faults[0], list(faults[1:MAX_FAULTS])
    left = len(faults) - 1 - len(more)
    if left > 0:
        text = f"{left:,} more faults of this file are not shown"
        more.append(SeriesFault(first.file, more[-1].line, 0, text, "Mend these."))
    return SeriesProblem(first.file, first.line, first.column, first.message, first.fix, *more)


def _table(path: Path, name: str) -> _Rows:
    file = path.name
    try:
        if path.stat().st_size > MAX_BYTES:
            text = f"{name} is larger than {MAX_BYTES:,} bytes"
            raise SeriesProblem(file, 0, 0, text, "Give one column of one year.")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as err:
        raise SeriesProblem(str(path), 0, 0, f"{name} cannot be read: {err.strerror}", "Check the path.") from None
    except UnicodeDecodeError:
        raise SeriesProblem(file, 0, 0, f"{name} is not UTF-8 text", "Save the file as CSV in UTF-8.") from None
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip() and not line.startswith("#")]
    if not lines:
        raise SeriesProblem(file, 0, 0, f"{name} is empty", f"Give a header and {HOURS_PER_YEAR:,} rows.")
    delimiter = max(DELIMITERS, key=lines[0][1].count)
    numbered: list[tuple[int, list[str]]] = []
    for n, line in lines:
        try:
            numbered.append((n, next(csv.reader([line], delimiter=delimiter, strict=True))))
        except csv.Error as err:
            raise SeriesProblem(file, n, 1, f"{name} is not a table: {err}", "Save the file as CSV.") from None
    return _Rows(file, [c.strip() for c in numbered[0][1]], lines[0][0], numbered[1:])


def _is_clock(title: str) -> bool:
    return any(word in title.lower() for word in TIME_NAMES)


def _choose(table: _Rows, column: str | None, name: str) -> int:
    """Which column is meant."""
    if all(_number(c) is not None for c in table.header):
        text = f"{name} has no header line"
        raise SeriesProblem(table.file, table.header_line, 1, text, "Name the columns in the first line.")
    if column is not None:
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


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) and "_" not in text else None


def _numbers(table: _Rows, index: int, bounds: tuple[float, float], faults: list[SeriesFault]) -> Series:
    values = np.zeros(len(table.rows))
    least, most = bounds
    for i, (line, row) in enumerate(table.rows):
        text = row[index].strip() if index < len(row) else ""
        value = _number(text)
        if len(row) > len(table.header) and any(cell.strip() for cell in row[len(table.header) :]):
            message = f"this row has {len(row)} cells, and the header {len(table.header)}"
            fix = "Write decimals with a point, or separate cells by semicolons."
            faults.append(SeriesFault(table.file, line, len(table.header) + 1, message, fix))
        elif value is not None and not least * (1 + 1e-12) <= value <= most * (1 + 1e-12):
            message, fix = f"{text!r} is out of range", f"Numbers here lie between {least:g} and {most:g}."
            faults.append(SeriesFault(table.file, line, index + 1, message, fix))
        elif value is None:
            message = f"{text!r} is not a finite number" if text else f"there is no {table.header[index]!r} in this row"
            faults.append(SeriesFault(table.file, line, index + 1, message, "Give a number for every hour."))
        else:
            values[i] = value
    return values


def _clock(table: _Rows, index: int, notes: list[str]) -> list[SeriesFault]:
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
    for (_, before), (line, time) in pairwise(times):
        if before is None or time is None or (before.tzinfo is None) != (time.tzinfo is None):
            text = "this row's time does not read like the others"
        elif time - before == HOUR or (before.month, before.day, time.month, time.day) == (2, 28, 3, 1):
            continue
        else:
            text = f"the step from {before.isoformat()} to {time.isoformat()} is not an hour"
        return [SeriesFault(table.file, line, index + 1, text, "Give every hour once, in standard time all year.")]
    return []


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None
