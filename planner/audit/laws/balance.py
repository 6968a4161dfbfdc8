"""Energy is conserved in every hour: what comes onto a site's power bus leaves it.

produced(t) + generated(t) + imported(t) + discharge(t) = sum of draws(t) + exported(t) + charge(t)    kW, every hour t
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.audit.verdict import PRINTED, RELATIVE, Check, every_equal
from planner.audit.view import View

NAME = "balance"
SOURCES = ("produced", "generated", "imported", "discharge")


def check(view: View) -> Iterator[Check]:
    for block in view.blocks:
        supply = sum((block.flow(role) for role in SOURCES), np.zeros(len(block.weight)))
        use = block.flow("draw") + block.flow("exported") + block.flow("charge")
        slack = RELATIVE * use + PRINTED * len(block.dispatch)
        yield every_equal(block.where, "supply (kW)", supply, use, slack)
