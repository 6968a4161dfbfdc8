"""Pipelines as graphs: edges that lead nowhere, circles, and what a workload of a pipeline needs to be worked out.

These rules read plain data, so that they run whatever else is wrong with the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from planner.scenario.problems import Problem, did_you_mean, listed
from planner.scenario.quantity import QuantityError, parse_quantity
from planner.scenario.references import records
from planner.scenario.source import Source, shown
from planner.yaml12 import Path as Place

GIVES = ("stream", "stage", "dataset")
TAKES = ("stage", "stream", "dataset", "service")
Works = dict[str, tuple[Place, dict[str, Any]]]
Edges = list[tuple[Place, dict[str, Any]]]


def pipeline(source: Source) -> Iterator[Problem]:
    """Everything wrong with the scenario's pipeline."""
    works = {w["id"]: (at, w) for at, w in records(source, "workloads") if isinstance(w.get("id"), str)}
    edges = records(source, "pipeline")
    yield from _ends(source, works, edges)
    yield from _circles(source, works, edges)
    into = {str(e.get("to")) for _, e in edges}
    for id, (at, work) in works.items():
        yield from _fed(source, at, work, fed=id in into)
        if work.get("kind") == "stage":
            yield from _stage(source, at, work)
    for at, edge in edges:
        yield from _reading(source, at, edge, works)


def _ends(source: Source, works: Works, edges: Edges) -> Iterator[Problem]:
    seen: dict[tuple[Any, Any], int] = {}
    for at, edge in edges:
        for key, kinds, word in (("from", GIVES, "gives"), ("to", TAKES, "takes")):
            name = edge.get(key)
            if not isinstance(name, str):
                continue
            if name not in works:
                fix = did_you_mean(name, list(works)) + f"There are: {listed(list(works))}."
                yield source.problem((*at, key), "reference", f"there is no workload {shown(name)}", "its id", fix)
            elif (kind := works[name][1].get("kind")) not in kinds:
                said = f"{shown(name)} is of kind {shown(kind)}, which {word} no data in a pipeline"
                expected = f"a workload of kind {listed(kinds)}"
                yield source.problem((*at, key), "reference", said, expected, "Name another, or remove the edge.")
        pair = (str(edge.get("from")), str(edge.get("to")))
        if pair in seen:
            said = f"line {seen[pair]} has this edge already"
            yield source.problem(at, "duplicate", said, "each edge once", "Remove one of them.")
        seen.setdefault(pair, source.line((*at, "from")))


def _circles(source: Source, works: Works, edges: Edges) -> Iterator[Problem]:
    """The edges that close a circle, in the order of the file; each named with the way round."""
    after: dict[str, list[str]] = {}
    for at, edge in edges:
        start, end = edge.get("from"), edge.get("to")
        if not (isinstance(start, str) and isinstance(end, str) and start in works and end in works):
            continue
        way = _way(after, end, start)
        if way is None:
            after.setdefault(start, []).append(end)
            continue
        said = f"data would flow in a circle: {' → '.join([start, *way])}"
        yield source.problem((*at, "to"), "cycle", said, "an edge that leads onwards", "Remove one edge of the circle.")


def _way(after: Mapping[str, list[str]], start: str, end: str) -> list[str] | None:
    """Nodes from start to end, both included; none where no edges lead there."""
    trail: list[list[str]] = [[start]]
    seen = {start}
    for way in trail:
        if way[-1] == end:
            return way
        for step in after.get(way[-1], ()):
            if step not in seen:
                seen.add(step)
                trail.append([*way, step])
    return None


def _fed(source: Source, at: Place, work: dict[str, Any], *, fed: bool) -> Iterator[Problem]:
    """What has no rate of its own needs an edge that leads to it."""
    own = {"stream": "events", "service": "rate"}.get(str(work.get("kind")))
    if own is not None and work.get(own) is None and not fed:
        said = f"`{own}` is missing, and no edge of the pipeline leads here"
        yield source.problem(at, "missing", said, f"`{own}`, or an edge", f"Add `{own}: 1000 /s`.", key=True)
    if work.get("kind") == "stage" and not fed:
        fix = "Add `{from: SOURCE, to: THIS}` to `pipeline`."
        yield source.problem(at, "missing", "no edge of the pipeline leads to this stage", "an edge", fix, key=True)


def _stage(source: Source, at: Place, work: dict[str, Any]) -> Iterator[Problem]:
    if not work.get("throughput") and work.get("processing") is None:
        said = "neither `throughput` nor `processing` says how fast a machine is"
        fix = "Add `throughput: {amd_epyc_9654_2s: 2 GB/s}`, or `processing: stateless`."
        yield source.problem(at, "missing", said, "one of them", fix, key=True)
    for one, other, example in (("every", "within", "2 h"), ("within", "every", "1 day")):
        if work.get(one) is not None and work.get(other) is None:
            said = f"a batch has `{one}`, and no `{other}`"
            yield source.problem((*at, one), "missing", said, "both", f"Add `{other}: {example}`.", key=True)
    every, within = _seconds(work.get("every")), _seconds(work.get("within"))
    if every is not None and within is not None and within > every:
        said = "a batch would end after the next begins"
        yield source.problem((*at, "within"), "range", said, "at most `every`", "Shorten it.")
    outage = _seconds(work.get("outage"))
    if outage and work.get("catch_up") is None:
        said = "an outage is given, and not in what time it is made up for"
        yield source.problem((*at, "outage"), "missing", said, "`catch_up` beside it", "Add `catch_up: 4 h`.", key=True)


def _reading(source: Source, at: Place, edge: dict[str, Any], works: Works) -> Iterator[Problem]:
    """What a stage reads must still be there, and a dataset is read in batches."""
    start, end = (works.get(str(edge.get(key)), ((), {}))[1] for key in ("from", "to"))
    if edge.get("keep") is not None and end and end.get("kind") != "dataset":
        said = f"{shown(edge.get('to'))} is no dataset: it keeps nothing of the edge"
        yield source.problem((*at, "keep"), "unused", said, "a dataset at the end", "Remove `keep`.", key=True)
    if start.get("kind") == "dataset" and end:
        if end.get("kind") != "stage" or end.get("every") is None:
            said = "a dataset is read in batches"
            fix = "Give the stage `every: 1 day` and `within: 2 h`."
            yield source.problem((*at, "to"), "reference", said, "a stage with `every` and `within`", fix)
        elif end.get("processing") is not None and end.get("event_size") is None:
            said = "how large an event is cannot be told from a dataset"
            fix = f"Add `event_size: 1 kB` to {shown(edge.get('to'))}."
            yield source.problem((*at, "to"), "missing", said, "`event_size` of the stage", fix)
    if start.get("kind") == "stream" and end.get("kind") == "stage":
        kept = _seconds(start.get("retention"))
        needed = (_seconds(end.get("every")) or 0.0) + (_seconds(end.get("outage")) or 0.0)
        if kept is not None and needed > kept:
            said = f"{shown(edge.get('from'))} forgets before {shown(edge.get('to'))} has read it after an outage"
            hours = needed / 3600
            place = (*works[str(edge["from"])][0], "retention")
            yield source.problem(place, "range", said, f"at least {hours:.6g} h", f"Write `retention: {hours:.6g} h`.")


def _seconds(value: Any) -> float | None:
    try:
        return None if value is None else parse_quantity(value, "time")
    except QuantityError:
        return None
