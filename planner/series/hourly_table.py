"""A user's or a publisher's table of hours as cells, each row with its line; and how a table that is none says so."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from planner.errors import BadInput
from planner.series.weather_types import HOURS_PER_YEAR, Series

MAX_BYTES = 16 << 20
MAX_FAULTS = 20
DELIMITERS = ",;\t"
COMMA = re.compile(r"[-+]?[0-9][0-9.]*,[0-9,.]*")
"""A number as it is written in much of the world."""


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
class Rows:
    file: str
    header: list[str]
    header_line: int
    rows: list[tuple[int, list[str]]]
    blank: tuple[int, ...] = ()
    """Lines below the header that are empty."""


def mend(text: str) -> str:
    """How a cell that is no number becomes one."""
    if COMMA.fullmatch(text):
        return "Write a decimal point, and nothing between thousands: `1234.5`."
    return "Give a number for every hour."


def problem_of(faults: Sequence[SeriesFault]) -> SeriesProblem:
    first, more = faults[0], list(faults[1:MAX_FAULTS])
    left = len(faults) - 1 - len(more)
    if left > 0:
        text = f"{left:,} more faults of this file are not shown"
        more.append(SeriesFault(first.file, more[-1].line, 0, text, "Mend these."))
    return SeriesProblem(first.file, first.line, first.column, first.message, first.fix, *more)


def read_table(path: Path, name: str) -> Rows:
    file = path.name
    try:
        if path.stat().st_size > MAX_BYTES:
            text = f"{name} is larger than {MAX_BYTES:,} bytes"
            raise SeriesProblem(file, 0, 0, text, "Keep one place, one year and the columns in use.")
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
    first = numbered[0][1]  # again where parts of a year were joined
    blank = tuple(n for n, line in enumerate(text.splitlines(), 1) if not line.strip() and n > lines[0][0])
    return Rows(file, [c.strip() for c in first], lines[0][0], [row for row in numbered[1:] if row[1] != first], blank)


def number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) and "_" not in text else None
