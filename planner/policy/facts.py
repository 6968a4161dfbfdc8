"""What rules are judged on: a scenario, what is on offer to it, a plan's JSON, and the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from planner.scenario.source import Source

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Hardware:
    """A machine by all its names: its id, its accelerator's, `vendor:NAME` and `tag:NAME` in small letters."""

    id: str
    names: frozenset[str]

    def is_named(self, pattern: str) -> bool:
        """Whether an id, `vendor:NAME` or `tag:NAME` names it, letter case of those two aside."""
        return (pattern.lower() if ":" in pattern else pattern) in self.names


def hardware(id: str, vendor: str, tags: tuple[str, ...], *also: str) -> Hardware:
    """A machine's names; `also`: those of its accelerator."""
    marked = {f"vendor:{vendor}".lower(), *(f"tag:{tag}".lower() for tag in tags)}
    return Hardware(id, frozenset({id, *also, *marked} - {""}))


@dataclass(frozen=True, slots=True)
class Facts:
    """`scenario` typed, with its `source`; `offered`: machines that could run each workload; `plan`: JSON, or none."""

    scenario: Any
    source: Source
    today: date
    offered: Mapping[str, tuple[Hardware, ...]] = field(default_factory=dict)
    plan: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One value of a figure: a number in base units, a word, or a machine; none where the plan has no such number.

    `labels`: whose it is, such as workload and site; `keys`: keys of the scenario that it may lie at, the nearest
    first, below the workload or site of its labels or, where they begin with a slash, at the top.
    """

    value: float | str | Hardware | None
    labels: Mapping[str, str] = field(default_factory=dict)
    keys: tuple[Place, ...] = ()
    place: Place | None = None
    """Where it stands, known exactly."""

    @property
    def of(self) -> str:
        """Whose it is, in words: `chat at ashburn/main`."""
        whose = ("row", "workload") if isinstance(self.value, Hardware) else ("machine", "row", "workload")
        said = [self.labels[k] for k in whose if self.labels.get(k)]
        site = "/".join(self.labels[k] for k in ("site", "hall") if self.labels.get(k))
        return " at ".join([*([", ".join(said)] if said else []), *([site] if site else [])])
