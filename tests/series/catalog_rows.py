"""Small catalog rows for the tests of the series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.catalog import Figure, Row


def row(
    kind: str,
    figures: Mapping[str, float],
    text: Mapping[str, str | bool] | None = None,
    arrays: Mapping[str, Sequence[float]] | None = None,
) -> Row:
    made = {name: Figure(value, None, None, "a test", "2026-01-01", "high", "") for name, value in figures.items()}
    lists = {name: tuple(values) for name, values in (arrays or {}).items()}
    return Row(kind, "toy", "Toy", (), dict(text or {}), made, lists, "toy.yaml", 3)
