"""What generators lack to their least load, hour by hour.

lack(t) = ceil(generated(t) / unit) x least load x unit - generated(t), where that is more than nothing
an hour is stuck where all that generators lack is more than what the grid and own supply give in it
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.audit.verdict import PRINTED, Floats
from planner.audit.view import Block, Record, View

LEAST_KW = 0.01
"""kW that count: of output, and of what is lacking."""
Flags = NDArray[np.bool_]
Stated = dict[tuple[str, str], tuple[float, float]]
"""(measure, generator) -> value and what rounding may hide of it."""


def below_least(view: View, block: Block) -> Stated:
    """What a plan must say of each generator with a least load: hours below it, stuck ones, what mending costs."""
    near, lacks = 3.0 * PRINTED * (1 + len(block.dispatch)), {}
    place = {"site": block.site, "period": block.period}
    doubtful = np.zeros(len(block.weight), dtype=bool)
    for g in view.sites[block.site].get("generators", ()):
        kw, least = view.total("generators.kw", generator=g["id"], **place), g.get("least_load", 0.0)
        if least > 0.0 and kw > LEAST_KW:
            unit, output = kw if g["unit_kw"] is None else g["unit_kw"], block.flow("generated", g["id"])
            lack = _lack(output, unit, least)
            part = (output - LEAST_KW) % unit
            edge = np.minimum(part, unit - part) < near
            lacks[g["id"]] = g, lack, edge | (abs(lack - LEAST_KW) < near)
            doubtful |= lacks[g["id"]][2]
    if not lacks:
        return {}
    total = np.sum([lack for _, lack, _ in lacks.values()], axis=0)
    total = np.where(total > LEAST_KW, total, 0.0)
    over = total - block.flow("imported") - block.flow("produced") - LEAST_KW
    doubtful |= abs(over) < near
    return _stated(block, lacks, over > 0.0, doubtful, view.periods[block.period]["years"])


def _lack(kw: Floats, unit: float, least: float) -> Floats:
    lack = np.ceil((kw - LEAST_KW) / unit) * least * unit - kw
    return np.where((kw > LEAST_KW) & (lack > LEAST_KW), lack, 0.0)


def _stated(
    block: Block, lacks: dict[str, tuple[Record, Floats, Flags]], stuck: Flags, doubtful: Flags, years: float
) -> Stated:
    found: Stated = {}
    for id, (g, lack, edge) in lacks.items():
        price = g["fuel_usd_per_kwh"] / g["efficiency"] + g["running_usd_per_kwh"]
        hidden = float(block.weight @ doubtful) / years
        rounded = price * (PRINTED * float(block.weight.sum()) + float(block.weight @ (doubtful * lack))) / years
        low = lack > 0.0
        found["below_least_load", id] = float(block.weight @ low) / years, float(block.weight @ edge) / years
        found["below_least_load_stuck", id] = float(block.weight @ (low & stuck)) / years, hidden
        found["least_load_costs", id] = float(block.weight @ (lack * ~stuck)) * price / years, rounded
    return found
