"""Names inside a scenario: each given once, each pointing at something, and enough places for what must survive.

These rules read plain data, so that they run whatever else is wrong with the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from planner.scenario.problems import Problem, did_you_mean, listed
from planner.scenario.source import Source, shown
from planner.yaml12 import Path as Place


def records(source: Source, *path: str | int) -> list[tuple[Place, dict[str, Any]]]:
    """The mappings of a list, with their places."""
    found = source.value(path)
    items = found if isinstance(found, list) else []
    return [((*path, i), item) for i, item in enumerate(items) if isinstance(item, dict)]


def ids(source: Source, *path: str | int) -> list[str]:
    """The ids of a list's mappings."""
    return [r["id"] for _, r in records(source, *path) if isinstance(r.get("id"), str)]


def unique(source: Source) -> Iterator[Problem]:
    """Ids, period names and technologies given twice."""
    lists: list[tuple[Place, str]] = [(("sites",), "id"), (("workloads",), "id"), (("periods",), "name")]
    for place, _ in records(source, "sites"):
        lists += [
            ((*place, "halls"), "id"),
            ((*place, "renewables"), "technology"),
            ((*place, "batteries"), "technology"),
            ((*place, "generators"), "technology"),
        ]
    for path, key in lists:
        seen: dict[str, int] = {}
        for place, record in records(source, *path):
            name = record.get(key)
            if not isinstance(name, str | int):
                continue
            if str(name) in seen:
                said = f"{shown(name)} is taken: line {seen[str(name)]} has it already"
                yield source.problem(
                    (*place, key), "duplicate", said, "one that nothing else here has", "Rename one of them."
                )
            seen.setdefault(str(name), source.line((*place, key)))


def repeated(source: Source) -> Iterator[Problem]:
    """Names that a list of names has twice."""
    lists: list[Place] = [("catalogs",), ("hardware", "allow"), ("hardware", "deny")]
    for place, _ in records(source, "sites"):
        lists += [(*place, "cooling"), *((*hall, "cooling") for hall, _ in records(source, *place, "halls"))]
    for place, _ in records(source, "workloads"):
        lists += [(*place, "sites"), (*place, "hardware", "allow"), (*place, "hardware", "deny")]
    for path in lists:
        names = source.value(path)
        seen: set[str] = set()
        for i, name in enumerate(names if isinstance(names, list) else []):
            if isinstance(name, str) and name in seen:
                said = f"{shown(name)} stands in this list already"
                yield source.problem((*path, i), "duplicate", said, "each name once", "Remove one of them.")
            seen |= {name} if isinstance(name, str) else set()


def references(source: Source) -> Iterator[Problem]:
    """Sites, datasets and halls that are not there."""
    sites, datasets = ids(source, "sites"), _datasets(source)
    kinds = {w["id"]: w.get("kind") for _, w in records(source, "workloads") if isinstance(w.get("id"), str)}
    for place, work in records(source, "workloads"):
        chosen = work.get("sites")
        for i, name in enumerate(chosen if isinstance(chosen, list) else []):
            yield from _known(source, (*place, "sites", i), name, sites, "site")
        if "dataset" in work and work.get("kind") == "training" and work["dataset"] is not None:
            yield from _dataset(source, (*place, "dataset"), datasets, kinds)
    for place, site in records(source, "sites"):
        halls = ids(source, *place, "halls") if site.get("halls") else ["main"]
        for at, item in records(source, *place, "installed", "machines"):
            if item.get("hall") is not None:
                yield from _known(source, (*at, "hall"), item["hall"], halls, "hall")


def _dataset(source: Source, path: Place, datasets: list[str], kinds: Mapping[str, Any]) -> Iterator[Problem]:
    """Only data sets are read, so that no chain of workloads can come back to its beginning."""
    name = source.value(path)
    kind = kinds.get(name) if isinstance(name, str) else None
    if kind is None or name in datasets:
        yield from _known(source, path, name, datasets, "dataset")
        return
    fix = f"There are: {listed(datasets)}." if datasets else "Add a workload of `kind: dataset`, and name it here."
    said = f"{shown(name)} is of kind {shown(kind)} and holds no data"
    yield source.problem(path, "reference", said, "the id of a dataset", fix)


