"""Links between sites: their ends, each pair once, and a capacity where a rent is paid for one."""

from __future__ import annotations

from collections.abc import Iterator

from planner.scenario.problems import Problem, did_you_mean, listed
from planner.scenario.references import ids, records
from planner.scenario.source import Source, shown


def wan(source: Source) -> Iterator[Problem]:
    """Everything wrong between the links."""
    sites = ids(source, "sites")
    seen: dict[frozenset[str], int] = {}
    for at, link in records(source, "wan", "links"):
        ends = [link.get("from"), link.get("to")]
        for key, name in zip(("from", "to"), ends, strict=True):
            if isinstance(name, str) and name not in sites:
                fix = f"{did_you_mean(name, sites)}There are: {listed(sites)}."
                said = f"there is no site {shown(name)}"
                yield source.problem((*at, key), "reference", said, "the id of a site", fix)
        if ends[0] == ends[1] and isinstance(ends[0], str):
            fix = "Name two sites."
            yield source.problem((*at, "to"), "reference", "the link leads back to its own site", "another site", fix)
        pair = frozenset(str(e) for e in ends)
        if pair in seen:
            said = f"line {seen[pair]} has this link already: it leads both ways"
            yield source.problem(at, "duplicate", said, "each two sites once", "Remove one of them.")
        seen.setdefault(pair, source.line((*at, "from")))
        if link.get("rent") is not None and link.get("capacity") is None:
            said, fix = "a link with a rent has no capacity", "Add `capacity: 100 Gb/s`."
            yield source.problem((*at, "rent"), "missing", said, "`capacity` beside it", fix, key=True)
