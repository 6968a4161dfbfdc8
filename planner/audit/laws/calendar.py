"""The modelled hours stand for the whole period, once.

    sum of weights = hours of the period (days without 29 February x 24)
    stretches cut the hours into runs of consecutive hours, none left out, each with the months it stands for
    every site has its hours in every period, and every series and flow is as long as they are
    no flow is negative;  the solver's count of hours is that of the longest period

A plan of several years has a stretch for each. One on the first hours of a period only (every year alike, its weights
one, no more claimed under `accuracy`) is accepted with a note: it is a plan of those hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from planner.audit.verdict import PRINTED, Check, at_least, equal, true
from planner.audit.view import Block, Record, View

NAME = "calendar"
HOURS_PER_YEAR = 8760
MONTHS = frozenset(range(12))
ROLES = frozenset({"draw", "produced", "curtailed", "generated", "imported", "exported"}) | {
    "charge",
    "discharge",
    "level",
    "behind",
}


def check(view: View) -> Iterator[Check]:
    if not view.has_hours:
        return
    for site, period in view.places():
        found = sum((b.site, b.period) == (site, period) for b in view.blocks)
        yield equal(f"power bus of {site} in {period}", "sets of hours", found, 1)
    for block in view.blocks:
        yield from _lengths(block)
        yield from _stretches(block)
        if not _opening(view, block):
            asked = period_hours(view.periods[block.period])
            yield equal(block.where, "the sum of weights", float(block.weight.sum()), asked)
    longest = max((len(b.weight) for b in view.blocks), default=0)
    yield equal("solver", "hours", view.plan["solver"]["hours"], longest)


def notes(view: View) -> Iterator[str]:
    for block in view.blocks:
        if _opening(view, block):
            asked = period_hours(view.periods[block.period])
            yield f"{block.where}: only the first {len(block.weight)} of {asked:.0f} hours are modelled and paid for"


def period_hours(period: Record) -> float:
    """Hours from start to end, 29 February left out."""
    start, end = date.fromisoformat(period["start"]), date.fromisoformat(period["end"])
    return 24.0 * ((end - start).days - sum(start <= leap < end for leap in _leap_days(start, end)))


def _leap_days(start: date, end: date) -> list[date]:
    years = range(start.year, end.year + 1)
    return [date(y, 3, 1) - timedelta(days=1) for y in years if (date(y, 3, 1) - timedelta(days=1)).day == 29]


def _opening(view: View, block: Block) -> bool:
    """Whether the plan models only the first hours of a period, each standing for itself, and says so."""
    years, whole = len(block.stretches), period_hours(view.periods[block.period])
    n = len(block.weight) // years
    alone = bool((np.abs(block.weight * years - 1) < PRINTED).all()) and _years_alike(block, n)
    return alone and n < min(whole, HOURS_PER_YEAR) and view.plan["accuracy"]["hours"] == view.plan["solver"]["hours"]


def _years_alike(block: Block, n: int) -> bool:
    """Whether every stretch has the same hours: each is a year's."""
    spans = block.stretches
    return all(end - begin == n and bool((block.hour[begin:end] == block.hour[:n]).all()) for begin, end in spans)


def _lengths(block: Block) -> Iterator[Check]:
    n = len(block.hour)
    for name, values in {"weight": block.weight, **block.series, **block.dispatch}.items():
        yield equal(block.where, f"hours of {name}", len(values), n)
    yield true(block.where, "has no hours", n > 0)
    yield true(block.where, "an hour has no weight", bool((block.weight >= 0).all()))
    for name, values in block.dispatch.items():
        role = name.partition(".")[0]
        yield true(block.where, f"{name}: no such role", role in ROLES)
        if not name.startswith("draw.moved "):
            least, scale = float(values.min()), float(values.max())
            yield at_least(block.where, f"least {name}", least, 0.0, scale=scale, floor=PRINTED)


def _stretches(block: Block) -> Iterator[Check]:
    n, edge = len(block.hour), 0
    yield equal(block.where, "sets of months", len(block.months), len(block.stretches))
    yield true(block.where, "hours are not of a year", bool(((block.hour >= 0) & (block.hour < HOURS_PER_YEAR)).all()))
    for (begin, end), months in zip(block.stretches, block.months, strict=False):
        yield true(block.where, f"stretch {begin}..{end} does not go on from {edge}", begin == edge < end <= n)
        steps = np.diff(block.hour[begin:end]) % HOURS_PER_YEAR
        yield true(block.where, f"stretch {begin}..{end} skips hours", bool((steps == 1).all()))
        yield true(block.where, f"stretch {begin}..{end}: months {months}", set(months) <= MONTHS and bool(months))
        edge = end
    yield equal(block.where, "hours in stretches", edge, n)
