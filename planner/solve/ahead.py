"""A site dispatched as one would run it: each hour is decided by looking some hours ahead, then the next is.

At every hour the cheapest dispatch of a window is found, exactly by the recursion of `kernel.py` where there is one
store or none, by the linear program of `window.py` where there are several, and its first hour is carried out. The hour
at hand is known; those after it are `known` too, or are taken to be as the same hours of the day before (`yesterday`,
persistence). What is left in the stores at a window's end is worth nothing there.

A month's peak costs nothing up to its target, or to what it has been already; each kW over that costs the month's rate.
A generator is one more step of the hour's supply; what it may give in all is used up, and then it stands still.
Hours are a cycle: before the first comes the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from math import inf
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

    @property
    def phys(self) -> tuple[float, float, float, float]:
        return self.keep, self.charge, self.discharge, self.power_out / self.power


@dataclass(frozen=True, slots=True)
class Engine:
    """One generator: the most kW, USD per kW of an hour (T,), the kWh that it may give in all."""

    power: float
    usd: Floats
    budget_kwh: float = inf


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
    engines: tuple[Engine, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """What was done, kW by hour (T,); level in kWh at each hour's end. Of each store (K, T), each engine (G, T)."""

    taken: Floats
    imported: Floats
    exported: Floats
    unserved: Floats
    charge: Floats
    discharge: Floats
    level: Floats
    generated: Floats


@dataclass(slots=True)
class State:
    """What one hour hands to the next: peaks so far, kWh in each store, kWh that each engine may still give."""

    peak: Floats
    level: Floats
    budget: Floats
    rows: list[Floats] = field(default_factory=list)


def run(course: Course, cells: Sequence[Cell], window: int, guess: Guess) -> Run:
    """Every hour of a course, each decided over the next `window` hours."""
    level = np.array([min(cell.level, cell.energy) for cell in cells])
    state = State(course.target_kw.copy(), level, np.array([e.budget_kwh for e in course.engines]))
    hours = len(course.load)
    for t in range(hours):
        _carry_out(course, cells, t, _window(t, window, hours, guess), state)
    found, stores = np.array(state.rows).T, len(cells)
    parts = np.split(found, [1, 2, 3, 4, 4 + stores, 4 + 2 * stores, 4 + 3 * stores])
    return Run(*(part[0] for part in parts[:4]), *parts[4:])


def joined(parts: Sequence[Run]) -> Run:
    """Stretches of hours, one after another."""
    return Run(*(np.concatenate([getattr(p, f.name) for p in parts], axis=-1) for f in fields(Run)))


def _window(t: int, window: int, hours: int, guess: Guess) -> tuple[Ints, Ints]:
    """Which hours the window has, and from which ones they are guessed."""
    ahead = np.arange(min(window, hours))
    back = np.where(ahead == 0, 0, -DAY * -(-ahead // DAY)) if guess == "yesterday" else np.zeros_like(ahead)
    return (t + ahead) % hours, (t + ahead + back) % hours


def _carry_out(course: Course, cells: Sequence[Cell], t: int, when: tuple[Ints, Ints], state: State) -> None:
    """Decide an hour, write it down, and hand on what is left."""
    at, weight = when[1], float(course.weight[t])
    cost, width = _steps(course, when, state)
    sold = float(width[0, 1])
    short = FAR_USD * float(course.weight.max())
    if len(cells) > 1:
        put, out = _several(course, cells, at, (cost, width), short, state.level)
    else:
        put, out = _single(course, cells, at, (cost, width), short, state.level)
    keep, charge, discharge = (np.array([getattr(c, name) for c in cells]) for name in ("keep", "charge", "discharge"))
    after = keep * state.level + charge * put - out / discharge
    state.level = np.clip(after, 0.0, [c.energy for c in cells])
    flow, unserved = _filled(float(course.load[t]) + sold + float(put.sum() - out.sum()), cost[0], width[0])
    made, bought = flow[5:], float(flow[2:5].sum())
    state.peak[course.meter[t]] = max(state.peak[course.meter[t]], bought)
    state.budget = np.maximum(state.budget - weight * made, 0.0)
    row = [flow[0], bought, sold - flow[1], unserved, *put, *out, *state.level, *made]
    state.rows.append(np.array(row))


def _steps(course: Course, when: tuple[Ints, Ints], state: State) -> tuple[Floats, Floats]:
    """USD per kW and kW (T, S) of the window's supply: free, sales given up, bought at three prices, engines."""
    true, at = when
    meter = course.meter[true]
    within = np.minimum(state.peak[meter], course.connection_kw)
    covered, buy = np.minimum(course.covered_kw[at], within), course.buy[at]
    steps = [
        (np.zeros(len(at)), course.free[at]),
        (course.sell[at], np.where(course.sell[at] >= 0, course.export_kw, 0.0)),
        (buy - course.covered_usd[at], covered),
        (buy, within - covered),
        (buy + course.peak_usd_per_kw[meter], course.connection_kw - within),
    ]
    for engine, left in zip(course.engines, state.budget, strict=True):
        most = np.minimum(engine.power, left / course.weight[at])
        steps.append((engine.usd[at], most))
    cost, width = (np.column_stack([step[k] for step in steps]) for k in range(2))
    return cost, width


def _single(
    course: Course, cells: Sequence[Cell], at: Ints, steps: tuple[Floats, Floats], short: float, level: Floats
) -> tuple[Floats, Floats]:
    """What one store, or none, charges and discharges in the window's first hour (K,)."""
    from planner.solve import kernel

    if not cells:
        return np.zeros(0), np.zeros(0)
    (c,), (cost, width) = cells, steps
    load, free, export = course.load[at], course.free[at], np.arange(cost.shape[1]) == 1
    _, _, put, out, _, _, _ = kernel.cheapest(
        load, free, -(free + width[:, 1]), cost, width, export, c.may[at], short, c.power, c.power_out, c.energy,
        float(level[0]), c.keep, c.charge, c.discharge, c.wear[at], 0.0,
    )  # fmt: skip
    return put[:1], out[:1]


def _several(
    course: Course, cells: Sequence[Cell], at: Ints, steps: tuple[Floats, Floats], short: float, level: Floats
) -> tuple[Floats, Floats]:
    """The same of several stores: the window's first hour, put right where the method leaves it a little off."""
    from planner.solve import window

    need = course.load[at] + steps[1][:, 1]
    may, wear = np.array([c.may[at] for c in cells]), np.array([c.wear[at] for c in cells])
    power, energy = np.array([c.power for c in cells]), np.array([c.energy for c in cells])
    phys = np.array([c.phys for c in cells])
    found = window.cheapest(need, *steps, may, wear, short, power, energy, level, phys)
    put, out = (np.maximum(part[:, 0], 0.0) for part in found[:2])
    out = np.where(may[:, 0], out, 0.0)
    both = np.minimum(put, out)
    put, out = np.minimum(put - both, power), np.minimum(out - both, power * phys[:, 3])
    held = phys[:, 0] * level
    put, out = np.minimum(put, (energy - held) / phys[:, 1]), np.minimum(out, held * phys[:, 2])
    beyond = float(out.sum() - put.sum() - need[0])
    return put, out * (1.0 - beyond / out.sum()) if beyond > 0.0 else out


def _filled(need: float, cost: Floats, width: Floats) -> tuple[Floats, float]:
    """An hour's need from its steps (S,), the cheapest first -> flow (S,), what no step gives."""
    flow, left = np.zeros(len(cost)), max(need, 0.0)
    for s in np.argsort(cost, kind="stable"):
        flow[s] = min(left, width[s])
        left -= flow[s]
    return flow, left
