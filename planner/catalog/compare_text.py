"""Differences of catalogs as text for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from planner.catalog.compare import Change, Comparison

FORMAT_VERSION = "1.0"
MARKS = ("source", "as_of", "confidence", "note")
"""What a figure says beside its numbers."""


def as_table(found: Comparison) -> str:
    """A line for each row that came or went; for each that changed, a line for each field."""
    rows = "1 row" if len(found.changed) == 1 else f"{len(found.changed)} rows"
    counts = f"{rows} changed, {len(found.added)} added, {len(found.removed)} removed\n"
    return counts + "".join(f"{line}\n" for line in _lines(found))


def as_json(found: Comparison) -> str:
    """All of it, figures with their sources before and after, and what a value changed by as a fraction."""
    changes = [asdict(change) | {"relative": change.relative} for change in found.changes]
    data = {
        "format_version": FORMAT_VERSION,
        "same": found.same,
        "added": found.added,
        "removed": found.removed,
        "changed": changes,
    }
    return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _lines(found: Comparison) -> Iterator[str]:
    yield from (f"+ {row}" for row in found.added)
    yield from (f"- {row}" for row in found.removed)
    for row in found.changed:
        yield f"~ {row}"
        for change in found.changes:
            if change.row == row:
                yield from (f"    {line}" for line in told(change))


def told(change: Change) -> list[str]:
    """A change in words: the number first, then what its source, date, confidence and note became."""
    if change.part != "figures":
        return [f"{change.field}: {_shown(change.before)} -> {_shown(change.after)}"]
    before, after = change.before, change.after
    if before is None or after is None:
        made, which = ("added", after) if before is None else ("removed", before)
        return [f"{change.field}: {made} {_number(which)} [{which['confidence']}, {which['as_of']}] {which['source']}"]
    by = "" if change.relative is None else f" ({change.relative:+.1%})"
    same = _number(before) == _number(after)
    lines = [f"{change.field}: {_number(before)}{'' if same else f' -> {_number(after)}{by}'}"]
    return lines + [f"  {m}: {_shown(before[m])} -> {_shown(after[m])}" for m in MARKS if before[m] != after[m]]


def _number(figure: dict[str, Any]) -> str:
    low, high = figure["low"], figure["high"]
    shown = f"{figure['value']:.12g}"
    if low is None and high is None:
        return shown
    return f"{shown} ({'…' if low is None else f'{low:.12g}'} to {'…' if high is None else f'{high:.12g}'})"


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, list):
        return " ".join(f"{v:.12g}" if isinstance(v, float) else str(v) for v in value) or "nothing"
    return str(value)
