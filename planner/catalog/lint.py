"""What the loader cannot see: references between rows, and units in keys."""

from __future__ import annotations

from collections.abc import Iterator

from planner.catalog.catalog import Catalog
from planner.catalog.rows import Row

REFERENCES = (
    ("node", "accelerator", "accelerator"),
    ("price_node", "node", "node"),
    ("price_rental", "node", "node"),
    ("price_accelerator", "accelerator", "accelerator"),
    ("price_cloud", "accelerator", "accelerator"),
)
SAME_ID = (("price_node", "node"), ("price_switch", "switch"), ("price_storage", "storage_unit"))
SAME_ID += (("price_optic", "optic"),)


def faults(books: Catalog) -> list[str]:
    """Every broken reference, as `file:line: text`."""
    return [text for row, message in _broken(books) for text in [f"{row.file}:{row.line}: {row.origin}: {message}"]]


def _broken(books: Catalog) -> Iterator[tuple[Row, str]]:
    ids = {kind: {row.id for row in books.rows(kind)} for kind in books.kinds()}
    for kind, field, target in REFERENCES:
        for row in books.rows(kind):
            named = row.text.get(field)
            if named is not None and named not in ids.get(target, set()):
                yield row, f"{field} {named!r} is no {target} of the catalogs"
    for kind, target in SAME_ID:
        for row in books.rows(kind):
            if row.id not in ids.get(target, set()) and "node" not in row.text:
                yield row, f"prices a {target} that is not in the catalogs"
    for row in books.rows("node"):
        if not row.get("idle_w", 0) <= row.get("sustained_w", 0) <= row.get("max_w", 0):
            yield row, "idle_w <= sustained_w <= max_w does not hold"
