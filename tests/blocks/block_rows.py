"""The columns and rows of one block in a model, as lines of text for golden files."""

from __future__ import annotations

from planner.model import Model


def rows(m: Model, block: str) -> str:
    """What a block declares under its own name, sorted."""
    names = [c.name for c in m.columns]
    lines = [
        f"column {c.name} in [{c.lo:g}, {c.hi:g}]{' whole' if c.integer else ''} {c.unit}".rstrip()
        for c in m.columns
        if c.family.startswith(f"{block}.")
    ]
    for row in m.rows:
        if row.name.startswith(f"{block}."):
            terms = " ".join(f"{value:+.6g} {names[column]}" for column, value in sorted(row.terms.items()))
            lines.append(f"row {row.name}: {terms} {row.sense} {row.rhs:.6g}")
    return "\n".join(sorted(lines)) + "\n"
