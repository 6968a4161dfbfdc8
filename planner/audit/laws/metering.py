"""No more is sold in a period than net metering, self-consumption rules and caps on volume let through.

export_kwh = sum of weight x exported, where a rule asks for it
export_kwh <= energy bought (net metering);   <= volume x modelled hours / 8760
export_kwh <= share x what the loads draw, or x what own generation gives
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.verdict import PRINTED, Check, at_most, equal
from planner.audit.view import Block, Record, View

NAME = "metering"
HOURS_PER_YEAR = 8760


def check(view: View) -> Iterator[Check]:
    for block in view.blocks:
        grid = view.sites[block.site]["grid"]
        hours, where = float(block.weight.sum()), f"{block.site} in {block.period}"
        sold = block.energy(block.flow("exported"))
        for what, limit in _limits(view, block, grid).items():
            yield at_most(where, f"energy sold (kWh) against {what}", sold, limit, scale=sold, floor=PRINTED * hours)
        found = view.tally("export_kwh", block.site, block.period)
        asked = sold if _ruled(grid) else 0.0
        yield equal(where, "export_kwh", found, asked, floor=PRINTED * hours)
    everywhere = sum(view.tally("export_kwh", *place) for place in view.places())
    yield equal("tallies", "export_kwh in all", view.tally("export_kwh"), everywhere, floor=1e-6)


def _ruled(grid: Record) -> bool:
    given = grid.get("export_kwh_per_year") is not None or grid.get("export_share") is not None
    return bool(grid.get("net_metering") or given)


def _limits(view: View, block: Block, grid: Record) -> dict[str, float]:
    found: dict[str, float] = {}
    if grid.get("net_metering"):
        found["what is bought"] = block.energy(block.flow("imported"))
    if grid.get("export_kwh_per_year") is not None:
        found["its volume"] = grid["export_kwh_per_year"] * float(block.weight.sum()) / HOURS_PER_YEAR
    if grid.get("export_share") is not None:
        of_load = grid["export_share_of"] == "load"
        drawn = view.tally("power_load_kwh", block.site, block.period)
        base = drawn if of_load else block.energy(block.flow("produced"))
        found["its share of the load" if of_load else "its share of own generation"] = grid["export_share"] * base
    return found
