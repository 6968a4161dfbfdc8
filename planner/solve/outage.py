"""Outages: rows for the hours and windows that an answer breaks, until none is broken.

    need(t) = share x draws(t) - produced(t) - firm - backup          linear in the columns
    need(t) <= power                                                  one row for every hour
    sum over t in S of need(t) <= needed column                       one row for every part S of every window

The second says that no window's sum of max(0, need) is over the column: its greatest part S is where need is above
zero. Each row holds for every plan, so each answer is a bound; the last one breaks none. The worst hour and window of
every month are added at once, which takes a handful of rounds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.hours import month_of_hour
from planner.model import Bus, Col, Model, Outage, Profile, name_of
from planner.solve.matrix import Floats, Ints
from planner.solve.memory import Memory
from planner.solve.solution import Solution

SLIP = 1e-7
"""What a row may be broken by, relative to what is drawn: below what the audit lets pass."""
ROUNDS = 60


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that an answer breaks: its name, terms (at most nothing), origin."""

    name: str
    terms: dict[Col, float]
    origin: str


def broken(m: Model, values: Floats, slip: float = SLIP) -> list[Broken]:
    """Rows that `values` break by more than `slip`, the worst of every month of every bus."""
    buses = [bus for _, bus in sorted(m.buses.items())]
    return [row for bus in buses for outage in bus.outages for row in _rows(m, bus, outage, values, slip)]


def solve(
    run: Callable[..., Solution], m: Model, *, memory: Memory | None, time_limit: float | None, **how: Any
) -> Solution:
    """The answer of an engine that breaks no outage's rows. Without outages: the engine's answer.

    `memory` goes to the engine where it takes one. Raises as the engine does.
    """
    deadline = None if time_limit is None else time.monotonic() + time_limit
    for _ in range(ROUNDS):
        left = None if deadline is None else max(0.1, deadline - time.monotonic())
        kept = {} if memory is None else {"memory": memory}
        answer = run(m, time_limit=left, **how, **kept)
        rows = broken(m, answer.values)
        if not rows:
            return answer
        if how.get("progress"):
            many = "1 hour or window" if len(rows) == 1 else f"{len(rows)} hours and windows"
            how["progress"](f"an outage breaks {many} of this answer: once more with their rows")
        add(m, rows)
    raise RuntimeError(f"{m.rows[-1].name}: an outage's rows did not come to rest")


def add(m: Model, rows: list[Broken]) -> None:
    for row in rows:
        m.row(row.name, row.terms, "<=", origin=row.origin)


def _rows(m: Model, bus: Bus, outage: Outage, values: Floats, slip: float) -> Iterator[Broken]:
    parts = _parts(bus, outage)
    need = np.zeros(len(bus.calendar))
    for column, profile in parts.items():
        need = need + float(values[column]) * profile
    drawn = outage.share * sum(float(values[d.column]) * d.profile for d in bus.draws)
    slack = slip * float(np.max(drawn, initial=0.0))
    power = sum(by * float(values[column]) for column, by in outage.power.items())
    for hour in _worst(bus, need):
        if need[hour] > power + slack:
            terms = _sum(parts, np.array([hour])) | {c: -by for c, by in outage.power.items()}
            yield Broken(_name(m, bus, outage, "power", hour), terms, outage.origin)
    sums, members = _windows(bus, outage, need)
    for hour in _worst(bus, sums):
        if sums[hour] > float(values[outage.need]) + slack * outage.hours:
            terms = _sum(parts, members(hour)) | {outage.need: -1.0}
            yield Broken(_name(m, bus, outage, "energy", hour), terms, outage.origin)


def _parts(bus: Bus, outage: Outage) -> dict[Col, Profile]:
    """kW of need (T,) for one unit of each column."""
    found: dict[Col, Profile] = {}

    def put(column: Col, profile: Profile) -> None:
        found[column] = found[column] + profile if column in found else profile

    for draw in bus.draws:
        put(draw.column, outage.share * draw.profile)
    for made in bus.produced:
        put(made.column, -made.profile)
    for column, kw in [*outage.firm.items(), *bus.backup.items()]:
        put(column, np.full(len(bus.calendar), -kw))
    return found


def _windows(bus: Bus, outage: Outage, need: Profile) -> tuple[Profile, Callable[[int], Ints]]:
    """By first hour: the sum of what is needed over its window, and the hours of it in which something is."""
    over = np.maximum(need, 0.0)
    sums, whole = np.zeros(len(need)), np.arange(len(need))
    following = [whole]
    for k in range(min(outage.hours, max(e - b for b, e in bus.calendar.stretches))):
        sums = sums + np.where(_inside(bus, k), over[following[-1]], 0.0)
        following.append(_next(bus, following[-1]))

    def members(hour: int) -> Ints:
        mine = np.array([at[hour] for k, at in enumerate(following[:-1]) if _inside(bus, k)[hour]], dtype=np.int64)
        return np.asarray(mine[need[mine] > 0.0])

    return sums, members


def _inside(bus: Bus, step: int) -> Profile:
    """Whether an hour's stretch is longer than `step` hours: no window counts an hour twice."""
    found = np.zeros(len(bus.calendar), dtype=bool)
    for begin, end in bus.calendar.stretches:
        found[begin:end] = step < end - begin
    return found


def _next(bus: Bus, hours: Ints) -> Ints:
    after = np.arange(len(bus.calendar)) + 1
    for begin, end in bus.calendar.stretches:
        after[end - 1] = begin
    return np.asarray(after[hours])


def _worst(bus: Bus, amount: Profile) -> list[int]:
    """The hour of every month with the greatest amount."""
    month = month_of_hour(bus.calendar.hour)
    return [int(at[np.argmax(amount[at])]) for at in (np.flatnonzero(month == k) for k in range(12)) if len(at)]


def _sum(parts: dict[Col, Profile], hours: Ints) -> dict[Col, float]:
    return {column: float(profile[hours].sum()) for column, profile in sorted(parts.items())}


def _name(m: Model, bus: Bus, outage: Outage, what: str, hour: int) -> str:
    """A new name: a window has as many rows as parts of it were ever the greatest."""
    keys = {"site": bus.site, "period": bus.period, "hour": f"{int(bus.calendar.hour[hour]):04d}"}
    name, k = name_of(f"{outage.name}.{what}", **keys), 1
    while m.has_row(name):
        k += 1
        name = name_of(f"{outage.name}.{what}", **keys, part=str(k))
    return name
