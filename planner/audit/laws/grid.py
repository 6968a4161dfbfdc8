"""Power is bought and sold through one connection.

imported(t) <= connection,  exported(t) <= export limit (none where nothing is sold)
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.verdict import PRINTED, RELATIVE, Check, every_at_most, true
from planner.audit.view import View, most

NAME = "grid"
PARTS = frozenset({"grid"})
"""Importers and exporters that the laws know prices and carbon of."""


def check(view: View) -> Iterator[Check]:
    for block in view.blocks:
        grid = view.sites[block.site]["grid"]
        imported, exported = block.flow("imported"), block.flow("exported")
        slack = RELATIVE * imported + PRINTED
        yield every_at_most(block.where, "import (kW)", imported, most(grid, "connection_kw"), slack)
        sold = "export_usd_per_kwh" in block.series
        limit = most(grid, "export_kw") if sold else 0.0
        yield every_at_most(block.where, "export (kW)", exported, limit, RELATIVE * exported + PRINTED)
        for role in ("imported", "exported"):
            strange = set(block.who(role)) - PARTS
            yield true(block.where, f"{role} by {sorted(strange)}: no law prices that", not strange)
