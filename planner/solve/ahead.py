"""A site dispatched as one would run it: each hour is decided by looking some hours ahead, then the next is.

At every hour the cheapest dispatch of a window is found exactly by the recursion of `kernel.py`, and its first hour is
carried out. The hour at hand is known; those after it are `known` too, or are taken to be as the same hours of the day
before (`yesterday`, persistence). What is left in the store at a window's end is worth nothing there.

A month's peak costs nothing up to its target, or to what it has been already; each kW over that costs the month's rate.
Hours are a cycle: before the first comes the last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from planner.solve.matrix import Flags, Floats, Ints

DAY = 24
FAR_USD = 1e3
"""USD per kWh of a shortage, far above any price."""
Guess = Literal["known", "yesterday"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One store: kW in and out, usable kWh, part kept over an hour, efficiencies; USD of `wear` per kW out (T,)."""

    power: float
    power_out: float
    energy: float
    keep: float
    charge: float
    discharge: float
    wear: Floats
    may: Flags
    """Hours in which it may discharge (T,)."""
    level: float
    """kWh before the first hour."""


@dataclass(frozen=True, slots=True)
class Course:
    """The hours of a bus (T,): kW drawn and free, USD per kW bought and sold, most kW of each, months and peaks."""

    load: Floats
    free: Floats
    buy: Floats
    sell: Floats
    weight: Floats
    connection_kw: float
    export_kw: float
    meter: Ints
    """Which of G peaks each hour counts for (T,): its month's, where a year is run."""
    target_kw: Floats
    peak_usd_per_kw: Floats
    """Both (G,)."""
    covered_kw: Floats
    covered_usd: Floats
    """What is bought costs so much less (USD per kW) up to `covered_kw`: what contracts cover (T,)."""


@dataclass(frozen=True, slots=True)
class Run:
    """What was done, kW by hour; level in kWh at the end of each hour."""

    taken: Floats
    imported: Floats
    exported: Floats
    charge: Floats
    discharge: Floats
    level: Floats
    unserved: Floats


def run(course: Course, cell: Cell, window: int, guess: Guess) -> Run:
    """Every hour of a course, each decided over the next `window` hours."""
    hours = len(course.load)
    found = np.zeros((7, hours))
    peak, level = course.target_kw.copy(), min(cell.level, cell.energy)
    for t in range(hours):
        first = _decide(course, cell, _window(t, window, hours, guess), peak, level)
        found[:, t] = first
        level = float(first[5])
        peak[course.meter[t]] = max(peak[course.meter[t]], float(first[1]))
    return Run(*found)


def _window(t: int, window: int, hours: int, guess: Guess) -> tuple[Ints, Ints]:
    """Which hours the window has, and from which ones they are guessed."""
    ahead = np.arange(min(window, hours))
    back = np.where(ahead == 0, 0, -DAY * -(-ahead // DAY)) if guess == "yesterday" else np.zeros_like(ahead)
    return (t + ahead) % hours, (t + ahead + back) % hours


def _decide(course: Course, cell: Cell, when: tuple[Ints, Ints], peak: Floats, level: float) -> tuple[float, ...]:
    """The first hour of the window's cheapest dispatch: taken, bought, sold, charge, discharge, level, unserved."""
    from planner.solve import kernel

    true, at = when
    load, free = course.load[at], course.free[at]
    meter = course.meter[true]
    within = np.minimum(peak[meter], course.connection_kw)
    sold = np.where(course.sell[at] >= 0, course.export_kw, 0.0)
    covered, buy = np.minimum(course.covered_kw[at], within), course.buy[at]
    steps = [
        (np.zeros(len(at)), free),
        (course.sell[at], sold),
        (buy - course.covered_usd[at], covered),
        (buy, within - covered),
        (buy + course.peak_usd_per_kw[meter], course.connection_kw - within),
    ]
    cost, width = (np.column_stack([step[k] for step in steps]) for k in range(2))
    voll = FAR_USD * float(course.weight.max())
    flow, unserved, put, out, stock, _, _ = kernel.cheapest(
        load, free, -(free + sold), cost, width, np.array([False, True, False, False, False]), cell.may[at], voll,
        cell.power, cell.power_out, cell.energy, level, cell.keep, cell.charge, cell.discharge, cell.wear[at], 0.0,
    )  # fmt: skip
    return (
        float(flow[0, 0]),
        float(flow[0, 2:].sum()),
        float(sold[0] - flow[0, 1]),
        float(put[0]),
        float(out[0]),
        float(stock[0]),
        float(unserved[0]),
    )
