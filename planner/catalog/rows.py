"""A catalog row and its figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planner.catalog.fields import BEHAVIOURS, needed

MEMORY = "memory"
LEVELS = ("high", "medium", "low", MEMORY)
"""Confidence in a figure; `memory` is a figure whose source nobody has read."""


class CatalogError(KeyError):
    """A row or a figure that is not there; the text says what is."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class CatalogFault:
    """One thing wrong with a catalog file."""

    file: str
    line: int
    column: int
    message: str
    fix: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}. {self.fix}"


class CatalogProblem(ValueError):
    """Everything wrong with the catalogs, all at once, in the order of files and lines.

    `books`: what could be read of them, for who looks for more faults.
    """

    def __init__(self, faults: list[CatalogFault], books: Any = None) -> None:
        super().__init__("\n".join(str(f) for f in faults))
        self.faults, self.books = faults, books


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with where it is from; `low` and `high` where sources differ, `confidence` one of LEVELS."""

    value: float
    low: float | None
    high: float | None
    source: str
    as_of: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class Row:
    """One thing in a catalog: its figures (units in their names), its texts, its arrays."""

    kind: str
    id: str
    name: str
    tags: tuple[str, ...]
    text: Mapping[str, str | bool | tuple[str, ...]]
    figures: Mapping[str, Figure]
    arrays: Mapping[str, tuple[float, ...]]
    file: str
    line: int
    overridden: frozenset[str] = frozenset()
    """Figures of the row that this one stands over."""

    @property
    def origin(self) -> str:
        return f"{self.kind}/{self.id}"

    @property
    def memory(self) -> bool:
        """Whether a figure that plans read rests on memory alone; any figure, for kinds that plans read whole."""
        wanted = needed(self.kind) or tuple(self.figures)
        return any(self.figures[f].confidence == MEMORY for f in wanted if f in self.figures)

    def behaves(self, behaviour: str) -> bool:
        """Whether it is an energy row of a behaviour, with all that a plan needs of one."""
        if self.text.get("behaviour") != behaviour or not all(f in self.figures for f in BEHAVIOURS[behaviour]):
            return False
        resource = self.text.get("resource")
        return behaviour != "as_produced" or resource == "wind" or (resource == "solar" and "mounting" in self.text)

    def figure(self, field: str) -> Figure:
        """A figure with its source; CatalogError names row and field where there is none."""
        try:
            return self.figures[field]
        except KeyError:
            raise CatalogError(f"{self.origin} ({self.file}:{self.line}) has no figure {field!r}") from None

    def number(self, field: str) -> float:
        """The figure's value; CatalogError names row and field where there is none."""
        return self.figure(field).value

    def get(self, field: str, default: float) -> float:
        """The figure's value, or the default where there is none."""
        found = self.figures.get(field)
        return default if found is None else found.value
