"""One row of a file of measurements, its fields read with their types checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

MOST = 1e9
"""Largest count believed: of accelerators, layers, tokens of a sequence."""
_NUMBER = re.compile(r"[+-]?(\d[\d,]{0,40}\.?\d{0,40}|\.\d{1,40})([eE][+-]?\d{1,3})?")


class Excluded(Exception):
    """A row or a field that cannot be predicted; the text is the reason that users read."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as it was written, the line it begins at, and its number in the file, from 1."""

    data: Mapping[str, Any]
    line: int = 1
    index: int = 1

    def has(self, *names: str) -> bool:
        """Whether every field is there and not null."""
        return all(self.data.get(name) is not None for name in names)

    def number(self, name: str, default: float | None = None) -> float:
        """A finite number above or at zero, also one written as a text; the default where it is missing. Raises
        Excluded.
        """
        value = self.data.get(name)
        if value is None:
            if default is None:
                raise Excluded(f"{name} is missing")
            return default
        if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
            value = float(value.replace(",", ""))
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Excluded(f"{name} is {_shown(value)}, not a number")
        if not isfinite(value) or value < 0:
            raise Excluded(f"{name} is {value}, which cannot be")
        return float(value)

    def positive(self, name: str, default: float | None = None) -> float:
        """A finite number above zero; the default where the field is missing. Raises Excluded."""
        value = self.number(name, default)
        if value <= 0:
            raise Excluded(f"{name} is {value:g}, which cannot be")
        return value

    def whole(self, name: str, default: float | None = None) -> int:
        """A number from 1 to MOST, rounded down. Raises Excluded."""
        value = self.number(name, default)
        if not 1 <= value <= MOST:
            raise Excluded(f"{name} is {value:g}, which cannot be")
        return int(value)

    def text(self, name: str, default: str | None = None) -> str:
        """A text, or a number as it is written; the default where the field is missing. Raises Excluded."""
        value = self.data.get(name)
        if value is None:
            if default is None:
                raise Excluded(f"{name} is missing")
            return default
        if isinstance(value, int | float) and not isinstance(value, bool):
            return f"{value}"
        if not isinstance(value, str):
            raise Excluded(f"{name} is {_shown(value)}, not a text")
        return value

    def part(self, name: str) -> Entry:
        """A mapping inside the row, read the same way; empty where it is missing. Raises Excluded."""
        value = self.data.get(name)
        if value is None:
            return Entry({}, self.line, self.index)
        if not isinstance(value, Mapping):
            raise Excluded(f"{name} is {_shown(value)}, not a mapping")
        return Entry(value, self.line, self.index)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
