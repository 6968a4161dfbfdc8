"""A few rows of the bundled catalogs, fast: the others of a file are blanked out before it is read.

Loading everything takes most of a second, and a question about one machine and one model needs a handful of rows. Lines
keep their numbers. The bundled files have one layout, `  - id: name` at the beginning of a row (a test holds them to
it); overlays of users are read whole by `load`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from functools import lru_cache

from planner.catalog.catalog import Catalog, bundled
from planner.catalog.merge import merge
from planner.catalog.reader import read_file
from planner.catalog.rows import CatalogFault, CatalogProblem, Row
from planner.errors import BadInput

_ROW = re.compile(r"(?m)^(?=  - id: )")
_ID = re.compile(r"  - id: [\"']?([A-Za-z0-9._-]+)")
_KIND = re.compile(r"(?m)^kind: *([a-z_]+)")


def part(wanted: Mapping[str, Collection[str]]) -> Catalog:
    """The rows of some ids by kind, as far as the bundled catalogs have them; references are not checked."""
    faults: list[CatalogFault] = []
    files = []
    for name, kind, text in _files():
        head, *rows = _ROW.split(text) if kind in wanted else ("",)
        if any(_id(row) in wanted[kind] for row in rows):
            kept = [row if _id(row) in wanted[kind] else "\n" * row.count("\n") for row in rows]
            files.append(read_file("".join([head, *kept]).encode(), name, faults))
    if faults:
        raise CatalogProblem(faults)
    return Catalog(merge(files, faults), "")


def ids(kind: str) -> tuple[str, ...]:
    """The ids of a kind in the bundled catalogs, in order."""
    found = [_id(row) for _, of, text in _files() if of == kind for row in _ROW.split(text)[1:]]
    return tuple(sorted(found))


def find(books: Catalog, kind: str, id: str, option: str) -> Row:
    """A row by its id. Raises BadInput, with the nearest ids."""
    known = {row.id: row for row in books.rows(kind)}
    if id in known:
        return known[id]
    close = get_close_matches(id, [*ids(kind), *known], n=3, cutoff=0.4)
    hint = f"; did you mean {' or '.join(close)}?" if close else ""
    raise BadInput(f"{option} {id}: no such {kind}{hint} `aiplan catalog list {kind}` names them all")


@lru_cache(maxsize=1)
def _files() -> list[tuple[str, str, str]]:
    """Name, kind and text of every bundled file."""
    found = []
    for path in sorted(bundled().rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        kind = _KIND.search(text)
        if kind:
            found.append((path.relative_to(bundled().parent).as_posix(), kind.group(1), text))
    return found


def _id(row: str) -> str:
    found = _ID.match(row)
    return found.group(1) if found else ""
