"""Catalog rows as numbers with their sources, and notes on what rests on memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from planner.catalog import Row
from planner.problem import Cite


def cites(*rows: Row | None, fields: Iterable[str] | None = None) -> tuple[Cite, ...]:
    """The sources of the named figures (all of them by default) of some rows."""
    wanted = None if fields is None else set(fields)
    return tuple(
        Cite(row.origin, name, figure.source, figure.as_of, figure.confidence)
        for row in rows
        if row is not None
        for name, figure in sorted(row.figures.items())
        if wanted is None or name in wanted
    )


def cited(value: Any) -> set[str]:
    """The catalog rows, as `kind/id`, that the records of a problem cite."""
    if isinstance(value, Cite):
        return {value.row}
    if is_dataclass(value):
        return set().union(*(cited(getattr(value, f.name)) for f in fields(value)))
    if isinstance(value, Mapping):
        return set().union(*(cited(v) for v in value.values()))
    return set().union(*(cited(v) for v in value)) if isinstance(value, list | tuple) else set()


def memory_notes(found: Iterable[Cite]) -> tuple[str, ...]:
    """One sentence per row whose figures rest on memory alone."""
    rows: dict[str, list[str]] = {}
    for cite in found:
        if cite.confidence == "memory":
            rows.setdefault(cite.row, []).append(cite.field)
    return tuple(f"{row} rests on memory, without a source read: {', '.join(f)}" for row, f in sorted(rows.items()))