def _datasets(source: Source) -> list[str]:
    found = (w for _, w in records(source, "workloads") if w.get("kind") == "dataset")
    return [w["id"] for w in found if isinstance(w.get("id"), str)]


def _known(source: Source, path: Place, name: Any, known: list[str], what: str) -> Iterator[Problem]:
    if isinstance(name, str) and name not in known:
        have = f"There are: {listed(known)}." if known else f"The scenario has no {what}."
        said = f"there is no {what} {shown(name)}"
        yield source.problem(path, "reference", said, f"the id of a {what}", did_you_mean(name, known) + have)


def _metered(source: Source, place: Place, work: Mapping[str, Any], sites: int) -> Iterator[Problem]:
    """A metered load is drawn where it was measured."""
    if sites > 1:
        said, fix = f"a metered load is of one site, and here are {sites}", "Name its site: `sites: [some-site]`."
        at = (*place, "sites") if "sites" in work else place
        yield source.problem(at, "survive", said, "one site", fix)


def _domains(source: Source, place: Place, work: Mapping[str, Any], chosen: list[Any]) -> Iterator[Problem]:
    """Racks, feeds and zones: whether there is anything left when one is lost."""
    what = work.get("survive")
    if what in ("rack", "feed", "zone") and work.get("kind") in ("dataset", "load"):
        said = f"`survive: {what}` is of machines, and a {work.get('kind')} runs on none"
        fix = "Remove it; a dataset has `copies`, and a code spreads over failure domains."
        yield source.problem((*place, "survive"), "survive", said, "`none` or `site`", fix)
    elif what == "rack" and work.get("kind") == "training":
        said = "a training run stops with any of its racks, and goes on from its checkpoint on spares"
        yield source.problem((*place, "survive"), "survive", said, "`none`", "Write `survive: none`.")
    elif what in ("feed", "zone"):
        parts, weak = _parts(source, chosen, what)
        if weak and parts < 2:
            said = f"to outlive the loss of a {what}, a workload needs another, and it has {parts}"
            fix = (
                "Add a hall (of another `zone`), or write `feeds: 2`."
                if what == "feed"
                else "Add a hall of another zone."
            )
            yield source.problem((*place, "survive"), "survive", said, f"two {what}s or more", fix)


def _parts(source: Source, chosen: list[Any], what: str) -> tuple[int, bool]:
    """How many feeds' halls or zones the sites have, and whether losing one loses anything."""
    names: set[tuple[str, str]] = set()
    weak = what == "zone"
    for place, site in records(source, "sites"):
        if site.get("id") not in chosen:
            continue
        halls = [h for _, h in records(source, *place, "halls")] or [{**site, "id": "main"}]
        for hall in halls:
            zone = hall.get("zone") if what == "zone" and hall.get("zone") else hall.get("id")
            names.add((str(site.get("id")), str(zone)))
            weak = weak or hall.get("feeds", 1) == 1
    return len(names), weak


def survival(source: Source) -> Iterator[Problem]:
    """Workloads that need more sites than they have."""
    every = set(ids(source, "sites"))
    for place, work in records(source, "workloads"):
        chosen = work.get("sites")
        here = len({s for s in chosen if isinstance(s, str)} if isinstance(chosen, list) and chosen else every)
        if work.get("survive") == "site" and here < 2:
            said = "to outlive the loss of a site, a workload needs two"
            yield source.problem(
                (*place, "survive"), "survive", said, "two sites or more", "Add a site, or `survive: none`."
            )
        yield from _domains(source, place, work, chosen if isinstance(chosen, list) and chosen else sorted(every))
        if work.get("kind") == "load":
            yield from _metered(source, place, work, here)
            continue
        copies = work.get("copies")
        if work.get("kind") == "dataset" and isinstance(copies, int) and copies > max(here, 1):
            said = f"{copies} copies need as many sites, and it has {here}"
            yield source.problem(
                (*place, "copies"), "range", said, f"at most {max(here, 1)}", "Add sites, or lower `copies`."
            )
