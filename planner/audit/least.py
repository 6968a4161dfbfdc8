"""What whole units make of generators, hour by hour: their least load, their fuel at part load, their starts.

units(t) = ceil(generated(t) / unit)
lack(t) = units(t) x least load x unit - generated(t), where that is more than nothing
an hour is stuck where all that generators lack is more than what the grid and own supply give in it
idle(t) = units(t) x unit - generated(t) - lack(t) where not stuck
part load = sum of idle(t) x (1 / half_load - 1) / efficiency, by price and by carbon of the fuel
starts = sum over t of max(0, units(t) - units(t-1)), each stretch of hours a cycle
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.audit.verdict import PRINTED, Floats
from planner.audit.view import Block, Record, View

LEAST_KW = 0.01
"""kW that count: of output, and of what is lacking."""
Flags = NDArray[np.bool_]
Stated = dict[tuple[str, str], tuple[float, float]]
"""(measure, generator) -> value and what rounding may hide of it."""


@dataclass(frozen=True, slots=True)
class Running:
    """By hour (T,): units that run, kW that they lack, kW of them that give nothing; and whether rounding may tell."""

    g: Record
    unit: float
    units: Floats
    lack: Floats
    idle: Floats
    edge: Flags


def below_least(view: View, block: Block) -> Stated:
    """What a plan must say of each generator with a least load or fuel at part load, by whole units."""
    near = 3.0 * PRINTED * (1 + len(block.dispatch))
    running = list(_running(view, block, near))
    if not running:
        return {}
    total = np.sum([r.lack for r in running], axis=0)
    total = np.where(total > LEAST_KW, total, 0.0)
    over = total - block.flow("imported") - block.flow("produced") - LEAST_KW
    doubtful = np.any([r.edge | (abs(r.lack - LEAST_KW) < near) for r in running], axis=0) | (abs(over) < near)
    years, found = view.periods[block.period]["years"], Stated()
    for r in running:
        found |= _least(block, r, over > 0.0, doubtful, years)
        if "half_load" in r.g:  # plans of before state neither fuel at part load nor starts
            found |= _part(block, r, over > 0.0, doubtful, years)
            found["starts", r.g["id"]] = _starts(block, r.units, r.edge, years)
    return found


def _running(view: View, block: Block, near: float) -> Iterator[Running]:
    place = {"site": block.site, "period": block.period}
    for g in view.sites[block.site].get("generators", ()):
        size, least = view.total("generators.kw", generator=g["id"], **place), g.get("least_load", 0.0)
        if size > LEAST_KW and (least > 0.0 or g.get("half_load", 1.0) < 1.0):
            unit, kw = size if g["unit_kw"] is None else g["unit_kw"], block.flow("generated", g["id"])
            units = np.where(kw > LEAST_KW, np.ceil((kw - LEAST_KW) / unit), 0.0)
            lack = np.where(kw > LEAST_KW, units * least * unit - kw, 0.0)
            lack = np.where(lack > LEAST_KW, lack, 0.0)
            part = (kw - LEAST_KW) % unit
            edge = np.minimum(part, unit - part) < near
            yield Running(g, unit, units, lack, np.maximum(units * unit - kw, 0.0), edge)


def _least(block: Block, r: Running, stuck: Flags, doubtful: Flags, years: float) -> Stated:
    g, id, low = r.g, r.g["id"], r.lack > 0.0
    if not g.get("least_load", 0.0):
        return {}
    price = g["fuel_usd_per_kwh"] / g["efficiency"] + g["running_usd_per_kwh"]
    edge = r.edge | (abs(r.lack - LEAST_KW) < 3.0 * PRINTED * (1 + len(block.dispatch)))
    hidden = float(block.weight @ doubtful) / years
    rounded = price * (PRINTED * float(block.weight.sum()) + float(block.weight @ (doubtful * r.lack))) / years
    return {
        ("below_least_load", id): (float(block.weight @ low) / years, float(block.weight @ edge) / years),
        ("below_least_load_stuck", id): (float(block.weight @ (low & stuck)) / years, hidden),
        ("least_load_costs", id): (float(block.weight @ (r.lack * ~stuck)) * price / years, rounded),
    }


def _part(block: Block, r: Running, stuck: Flags, doubtful: Flags, years: float) -> Stated:
    g, id = r.g, r.g["id"]
    no_load = (1.0 / g["half_load"] - 1.0) / g["efficiency"]
    if no_load <= 0.0:
        return {}
    fuel = float(block.weight @ np.maximum(r.idle - r.lack * ~stuck, 0.0)) * no_load / years
    hidden = 2.0 * PRINTED * float(block.weight.sum()) + float(block.weight @ (doubtful * r.lack + r.edge * r.unit))
    hidden *= no_load / years
    priced = {"part_load_costs": g["fuel_usd_per_kwh"], "part_load_carbon": g["fuel_kg_per_kwh"]}
    return {(name, id): (fuel * rate, hidden * rate) for name, rate in priced.items()}


def _starts(block: Block, units: Floats, edge: Flags, years: float) -> tuple[float, float]:
    before = np.concatenate([np.roll(units[begin:end], 1) for begin, end in block.stretches])
    doubt = 2.0 * float(block.weight.max()) * float(np.count_nonzero(edge))
    return float(block.weight @ np.maximum(units - before, 0.0)) / years, doubt / years
