"""What whole units make of a plan's dispatch of generators: the least load, fuel at part load, starts.

    units(t)  = ceil(generated(t) / unit)                                             the fewest that can give it
    low(t)    = units(t) x least load x unit - generated(t), where that is more than nothing
    mended:     all of an hour's low(t) <= what the grid and own supply give then: units run higher, those give less
    least_load_costs: sum over the mended hours of low(t) x (fuel price / efficiency + running cost), at most; nothing
                is taken off for what the grid or own supply then gives less
    idle(t)   = units(t) x unit - generated(t) - low(t) where mended                  kW that run and give nothing
    fuel of a unit = no load x kW + slope x kWh, the line through its half and full load, so that beside what full load
                asks the sum of idle(t) x no load is burnt: part_load_costs, part_load_carbon
    starts:     sum over t of max(0, units(t) - units(t-1)), each stretch of hours a cycle

Engines relax how many units run to any number (see `planner/blocks/generators.py`). Then as much runs as is given, at
full load, whose fuel is what the ledger has. Without a size of `unit`, all that may run is one unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from planner.model import Bus, Calendar, Model, name_of
from planner.plan.metered import bought
from planner.problem import Generator, Period, Problem, Series
from planner.solve.solution import Dispatch, Solution

COUNTED = 0.01
"""kW that a generator runs, or lacks to its least load, at least, for an hour to count."""
Stated = tuple[str, float, str, str]
"""Measure, value, unit, generator."""


@dataclass(frozen=True, slots=True)
class Running:
    """A generator that stands: the size of its units, and by hour (T,) its output, units that run and kW it lacks."""

    of: Generator
    unit: float
    kw: Series
    units: Series
    lack: Series


def least_load(
    m: Model, s: Solution, bus: Bus, dispatch: Dispatch, problem: Problem, period: Period
) -> Iterator[Stated]:
    """What a plan states of each generator that stands and has a least load, or burns more at part load."""
    standing = list(_standing(m, s, bus, dispatch, problem, period))
    if not standing:
        return
    room = bought(bus, dispatch) + (0.0 if dispatch.taken is None else dispatch.taken)
    mended = np.sum([r.lack for r in standing], axis=0) <= room + COUNTED
    weight = bus.calendar.weight / period.years
    for r in standing:
        g = r.of
        if g.least_load > 0.0:
            yield "below_least_load", float(weight @ (r.lack > 0.0)), "h per year", g.id
            yield "below_least_load_stuck", float(weight @ ((r.lack > 0.0) & ~mended)), "h per year", g.id
            yield "least_load_costs", float(weight @ (r.lack * mended)) * g.usd_per_kwh, "USD per year", g.id
        if g.no_load > 0.0:
            idle = np.maximum(r.units * r.unit - r.kw - r.lack * mended, 0.0)
            fuel = float(weight @ idle) * g.no_load
            yield "part_load_costs", fuel * g.fuel_usd_per_kwh, "USD per year", g.id
            yield "part_load_carbon", fuel * g.fuel_kg_per_kwh, "kgCO2e per year", g.id
        yield "starts", _starts(r.units, weight, bus.calendar), "per year", g.id


def _standing(
    m: Model, s: Solution, bus: Bus, dispatch: Dispatch, problem: Problem, period: Period
) -> Iterator[Running]:
    output = {part.who: kw for part, kw in zip(bus.imported, dispatch.imported, strict=True)}
    for g in problem.site(bus.site).generators:
        column = m.find(name_of("generators.kw", site=bus.site, generator=g.id, period=period.name))
        size = 0.0 if column is None else float(s.values[column])
        if size > COUNTED and (g.least_load > 0.0 or g.no_load > 0.0):
            unit, kw = size if g.unit_kw is None else g.unit_kw, output[g.id]
            units = np.where(kw > COUNTED, np.ceil(kw / unit - COUNTED / unit), 0.0)
            lack = np.where(kw > COUNTED, units * g.least_load * unit - kw, 0.0)
            yield Running(g, unit, kw, units, np.where(lack > COUNTED, lack, 0.0))


def _starts(units: Series, weight: Series, calendar: Calendar) -> float:
    before = np.concatenate([np.roll(units[begin:end], 1) for begin, end in calendar.stretches])
    return float(weight @ np.maximum(units - before, 0.0))
