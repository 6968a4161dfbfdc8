"""Hours from a table with instants: the published layouts, and a user's own whose times carry their offset from UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from planner.series.dated import Row, Year, year_of
from planner.series.hourly_table import HourlyFile, Rows, SeriesFault, SeriesProblem, mend, number, problem_of
from planner.series.instants import Clock, NoSuchHour
from planner.series.layouts import Layout, Quantity, recognise

MISSING = frozenset(("", "n/e", "n/a", "na", "nan", "null", "-", "--"))
FIRST_SEQUENCE = ("", "without sequence", "sequence 1", "1")
"""ENTSO-E: where two auctions are listed, `Sequence 1` is the one that couples the markets of the day ahead."""
SPREAD = 1e-9


@dataclass(frozen=True, slots=True)
class Ask:
    """What is wanted of a file: the scenario's key, a place where it holds several, a year, the site's clock.

    `exchange`: USD for one unit of the file's currency. `utc_offset_hours` none: as the file's own clock has it.
    """

    what: str = ""
    zone: str | None = None
    year: int | None = None
    utc_offset_hours: float | None = None
    exchange: float | None = None


def layout_of(table: Rows) -> Layout | None:
    """The published layout that a table is in."""
    return recognise(table.header)


def published(
    table: Rows, layout: Layout, own: Quantity | None, name: str, bounds: tuple[float, float], ask: Ask
) -> HourlyFile:
    """The hours of one quantity of a published table, in base units; `own`: the column that the scenario names."""
    quantity = own or _meant(table, layout, name, ask)
    quantity = _exchanged(table, quantity, name, ask)
    place = _place(table, layout, name, ask)
    clock = Clock(layout.zone, american=layout.ending, closing=layout.ending)
    notes = [f"{name}: {table.file} is read as {layout.name}, {quantity.said}{place.said}."]
    notes += _estimated(layout, place.rows)
    return _dated(table, replace(table, rows=place.rows), clock, layout.clock, quantity, (name, bounds, ask, notes))


def stamped(
    table: Rows, clock: int, column: int, scale: float, name: str, bounds: tuple[float, float], ask: Ask
) -> HourlyFile:
    """The hours of a column of a user's table whose times carry their offsets."""
    quantity = Quantity((column,), scale, table.header[column])
    return _dated(table, table, Clock("UTC"), clock, quantity, (name, bounds, ask, []))


@dataclass(frozen=True, slots=True)
class _Placed:
    rows: list[tuple[int, list[str]]]
    said: str


def _meant(table: Rows, layout: Layout, name: str, ask: Ask) -> Quantity:
    if ask.what in layout.quantities:
        return layout.quantities[ask.what]
    text = f"{table.file} is {layout.name}, which has no {name}"
    fix = "Name a `column` and its `unit`."
    if ask.what == "intensity" and "marginal_intensity" in layout.quantities:
        text = f"{name} is an inventory's average, and {table.file} is {layout.name} of marginal rates"
        fix = "Give it as `marginal_intensity`, and an average, or none, as `intensity`."
    raise SeriesProblem(table.file, table.header_line, 1, text, fix)


def _exchanged(table: Rows, quantity: Quantity, name: str, ask: Ask) -> Quantity:
    if quantity.currency in ("", "USD"):
        return replace(quantity, scale=quantity.scale * (ask.exchange or 1.0))
    if ask.exchange is None:
        text = f"{name} is in {quantity.currency}, and plans are in USD"
        fix = f"Say what one {quantity.currency} is worth: `exchange_rate:` USD."
        raise SeriesProblem(table.file, table.header_line, 1 + quantity.cells[0], text, fix)
    said = f"{quantity.said} at {ask.exchange:g} USD per {quantity.currency}"
    return replace(quantity, scale=quantity.scale * ask.exchange, said=said)


def _place(table: Rows, layout: Layout, name: str, ask: Ask) -> _Placed:
    """The rows of one place and one auction."""
    rows, said = table.rows, ""
    if layout.sequence is not None:
        rows = [row for row in rows if _cell(row[1], layout.sequence).lower() in FIRST_SEQUENCE]
    if layout.area is None:
        return _Placed(rows, said)
    known = sorted({_cell(cells, layout.area) for _, cells in rows} - {""})
    wanted = ask.zone or (known[0] if len(known) == 1 else None)
    listed = ", ".join(known[:12]) + (f" and {len(known) - 12} more" if len(known) > 12 else "")
    if wanted is None and known:
        text = f"{name} could be of {len(known)} places: {listed}"
        raise SeriesProblem(table.file, table.header_line, layout.area + 1, text, f"Name one: `zone: {known[0]}`.")
    kept = [row for row in rows if wanted in (None, _cell(row[1], layout.area))]
    if not kept:
        text = f"there is no place {wanted!r} for {name}"
        raise SeriesProblem(table.file, table.header_line, layout.area + 1, text, f"The file has {listed}.")
    return _Placed(kept, "" if wanted is None else f", of {wanted}")


