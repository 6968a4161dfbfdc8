"""Figures about figures: how sure and how old what a plan rests on is, row by row of the catalogs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from planner.policy.facts import Facts, Found
from planner.policy.kinds import CONFIDENCES, days

LOW = ("memory", "low")


def cites(plan: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Every figure behind what a plan takes, once: its row, field, source, date and confidence."""
    used = {str(v) for column in plan["columns"] for v in column["keys"].values()}
    used |= {row["item"] for row in plan["sizing"]} | {c["item"] for c in plan["choices"] if c["chosen"]}
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    _gather(plan["problem"], used, found)
    return [found[key] for key in sorted(found)]


def _gather(here: Any, used: set[str], found: dict[tuple[str, str], Mapping[str, Any]]) -> None:
    """What stands under an id counts where the id is in use; what has no id belongs to what it stands in."""
    if isinstance(here, list):
        for item in here:
            _gather(item, used, found)
    elif isinstance(here, dict):
        if isinstance(here.get("id"), str) and here["id"] not in used:
            return
        for cite in here.get("cites") or ():
            found[cite["row"], cite["field"]] = cite
        for key, value in here.items():
            if key != "cites" and isinstance(value, dict | list):
                _gather(value, used, found)


def _rows(facts: Facts) -> dict[str, list[Mapping[str, Any]]]:
    rows: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for cite in cites(facts.plan or {}):
        rows[cite["row"]].append(cite)
    return rows


def confidence(facts: Facts) -> Iterator[Found]:
    """The least confidence of a figure, of each row."""
    for row, given in _rows(facts).items():
        yield Found(min((c["confidence"] for c in given), key=CONFIDENCES.index), {"row": row})


def low_share(facts: Facts) -> Iterator[Found]:
    """Figures of low confidence or from memory, of all that the plan rests on; none where it rests on none."""
    given = cites(facts.plan or {})
    low = sum(c["confidence"] in LOW for c in given)
    yield Found(low / len(given) if given else None)


def age(facts: Facts) -> Iterator[Found]:
    """Seconds from the oldest figure's date to today, of each row."""
    for row, given in _rows(facts).items():
        yield Found(max(days(c["as_of"], facts.today) for c in given), {"row": row})
