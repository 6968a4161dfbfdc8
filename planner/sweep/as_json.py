"""A front as JSON: the points in order, each with its headline and what is built."""

from __future__ import annotations

import json
from typing import Any

from planner.sweep.run import Front, Point


def render(front: Front, *, terminal: bool = False) -> str:
    """One object: scenario, key, asked, points."""
    made = {
        "scenario": front.scenario,
        "name": front.name,
        "key": front.key,
        "asked": front.asked,
        "points": [_point(p) for p in front.points],
    }
    return json.dumps(made, indent=1) + "\n"


def _point(p: Point) -> dict[str, Any]:
    return {
        "value": p.value,
        "status": p.status,
        "gap": p.gap,
        "headline": None if p.headline is None else p.headline.model_dump(),
        "built": [
            {"kind": kind, "item": item, "unit": unit, "quantity": quantity}
            for (kind, item, unit), quantity in p.sizes.items()
        ],
        "reasons": list(p.reasons),
    }
