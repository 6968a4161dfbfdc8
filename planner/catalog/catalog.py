"""Loading catalogs: the bundled one first, then a user's folders over it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from planner.catalog.reader import FileRows, merge, read_file
from planner.catalog.rows import CatalogError, CatalogFault, CatalogProblem, Row

MAX_FILES = 500
MAX_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class Catalog:
    """Rows by kind and id, and the hash of the bytes they came from."""

    table: dict[str, dict[str, Row]]
    sha256: str

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
            close = get_close_matches(id, list(self.table.get(kind, {})), n=1, cutoff=0.5)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise CatalogError(f"no {kind} {id!r} in the catalogs{hint}") from None


def bundled() -> Path:
    """The catalogs that ship: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_data" / "catalogs"
    return inside if inside.is_dir() else package.parent / "catalogs"


def load(folders: Sequence[Path] = ()) -> Catalog:
    """The bundled catalogs with overlays in order. Raises CatalogProblem with every fault of every file."""
    faults: list[CatalogFault] = []
    digest = hashlib.sha256()
    files: list[FileRows] = []
    for folder in (bundled(), *folders):
        for path in _files(folder, faults):
            raw = path.read_bytes()
            digest.update(f"{path.name}\0{len(raw)}\0".encode())
            digest.update(raw)
            name = str(path.relative_to(folder.parent)) if folder in path.parents else path.name
            files.append(read_file(raw, name, faults))
    table = merge(files, faults)
    if faults:
        raise CatalogProblem(faults)
    return Catalog(table, digest.hexdigest())


def _files(folder: Path, faults: list[CatalogFault]) -> list[Path]:
    if not folder.is_dir():
        faults.append(CatalogFault(str(folder), 1, 1, "no such catalog folder", "Name a folder of *.yaml files."))
        return []
    found = sorted(p for p in folder.rglob("*.yaml") if p.is_file())
    if len(found) > MAX_FILES:
        faults.append(CatalogFault(str(folder), 1, 1, f"more than {MAX_FILES} files", "Name the catalog's own folder."))
        return []
    big = [p for p in found if p.stat().st_size > MAX_BYTES]
    faults += [CatalogFault(str(p), 1, 1, f"larger than {MAX_BYTES:,} bytes", "Split the file.") for p in big]
    return [p for p in found if p not in big]
