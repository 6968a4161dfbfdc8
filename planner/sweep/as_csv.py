"""A front as one CSV table: a line for each point."""

from __future__ import annotations

from planner.cells import table
from planner.sweep.run import Front


def render(front: Front, *, terminal: bool = False) -> str:
    """The key's value, status, gap, the headline's numbers, then what is built."""
    from planner.plan.schema import Headline

    names = list(Headline.model_fields)
    sizes = next((list(p.sizes) for p in front.points if p.sizes), [])
    head = [front.key, "status", "gap", *names, *(f"{kind} {item} ({unit})" for kind, item, unit in sizes)]
    rows = []
    for p in front.points:
        h = {} if p.headline is None else p.headline.model_dump()
        numbers = [h.get(name) for name in names]
        rows.append([p.value, p.status, p.gap, *numbers, *(p.sizes.get(size) for size in sizes)])
    return table(head, rows)
