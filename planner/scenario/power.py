"""Power trains: named, or chosen, not both."""

from __future__ import annotations

from collections.abc import Iterator

from planner.scenario.problems import Problem
from planner.scenario.references import records
from planner.scenario.source import Source


def power(source: Source) -> Iterator[Problem]:
    """Sites that name a power train and also say how to choose one."""
    for at, site in records(source, "sites"):
        asked = site.get("power")
        if site.get("power_train") is not None and isinstance(asked, dict) and set(asked) - {"ups", "generators"}:
            said = "`power_train` names a train, and `power` says how to choose one"
            fix = "Write it as `power: {trains: [two_n]}`, or remove `power_train`."
            yield source.problem((*at, "power_train"), "one-of", said, "one of them", fix, key=True)
