"""Loading catalogs: the bundled one first, then a user's folders over it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from planner.catalog.merge import Table, check, known_kinds, merge
from planner.catalog.reader import MAX_BYTES, FileRows, read_file
from planner.catalog.rows import CatalogError, CatalogFault, CatalogProblem, Row

MAX_FILES = 500
SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Catalog:
    """Rows by kind and id, and the hash of the bytes they came from."""

    table: Table
    sha256: str
    own: frozenset[str] = frozenset()
    """Files that are the user's, not ours."""

    def kinds(self) -> tuple[str, ...]:
        return tuple(sorted(self.table))

    def rows(self, kind: str) -> tuple[Row, ...]:
        """Every row of a kind, by id."""
        return tuple(row for _, row in sorted(self.table.get(kind, {}).items()))

    def row(self, kind: str, id: str) -> Row:
        """One row; CatalogError with a suggestion where there is none."""
        try:
            return self.table[kind][id]
        except KeyError:
            close = get_close_matches(id, sorted(self.table.get(kind, {})), n=1, cutoff=0.5)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise CatalogError(f"no {kind} {id!r} in the catalogs{hint}") from None


def bundled() -> Path:
    """The catalogs that ship: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_data" / "catalogs"
    return inside if inside.is_dir() else package.parent / "catalogs"


def load(folders: Sequence[Path] = ()) -> Catalog:
    """The bundled catalogs with overlays in order. Raises CatalogProblem with every fault of every file.

    The hash covers names and bytes of the files in the order they are laid over each other, not where they lie.
    """
    shipped, hashed, known_faults = _shipped(bundled())
    faults, digest = list(known_faults), hashed.copy()
    own = [file for folder in folders for file in _read(Path(folder), digest, faults)]
    known_kinds(own, {file.kind for file in shipped}, faults)
    table = merge([*shipped, *own], faults)
    check(table, faults)
    books = Catalog(table, digest.hexdigest(), frozenset(file.name for file in own))
    if faults:
        raise CatalogProblem(sorted(faults, key=lambda f: (f.file, f.line, f.column, f.message)), books)
    return books


def alone(folder: Path) -> Catalog:
    """The rows of one folder by themselves; what they lack or point at is not asked. Raises CatalogProblem."""
    faults: list[CatalogFault] = []
    digest = hashlib.sha256()
    table = merge(_read(folder, digest, faults), faults)
    if faults:
        raise CatalogProblem(sorted(faults, key=lambda f: (f.file, f.line, f.column, f.message)))
    return Catalog(table, digest.hexdigest())


@lru_cache(maxsize=2)
def _shipped(folder: Path) -> tuple[tuple[FileRows, ...], hashlib._Hash, tuple[CatalogFault, ...]]:
    """Our own files, read once in a process: rows, hash so far, faults."""
    faults: list[CatalogFault] = []
    digest = hashlib.sha256()
    return tuple(_read(folder, digest, faults)), digest, tuple(faults)


def _read(folder: Path, digest: hashlib._Hash, faults: list[CatalogFault]) -> list[FileRows]:
    found = []
    for path in _files(folder, faults):
        name = path.relative_to(folder.parent).as_posix()
        try:
            if not path.resolve().is_relative_to(folder.resolve()):
                faults.append(CatalogFault(name, 1, 1, "leads out of the catalog's folder", "Copy the file into it."))
                continue
            if path.stat().st_size > MAX_BYTES:
                faults.append(CatalogFault(name, 1, 1, f"larger than {MAX_BYTES:,} bytes", "Split the file."))
                continue
            raw = path.read_bytes()
        except OSError as error:
            text = f"cannot be read: {error.strerror or error}"
            faults.append(CatalogFault(name, 1, 1, text, "Check the file and its permissions."))
            continue
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(raw)}\0".encode())
        digest.update(raw)
        found.append(read_file(raw, name, faults))
    return found


def _files(folder: Path, faults: list[CatalogFault]) -> list[Path]:
    if not folder.is_dir():
        fix = "Name a folder of *.yaml files, relative to the scenario."
        faults.append(CatalogFault(folder.as_posix(), 1, 1, "no such catalog folder", fix))
        return []
    found = sorted((p for p in folder.rglob("*") if p.suffix in SUFFIXES and p.is_file()), key=Path.as_posix)
    if not found:
        fix = "Name a folder of *.yaml files, or leave it out."
        faults.append(CatalogFault(folder.as_posix(), 1, 1, "this folder holds no *.yaml file", fix))
    if len(found) > MAX_FILES:
        text = f"more than {MAX_FILES} files"
        faults.append(CatalogFault(folder.as_posix(), 1, 1, text, "Name the catalog's own folder."))
        return []
    return found