def _estimated(layout: Layout, rows: Sequence[tuple[int, list[str]]]) -> list[str]:
    if layout.estimated is None or not rows:
        return []
    count = sum(_cell(cells, layout.estimated).lower() in ("true", "1", "yes") for _, cells in rows)
    return [f"{count / len(rows):.1%} of its hours are marked as estimated."] if count else []


def _dated(
    whole: Rows,
    table: Rows,
    clock: Clock,
    at: int,
    quantity: Quantity,
    about: tuple[str, tuple[float, float], Ask, list[str]],
) -> HourlyFile:
    name, bounds, ask, notes = about
    faults: list[SeriesFault] = []
    rows = []
    for line, cells in table.rows:
        value = _value(cells, quantity)
        try:
            begin = clock.instant(_cell(cells, at))
        except NoSuchHour:
            if value is not None:
                text, fix = f"{_cell(cells, at)!r} is an hour that summer time skips", "Leave the row out."
                faults.append(SeriesFault(table.file, line, at + 1, text, fix))
            continue
        except ValueError:
            text, fix = f"no time can be read from {_cell(cells, at)[:40]!r}", "Keep the times as they were published."
            faults.append(SeriesFault(table.file, line, at + 1, text, fix))
            continue
        wrong = _wrong(cells, quantity, value, bounds)
        if wrong:
            faults.append(SeriesFault(table.file, line, quantity.cells[0] + 1, f"{name}: {wrong[0]}", wrong[1]))
        rows.append(Row(line, begin, value or 0.0))
    if not rows and not faults:
        raise SeriesProblem(whole.file, whole.header_line, 0, f"{name} has no rows", "Give every hour of a year.")
    offset = _offset(clock, rows[0].begin) if ask.utc_offset_hours is None and rows else ask.utc_offset_hours or 0.0
    found = year_of(rows, offset, ask.year) if rows else []
    if isinstance(found, list):
        column = {True: at + 1, False: 0}
        faults += [SeriesFault(table.file, f.line, column[f.line > 0], f"{name}: {f.message}", f.fix) for f in found]
    if faults or not isinstance(found, Year):
        raise problem_of(sorted(faults, key=lambda f: (f.line == 0, f.line)))
    notes += [f"{name}: {text}" if not notes else text for text in found.notes]
    return HourlyFile(found.values, (" ".join(notes),) if notes else ())


def _offset(clock: Clock, begin: datetime) -> float:
    """The file's own standard time, where the site's is not known."""
    offset = begin.astimezone(clock.zone).utcoffset()
    return 0.0 if offset is None else offset.total_seconds() / 3600


def _cell(cells: Sequence[str], at: int) -> str:
    return cells[at].strip() if at < len(cells) else ""


def _number(text: str) -> float | None:
    return number(text.replace(",", ""))


def _value(cells: Sequence[str], quantity: Quantity) -> float | None:
    """A row's number in base units, none where it is missing or none."""
    if not quantity.whole:
        found = _number(_cell(cells, quantity.cells[0]))
        return None if found is None else found * quantity.scale
    made = {i: max(0.0, _number(_cell(cells, i)) or 0.0) for i in quantity.whole}
    whole = sum(made.values())
    return sum(made[i] for i in quantity.cells) / whole * quantity.scale if whole > 0 else None


def _wrong(
    cells: Sequence[str], quantity: Quantity, value: float | None, bounds: tuple[float, float]
) -> tuple[str, str] | None:
    """What is wrong with a row's number, and how to mend it."""
    texts = [_cell(cells, i) for i in (quantity.whole or quantity.cells)]
    words = [t for t in texts if _number(t) is None and t.lower() not in MISSING]
    if words:
        return f"{words[0][:40]!r} is not a finite number", mend(words[0])
    if value is None:
        return "there is no number in this row", "Give a number for every hour; none is filled in."
    least, most = bounds
    if not least - SPREAD * abs(least) <= value <= most + SPREAD * abs(most):
        return f"{texts[0]!r} is out of range", "See whether the unit is right."
    return None
