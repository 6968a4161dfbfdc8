"""Heat bands of datasets: one of each, in order, together the whole; not beside the keys of two bands."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from planner.scenario.problems import Problem
from planner.scenario.quantity import QuantityError, parse_quantity
from planner.scenario.references import records
from planner.scenario.source import Source
from planner.yaml12 import Path as Place

ORDER = ("hot", "warm", "cold", "archive")
WHOLE = 1e-6
"""How far shares may be from the whole: people write thirds."""
ONLY_BANDS = ("rehydrate", "object_size", "reduction")


def bands(source: Source) -> Iterator[Problem]:
    """Everything wrong between the bands of each dataset."""
    for place, work in records(source, "workloads"):
        if work.get("kind") != "dataset":
            continue
        if work.get("bands"):
            yield from _alone(source, place, work)
            yield from _order(source, (*place, "bands"))
            yield from _whole(source, (*place, "bands"))
        else:
            for key in (k for k in ONLY_BANDS if work.get(k) is not None):
                said, fix = f"`{key}` says how bands are used, and there are none", "Add `bands`, or remove it."
                yield source.problem((*place, key), "one-of", said, "`bands` beside it", fix, key=True)


def _alone(source: Source, place: Place, work: dict[str, Any]) -> Iterator[Problem]:
    for key in ("hot", "read", "write", "feeds"):
        if work.get(key) is not None:
            said = f"`{key}` is given beside `bands`, which have rates and shares of their own"
            yield source.problem((*place, key), "one-of", said, "one of them", f"Remove `{key}`.", key=True)


def _order(source: Source, place: Place) -> Iterator[Problem]:
    named = [(at, b.get("heat")) for at, b in records(source, *place)]
    known = [(at, ORDER.index(h)) for at, h in named if isinstance(h, str) and h in ORDER]
    for (_, before), (at, after) in pairwise(known):
        if after <= before:
            said = f"`{ORDER[after]}` comes after `{ORDER[before]}`: bytes move from the hottest band down"
            fix = "Give each heat once, the hottest first."
            yield source.problem((*at, "heat"), "bands", said, "hot, warm, cold, archive in this order", fix)


def _whole(source: Source, place: Place) -> Iterator[Problem]:
    shares = [_share(b.get("share")) for _, b in records(source, *place)]
    total = sum(s for s in shares if s is not None)
    if shares and None not in shares and abs(total - 1) > WHOLE:
        said = f"the shares of the bands sum to {total:.4%}"
        yield source.problem(place, "bands", said, "shares that sum to 100%", "Change one of them.", key=True)


def _share(value: Any) -> float | None:
    try:
        return parse_quantity(value, "fraction")
    except QuantityError:
        return None
