"""What loads and is still doubtful: powers out of order, units missing from keys, memory, age, misspelt fields.

What must not load at all (no source, no date, unknown references, missing figures) is the loader's to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher, get_close_matches

from planner.catalog.catalog import Catalog
from planner.catalog.rows import MEMORY, CatalogFault, Row

STALE_DAYS = 365
"""Prices older than this, counted from the newest figure of the catalogs, are named; a year of list prices moves."""

QUANTITIES = re.compile(
    r"(^|_)(power|draw|price|cost|fee|energy|speed|bandwidth|memory|weight|mass|temperature|time|latency|capacity|area"
    r"|volume|distance|reach|length|height|carbon|embodied|land|throughput|life|age)(_|$)"
)
"""Words of a key that name a quantity with a dimension, so that its unit must stand in the key too."""

UNITS = re.compile(
    r"(^|_)(w|kw|kwdc|mw|wh|kwh|mwh|usd\d*|eur\d*|g|kg|t|kgco2e|gco2e|gb|gib|tb|mib|bytes|gbps|tbps|tflops|pflops|gflops"
    r"|tops|ops|s|h|days?|hours?|months?|years?|c|m|m2|m3|cm2|km|l|gallon|mhz|rpm|cfm|units|fraction|share|factor|ratio"
    r"|efficiency)(_|$)"
)
"""Words of a key that name a unit, as in `idle_w` and `price_usd_per_kwh`, or a ratio, which has none."""

DEGREES = "_c"
"""How keys of temperatures end, which alone may be below zero."""

NEARLY = 0.85
"""Likeness from which a key that no other row of its kind has is a slip of the pen, and a fault."""

RATIOS = ("coefficient", "finance")
"""Kinds whose keys name ratios throughout: achieved over peak, cost of capital."""


FIXES = {
    "power-order": "Order idle_w <= sustained_w <= max_w; a row of a known id overrides field by field.",
    "misspelt": "Rename the key; a note of your own needs a name that is not so like one of ours.",
    "fraction": "Write 5 % as 0.05.",
}
"""How to mend a fault, by its code."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at. `level` is `fault` (wrong) or `note` (worth knowing)."""

    level: str
    code: str
    file: str
    line: int
    row: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.row}: {self.message} [{self.code}]"


def faults(books: Catalog) -> list[str]:
    """What is wrong, as `file:line: row: text`."""
    return [str(found) for found in findings(books) if found.level == "fault"]


def of_overlays(books: Catalog) -> list[CatalogFault]:
    """Faults of the rows laid over ours: without them a plan would rest on what cannot be, or not see what is given."""
    if not books.own:
        return []
    found = [f for f in findings(books) if f.level == "fault" and f.file in books.own]
    return [CatalogFault(f.file, f.line, 1, f"{f.row}: {f.message}", FIXES.get(f.code, "Correct it.")) for f in found]


def findings(books: Catalog, today: date | None = None) -> tuple[Finding, ...]:
    """All findings by file and line. `today` dates prices; by default the newest figure of the catalogs does."""
    newest = max((f.as_of for row in _rows(books) for f in row.figures.values()), default="")
    now = today or (_day(newest) if newest else None)
    found = [*_order(books), *_keys(books), *_memory(books), *_unpriced(books)]
    found += [] if now is None else _stale(books, now)
    return tuple(sorted(found, key=lambda f: (f.file, f.line, f.code, f.row, f.message)))


def _rows(books: Catalog) -> Iterator[Row]:
    for kind in books.kinds():
        yield from books.rows(kind)


def _finding(level: str, code: str, row: Row, message: str) -> Finding:
    return Finding(level, code, row.file, row.line, row.origin, message)


