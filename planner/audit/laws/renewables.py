"""As-produced supply is never more than the weather gives, nor its plant more than there is room for.

produced(t) + curtailed(t) = kw x capacity factor(t),  0 <= produced(t)
kw <= limit of the site;   0 <= capacity factor <= 1
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.verdict import PRINTED, RELATIVE, Check, at_most, every_at_most, every_equal, true
from planner.audit.view import View, by_id, most

NAME = "renewables"


def check(view: View) -> Iterator[Check]:
    for id, site in view.sites.items():
        offered = by_id(site["producers"])
        for keys, kw in view.each("renewables.kw", site=id):
            limit = most(offered[keys["producer"]], "max_kw")
            yield at_most(f"{keys['producer']} at {id} in {keys['period']}", "kw", kw, limit, floor=PRINTED)
    for block in view.blocks:
        offered = by_id(view.sites[block.site]["producers"])
        names = set(block.who("produced")) | set(block.who("curtailed"))
        yield true(block.where, f"{sorted(names - set(offered))} are not offered", names <= set(offered))
        for id in sorted(names & set(offered)):
            kw = view.total("renewables.kw", site=block.site, producer=id, period=block.period)
            factor, where = block.series[f"capacity_factor.{id}"], f"{block.where}, {id}"
            slack = RELATIVE * kw * factor + PRINTED * (2 + kw)
            yield every_at_most(where, "capacity factor", factor, 1.0, PRINTED)
            yield every_at_most(where, "produced (kW)", block.flow("produced", id), kw * factor, slack)
            given = block.flow("produced", id) + block.flow("curtailed", id)
            yield every_equal(where, "produced and curtailed (kW)", given, kw * factor, slack)
