"""Records of a plan's problem that cite catalog figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def records(value: Any) -> Iterator[dict[str, Any]]:
    """Every record with `cites`, at whatever depth, in the plan's order."""
    if isinstance(value, dict):
        if isinstance(value.get("cites"), list):
            yield value
        for child in value.values():
            yield from records(child)
    elif isinstance(value, list):
        for child in value:
            yield from records(child)
