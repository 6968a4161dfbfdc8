"""The difference of two plans as JSON: a row for every figure that is not the same."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from planner.diff.changes import Change, Difference

FORMAT_VERSION = "1.0"


def render(found: Difference, *, terminal: bool) -> str:
    data = {
        "format_version": FORMAT_VERSION,
        "before": found.names[0],
        "after": found.names[1],
        "same": found.same,
        "best_plans_apart_usd_per_year": None if found.bounds is None else list(found.bounds),
        "headline": [_row(c) for c in found.headline],
        "asked": [asdict(a) for a in found.asked],
        "chosen": [asdict(t) for t in found.taken],
        "changes": [_row(c) for c in found.changes],
        "warnings": list(found.warnings),
    }
    return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _row(c: Change) -> dict[str, Any]:
    change = None if c.before is None or c.after is None else c.after - c.before
    return asdict(c) | {"change": change}
