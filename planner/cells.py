"""Tables as CSV that programs read exactly and spreadsheets open safely.

A text that begins with `=`, `+`, `-`, `@`, a tab or a line end would be run as a formula where a spreadsheet opens it;
an apostrophe before it makes it text again (OWASP, "CSV Injection"). Numbers are written as they are, negative ones
too. Commas, quotes and line ends within a text stand in quotes, as RFC 4180 has them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A header line and the rows; nothing where a value is none."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([safe(cell) for cell in head])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def safe(cell: object) -> object:
    """The cell as a spreadsheet may open it."""
    if cell is None:
        return ""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


@dataclass(frozen=True, slots=True)
class Number:
    """A number as text, where its form is prescribed; never taken for a formula."""

    text: str

    def __str__(self) -> str:
        return self.text
