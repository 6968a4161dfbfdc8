"""Agreements that sites share: the sites are there, each once, and none has another agreement of the same id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planner.scenario.problems import Problem, did_you_mean, listed
from planner.scenario.references import ids, records
from planner.scenario.source import Source, shown
from planner.yaml12 import Path as Place


def shared_contracts(source: Source) -> Iterator[Problem]:
    """Problems of the key `sites` of agreements."""
    known = ids(source, "sites")
    taken: dict[tuple[str, str], Place] = {}
    for place, site in records(source, "sites"):
        for at, ppa in records(source, *place, "contracts"):
            if ppa.get("sites") is None and isinstance(ppa.get("id"), str):
                taken[str(site.get("id")), ppa["id"]] = at
    for place, _ in records(source, "sites"):
        for at, ppa in records(source, *place, "contracts"):
            named = list(_named(ppa.get("sites"), (*at, "sites")))
            for where, name, is_key in named:
                if name not in known:
                    fix = f"{did_you_mean(name, known)}There are: {listed(known)}."
                    said = f"there is no site {shown(name)}"
                    yield source.problem(where, "reference", said, "the id of a site", fix, key=is_key)
            yield from _once(source, named)
            yield from _free(source, at, ppa.get("id"), [name for _, name, _ in named], taken)


def _named(sites: Any, place: Place) -> Iterator[tuple[Place, str, bool]]:
    """Place of each site named, its name, whether it is a key."""
    if isinstance(sites, dict):
        yield from (((*place, name), name, True) for name in sites if isinstance(name, str))
    elif isinstance(sites, list):
        yield from (((*place, i), name, False) for i, name in enumerate(sites) if isinstance(name, str))


def _once(source: Source, named: list[tuple[Place, str, bool]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for where, name, _ in named:
        if name in seen:
            said = f"{shown(name)} stands in this list already"
            yield source.problem(where, "duplicate", said, "each site once", "Remove one of them.")
        seen.add(name)


def _free(
    source: Source, at: Place, id: Any, sites: list[str], taken: dict[tuple[str, str], Place]
) -> Iterator[Problem]:
    """At none of its sites does another agreement have its id."""
    for site in dict.fromkeys(sites) if isinstance(id, str) else ():
        if (site, id) in taken:
            line = source.line((*taken[site, id], "id"))
            said = f"{shown(site)} has an agreement {shown(id)} of line {line} already"
            fix = "Rename one of them."
            yield source.problem((*at, "id"), "duplicate", said, "an id of its own at every site that shares it", fix)
        taken[site, id] = at
