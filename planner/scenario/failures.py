"""How machines fail: what cannot hold together, and what says nothing."""

from __future__ import annotations

from collections.abc import Iterator

from planner.scenario.problems import Problem
from planner.scenario.references import records
from planner.scenario.source import Source

TELLS = ("restart", "repair", "vendor", "domain", "crews", "members")


def failures(source: Source) -> Iterator[Problem]:
    """Everything wrong with the entries of `failures`."""
    for place, entry in records(source, "failures"):
        if entry.get("domain") is not None and entry.get("crews") is not None:
            said = "`domain` and `crews` together: how many are down at once is known exactly for one of them alone"
            fix = "Keep the one that decides: large domains, or few crews."
            yield source.problem((*place, "crews"), "one-of", said, "one of them", fix, key=True)
        if not any(entry.get(key) is not None for key in TELLS):
            said = "nothing is said of how these machines fail"
            yield source.problem(place, "missing", said, f"one of {', '.join(TELLS)}", "Add `crews: 4`.", key=True)
        members = entry.get("members")
        count, least = (members.get(k) if isinstance(members, dict) else None for k in ("count", "least"))
        if isinstance(count, int) and isinstance(least, int) and least >= count:
            said = f"{least} of {count} members are all of them"
            fix = "Lower `least`, or remove `members`."
            yield source.problem((*place, "members", "least"), "range", said, f"at most {count - 1}", fix)
