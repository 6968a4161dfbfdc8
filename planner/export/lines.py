"""Lines of the ledger with the sources of their prices, as tables of money need them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.plan.cited import records

if TYPE_CHECKING:
    from planner.plan.schema import Line, Plan

CURRENCY = "USD"
"""The one currency of a plan (ISO 4217)."""
LEVELS = ("memory", "low", "medium", "high")
"""Confidence in a figure, the least first."""


@dataclass(frozen=True, slots=True)
class Priced:
    """A line of the ledger, and what its price rests on: empty where the scenario itself says it."""

    line: Line
    source: str
    as_of: str
    """The oldest date of the sources."""
    confidence: str
    """The least confidence in them."""


def priced(plan: Plan, period: str = "") -> list[Priced]:
    """The ledger of a period, of all of them where it is empty, in the plan's order."""
    known = _sources(plan.problem)
    return [
        Priced(line, *known.get(line.origin, ("", "", ""))) for line in plan.ledger if period in ("", line.period)
    ]


def _sources(problem: Mapping[str, Any]) -> dict[str, tuple[str, str, str]]:
    """Sources, oldest date and least confidence by origin: of the prices cited, or of all figures where none is one."""
    cited: dict[str, list[Mapping[str, Any]]] = {}
    for record in records(problem):
        cited.setdefault(str(record.get("origin", "")), []).extend(record["cites"])
    found = {}
    for origin, cites in cited.items():
        mine = [c for c in cites if c["row"] == origin or origin.partition("/")[2] == c["row"].partition("/")[2]]
        prices = [c for c in mine if "usd" in c["field"]] or mine
        if prices:
            refs = "; ".join(dict.fromkeys(str(c["source"]) for c in prices))
            least = min((str(c["confidence"]) for c in prices), key=lambda x: LEVELS.index(x) if x in LEVELS else 0)
            found[origin] = refs, min(str(c["as_of"]) for c in prices), least
    return found
