"""Hours in which a plan's dispatch runs generators below their least load, and what it costs at most to mend them.

    low(t)  = ceil(generated(t) / unit) x least load x unit - generated(t), where that is more than nothing
    mended:   all of an hour's low(t) <= what the grid and own supply give then: units run higher, those give less
    at most:  sum over the mended hours of low(t) x (fuel price / efficiency + running cost); nothing is taken off for
              what the grid or own supply then gives less

Engines relax a least load (see `planner/blocks/generators.py`). Without a size of `unit`, all that may run is one unit.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.model import Bus, Model, name_of
from planner.plan.metered import bought
from planner.problem import Generator, Period, Problem, Series
from planner.solve.solution import Dispatch, Solution

COUNTED = 0.01
"""kW that a generator runs, or lacks to its least load, at least, for an hour to count."""
Stated = tuple[str, float, str, str]
"""Measure, value, unit, generator."""


def least_load(
    m: Model, s: Solution, bus: Bus, dispatch: Dispatch, problem: Problem, period: Period
) -> Iterator[Stated]:
    """What a plan states of each generator that has a least load and stands."""
    lacks = {}
    output = {part.who: kw for part, kw in zip(bus.imported, dispatch.imported, strict=True)}
    for g in problem.site(bus.site).generators:
        column = m.find(name_of("generators.kw", site=bus.site, generator=g.id, period=period.name))
        kw = 0.0 if column is None else float(s.values[column])
        if g.least_load > 0.0 and kw > COUNTED:
            lacks[g.id] = g, low(output[g.id], kw if g.unit_kw is None else g.unit_kw, g)
    if not lacks:
        return
    room = bought(bus, dispatch) + (0.0 if dispatch.taken is None else dispatch.taken)
    mended = sum(lack for _, lack in lacks.values()) <= room + COUNTED
    weight = bus.calendar.weight / period.years
    for g, lack in lacks.values():
        yield "below_least_load", float(weight @ (lack > 0.0)), "h per year", g.id
        yield "below_least_load_stuck", float(weight @ ((lack > 0.0) & ~mended)), "h per year", g.id
        yield "least_load_costs", float(weight @ (lack * mended)) * g.usd_per_kwh, "USD per year", g.id


def low(kw: Series, unit: float, g: Generator) -> Series:
    """What each hour's output (T,) lacks to the least load of as many units as it takes."""
    units = np.ceil(kw / unit - COUNTED / unit)
    lack = np.where(kw > COUNTED, units * g.least_load * unit - kw, 0.0)
    return np.where(lack > COUNTED, lack, 0.0)
