"""What a row says, apart from where it lies: plain values, and the hash that tells whether any of it has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from planner.catalog.rows import Row

Content = Mapping[str, Any]
"""`name`, `tags`, `figures` (value, low, high, source, as_of, confidence, note by field), `text` and `arrays`."""
PARTS = ("name", "tags", "figures", "text", "arrays")


def content(row: Row) -> Content:
    """A row as JSON has it."""
    return {
        "name": row.name,
        "tags": list(row.tags),
        "figures": {name: asdict(figure) for name, figure in sorted(row.figures.items())},
        "text": {name: list(t) if isinstance(t, tuple) else t for name, t in sorted(row.text.items())},
        "arrays": {name: list(values) for name, values in sorted(row.arrays.items())},
    }


def digest(said: Content) -> str:
    """SHA-256 of a row's content, whatever the order of its fields."""
    kept = {part: said[part] for part in PARTS}
    text = json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def dated(said: Content) -> str:
    """The newest date of a row's figures; empty where it has none."""
    return max((str(figure["as_of"]) for figure in said["figures"].values()), default="")
