"""A catalog row and its figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MEMORY = "memory"


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
    """Everything wrong with the catalogs, all at once."""

    def __init__(self, faults: list[CatalogFault]) -> None:
        super().__init__("\n".join(str(f) for f in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and where it is from; `low`, `high` where sources differ; `confidence` high, medium, low or memory."""

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

    @property
    def origin(self) -> str:
        return f"{self.kind}/{self.id}"

    @property
    def memory(self) -> bool:
        """Whether any figure rests on memory alone."""
        return any(f.confidence == MEMORY for f in self.figures.values())

    def figure(self, field: str) -> Figure:
        try:
            return self.figures[field]
        except KeyError:
            raise CatalogError(f"{self.origin} ({self.file}:{self.line}) has no figure {field!r}") from None

    def number(self, field: str) -> float:
        """The figure's value; CatalogError names row and field where there is none."""
        return self.figure(field).value

    def get(self, field: str, default: float) -> float:
        found = self.figures.get(field)
        return default if found is None else found.value
