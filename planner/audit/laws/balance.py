"""Energy is conserved in every hour: what comes onto a site's power bus leaves it.

produced(t) + imported(t) + discharge(t) = sum of draws(t) + exported(t) + charge(t)          kW, every hour t
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.verdict import PRINTED, RELATIVE, Check, every_equal
from planner.audit.view import View

NAME = "balance"


def check(view: View) -> Iterator[Check]:
    for block in view.blocks:
        supply = block.flow("produced") + block.flow("imported") + block.flow("discharge")
        use = block.flow("draw") + block.flow("exported") + block.flow("charge")
        slack = RELATIVE * use + PRINTED * len(block.dispatch)
        yield every_equal(block.where, "supply (kW)", supply, use, slack)
