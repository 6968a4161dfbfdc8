"""Catalogs that remember what was read of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from planner.catalog.catalog import Catalog
from planner.catalog.rows import Row

ALWAYS_CITED = ("node", "price_node", "price_rental", "accelerator")
"""Kinds of machines: all are read, then kept by what a scenario allows; the kept are cited, no other counts."""


@dataclass(frozen=True, slots=True)
class Watched(Catalog):
    """A catalog with the ids asked for one by one, and the kinds read whole."""

    asked: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)

    def rows(self, kind: str) -> tuple[Row, ...]:
        self.whole.add(kind)
        return Catalog.rows(self, kind)

    def row(self, kind: str, id: str) -> Row:
        found = Catalog.row(self, kind, id)
        self.asked.add(found.origin)
        return found


class Watch:
    """Puts itself between catalogs and their readers."""

    def __init__(self) -> None:
        self.books = Watched({}, "")

    def __call__(self, books: Catalog) -> Catalog:
        self.books = Watched(books.table, books.sha256, books.own)
        return self.books

    def used(self, cited: Collection[str]) -> dict[str, Row]:
        """Rows by `kind/id`: those cited, those asked for, and all of a kind that was read whole and of which none is.

        The last are coefficients and the like, of which every one may count.
        """
        asked = {origin for origin in self.books.asked if origin.partition("/")[0] not in ALWAYS_CITED}
        named = set(cited) | asked
        kinds = {origin.partition("/")[0] for origin in named} | set(ALWAYS_CITED)
        every = (row for kind in self.books.kinds() for row in Catalog.rows(self.books, kind))
        return {
            row.origin: row
            for row in every
            if row.origin in named or (row.kind in self.books.whole and row.kind not in kinds)
        }
