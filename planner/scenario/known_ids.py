"""Ids that only a catalog can settle: models, machines, cooling, energy, grids, power trains, services.

Plain data is read, so that every unknown id is found whatever else is wrong with the file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from planner.scenario.problems import Problem, did_you_mean, listed
from planner.scenario.references import records
from planner.scenario.source import Source, shown
from planner.yaml12 import Path as Place

Named = tuple[Place, Any, str, bool]
"""Place, id, kind, and whether the id stands in a key."""


WORDS = {
    "node": "machine",
    "hardware": "machine or accelerator",
    "generation": "solar or wind",
    "store": "battery",
    "generator": "generator",
    "grid": "grid region",
    "power_train": "power train",
    "vendor": "machine from",
    "tag": "machine tagged",
    "station": "weather station",
}
LISTED = dict.fromkeys(("hardware", "vendor", "tag"), "node") | dict.fromkeys(
    ("generation", "store", "generator"), "energy"
)
"""The catalog's name of a kind, where it has another here."""
USE = {"generation": "solar or wind", "store": "a battery", "generator": "a generator"}
NEEDS = {
    "generation": "It takes `behaviour: as_produced`, a resource (solar with a mounting, or wind), costs and carbon.",
    "store": "It takes `behaviour: stored`, a round trip efficiency, a usable fraction, costs and carbon.",
    "generator": "It takes `behaviour: dispatchable`, a cost, a life, an efficiency and its fuel's carbon.",
}
"""What an energy row needs to stand under `renewables`, `batteries` or `generators`."""
MARKS = ("vendor", "tag")


def check_ids(source: Source, known: Mapping[str, Collection[str]]) -> list[Problem]:
    """Problems of ids that the catalog lacks, in file order.

    `known`: names by kind: model, node (rental offers too), accelerator, vendor, tag (for hardware lists), cooling,
    generation, store, generator, energy (all, and what is neither), grid, power_train, service, station (weather). A
    kind that is not given is not checked.
    """
    found = []
    for place, name, kind, is_key in (*_of_scenario(source), *_of_sites(source), *_of_workloads(source)):
        pool = _pool(kind, known)
        if not isinstance(name, str) or not name or pool is None or name in pool:
            continue
        if kind in MARKS and name.lower() in {n.lower() for n in pool}:
            continue
        near = did_you_mean(name, pool)
        if kind in NEEDS and name in known.get("energy", ()):
            said = f"{shown(name)} is in the catalog, but cannot be used as {USE[kind]}"
            found.append(source.problem(place, "unknown-id", said, USE[kind], f"{near}{NEEDS[kind]}"))
            continue
        fix = near or f"There are: {listed(sorted(pool), 20)}."
        if kind != "station":
            fix = near + f"See `aiplan catalog list {_see(kind)}`."
        said = f"{'there is' if kind == 'station' else 'the catalog has'} no {WORDS.get(kind, kind)} {shown(name)}"
        of = f"{WORDS.get(kind, kind)} of the catalog".removesuffix(" of the catalog" if kind == "station" else "")
        words = ("unknown-id", said, f"a {of}" if kind not in MARKS else "one that the catalog has", fix.strip())
        found.append(source.problem(place, *words, key=is_key))
    return sorted(found, key=lambda p: (p.line, p.column, p.message))


def _see(kind: str) -> str:
    return LISTED.get(kind, kind)


def _pool(kind: str, known: Mapping[str, Collection[str]]) -> set[str] | None:
    """The names a kind may have; None where the kind cannot be checked."""
    if kind == "hardware":
        return {*known["node"], *known.get("accelerator", ())} if "node" in known else None
    return set(known[kind]) if kind in known else None


def _of_scenario(source: Source) -> Iterator[Named]:
    yield from _hardware(source, ("hardware",))
    yield from _keys(source, ("prices", "machines"))
    for place, discount in records(source, "prices", "discounts"):
        yield from _pattern(discount.get("match"), (*place, "match"))
    for place, failure in records(source, "failures"):
        yield from _pattern(failure.get("match"), (*place, "match"))


def _hardware(source: Source, place: Place) -> Iterator[Named]:
    for key in ("allow", "deny"):
        for i, name in enumerate(_list(source, (*place, key))):
            yield from _pattern(name, (*place, key, i))


def _pattern(text: Any, place: Place) -> Iterator[Named]:
    """`vendor:NAME`, `tag:NAME`, or the id of a machine or an accelerator; other marks are another check's."""
    if isinstance(text, str):
        mark, _, name = text.rpartition(":")
        if mark in ("", *MARKS):
            yield place, name, mark or "hardware", False


def _keys(source: Source, place: Place) -> Iterator[Named]:
    """Machines that are keys of a mapping."""
    given = source.value(place)
    for id in given if isinstance(given, dict) else ():
        yield (*place, id), id, "node", True


def _list(source: Source, place: Place) -> list[Any]:
    given = source.value(place)
    return given if isinstance(given, list) else []


def _of_sites(source: Source) -> Iterator[Named]:
    for at, site in records(source, "sites"):
        yield (*at, "region"), site.get("region"), "grid", False
        yield (*at, "weather", "station"), source.value((*at, "weather", "station")), "station", False
        yield (*at, "power_train"), site.get("power_train"), "power_train", False
        for j, id in enumerate(_list(source, (*at, "power", "trains"))):
            yield (*at, "power", "trains", j), id, "power_train", False
        for room in (at, *(place for place, _ in records(source, *at, "halls"))):
            for j, id in enumerate(_list(source, (*room, "cooling"))):
                yield (*room, "cooling", j), id, "cooling", False
        for key, kind in (("renewables", "generation"), ("batteries", "store"), ("generators", "generator")):
            for place, wish in records(source, *at, key):
                yield (*place, "technology"), wish.get("technology"), kind, False
        for place, plant in records(source, *at, "contracts"):
            yield (*place, "technology"), plant.get("technology"), "generation", False
            yield (*place, "region"), plant.get("region"), "grid", False
            yield (*place, "weather", "station"), source.value((*place, "weather", "station")), "station", False
        for place, item in records(source, *at, "installed", "machines"):
            yield (*place, "machine"), item.get("machine"), "node", False


def _of_workloads(source: Source) -> Iterator[Named]:
    for at, work in records(source, "workloads"):
        yield from _hardware(source, (*at, "hardware"))
        for key, kind in (("model", "model"), ("work", "service")):
            yield (*at, key), work.get(key), kind, False
        yield from _keys(source, (*at, "throughput"))