def _order(books: Catalog) -> Iterator[Finding]:
    """Powers and prices that cannot be."""
    chips = {row.id: row for row in books.rows("accelerator")}
    for row in books.rows("node"):
        idle, busy, most = (row.number(f) for f in ("idle_w", "sustained_w", "max_w"))
        if not 0 <= idle <= busy <= most:
            text = f"idle_w {idle:g} <= sustained_w {busy:g} <= max_w {most:g} does not hold"
            yield _finding("fault", "power-order", row, text)
        chip, count = chips.get(str(row.text.get("accelerator", ""))), row.number("accelerators")
        if (chip is None) != (count == 0):
            yield _finding("fault", "accelerators", row, f"{count:g} accelerators, and `accelerator` says otherwise")
        tdp = 0.0 if chip is None else chip.get("tdp_w", 0.0)
        if tdp and most <= count * tdp:
            text = f"max_w {most:g} is no more than {count:g} x {tdp:g} W: a node is more than its accelerators"
            yield _finding("fault", "tdp-times-count", row, text)
    for row in _rows(books):
        for name, figure in row.figures.items():
            if name.endswith(("_fraction", "_share", "availability")) and not -1 <= figure.value <= 1:
                yield _finding("fault", "fraction", row, f"{name} is {figure.value:g}, a fraction is at most 1")
            if name == "half_load_efficiency_fraction" and not 0.5 < figure.value <= 1:
                text = f"{name} is {figure.value:g}: of the efficiency at full load, over a half and at most all"
                yield _finding("fault", "half-load", row, text)
            if figure.value < 0 and not name.endswith(DEGREES):
                yield _finding("fault", "negative", row, f"{name} is {figure.value:g}, below zero")
            elif name in ("purchase_usd", "price_usd", "usd_per_hour", "street_usd") and figure.value <= 0:
                yield _finding("fault", "price", row, f"{name} is {figure.value:g}")


def _keys(books: Catalog) -> Iterator[Finding]:
    """Keys without a unit; keys of overlays that no shipped row of the kind has."""
    for kind in books.kinds():
        rows = books.rows(kind)
        uses: dict[str, int] = {}
        for row in rows:
            for name in row.figures:
                uses[name] = uses.get(name, 0) + 1
        for row in rows:
            for name in row.figures:
                if kind not in RATIOS and QUANTITIES.search(name) and not UNITS.search(name):
                    yield _finding("note", "unit", row, f"{name} names no unit")
                mine = row.file in books.own and name not in row.overridden
                if mine and uses[name] == 1 and len(rows) > 1:
                    close = get_close_matches(name, sorted(n for n in uses if uses[n] > 1), n=1, cutoff=0.75)
                    hint = f"; did you mean {close[0]}?" if close else ""
                    level = "fault" if close and SequenceMatcher(None, name, close[0]).ratio() >= NEARLY else "note"
                    yield _finding(level, "misspelt", row, f"{name} stands in no other {kind}{hint}")


def _memory(books: Catalog) -> Iterator[Finding]:
    for row in _rows(books):
        if row.memory:
            fields = sorted(n for n, f in row.figures.items() if f.confidence == MEMORY)
            yield _finding("note", "memory", row, f"rests on memory: {', '.join(fields)}")


def _unpriced(books: Catalog) -> Iterator[Finding]:
    """Machines that nothing prices: a scenario must price them before they can be bought."""
    priced = {row.id for row in books.rows("price_node")}
    priced |= {str(row.text.get("node")) for row in books.rows("price_rental")}
    for row in books.rows("node"):
        if row.id not in priced:
            yield _finding(
                "note", "no-price", row, "has no price: give one under `prices.machines`, or it is not offered"
            )


def _stale(books: Catalog, now: date) -> list[Finding]:
    found = []
    for kind in books.kinds():
        if kind.startswith("price_"):
            for row in books.rows(kind):
                for name, figure in row.figures.items():
                    age = (now - _day(figure.as_of)).days
                    if age > STALE_DAYS:
                        found.append(_finding("note", "stale", row, f"{name} is of {figure.as_of}, {age} days old"))
    return found


def _day(text: str) -> date:
    """The last day that a year, a month or a day may mean is unknown: its first is taken."""
    year, _, rest = text.partition("-")
    month, _, day = rest.partition("-")
    return date(int(year), int(month or 1), int(day or 1))
