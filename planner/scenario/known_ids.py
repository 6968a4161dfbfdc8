"""Ids that only a catalog can settle: models, machines, cooling, energy, grids, power trains, services."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from planner.scenario.problems import Problem, did_you_mean
from planner.scenario.schema import Scenario
from planner.scenario.schema_workload import Hardware
from planner.scenario.source import shown
from planner.yaml12 import Path as Place

Named = tuple[Place, str, str, bool]
"""Place, id, kind, and whether the id stands in a key."""


WORDS = {
    "node": "machine",
    "hardware": "machine or accelerator",
    "energy": "energy technology",
    "grid": "grid region",
    "power_train": "power train",
    "vendor": "machine from",
    "tag": "machine tagged",
    "station": "weather station",
}
MARKS = ("vendor", "tag")


def check_ids(scenario: Scenario, known: Mapping[str, Collection[str]]) -> list[Problem]:
    """Problems of ids that the catalog lacks, in file order.

    `known`: names by kind: model, node (rental offers too), accelerator, vendor, tag (for hardware lists), cooling,
    energy, grid, power_train, service, station (weather). A kind that is not given is not checked.
    """
    found = []
    for place, name, kind, is_key in (*_of_scenario(scenario), *_of_sites(scenario), *_of_workloads(scenario)):
        pool = _pool(kind, known)
        if pool is None or name in pool or (kind in MARKS and name.lower() in {n.lower() for n in pool}):
            continue
        what = WORDS.get(kind, kind)
        see = {"hardware": "node", "vendor": "node", "tag": "node"}.get(kind, kind)
        fix = did_you_mean(name, pool) + ("" if kind == "station" else f"See `aiplan catalog list {see}`.")
        said = f"{'there is' if kind == 'station' else 'the catalog has'} no {what} {shown(name)}"
        found.append(
            scenario.source.problem(place, "unknown-id", said, "", fix.strip() or "Check the name.", key=is_key)
        )
    return sorted(found, key=lambda p: (p.line, p.column, p.message))


def _pool(kind: str, known: Mapping[str, Collection[str]]) -> set[str] | None:
    """The names a kind may have; None where the kind cannot be checked."""
    if kind == "hardware":
        return {*known["node"], *known.get("accelerator", ())} if "node" in known else None
    return set(known[kind]) if kind in known else None


def _of_scenario(scenario: Scenario) -> Iterator[Named]:
    yield from _hardware(scenario.hardware, ("hardware",))
    for id in scenario.prices.machines:
        yield ("prices", "machines", id), id, "node", True
    for i, discount in enumerate(scenario.prices.discounts):
        yield _pattern(discount.match, ("prices", "discounts", i, "match"))


def _hardware(lists: Hardware | None, place: Place) -> Iterator[Named]:
    for key in ("allow", "deny"):
        for i, name in enumerate(getattr(lists, key, ())):
            yield _pattern(name, (*place, key, i))


def _pattern(text: str, place: Place) -> Named:
    """`vendor:NAME`, `tag:NAME`, or the id of a machine or an accelerator."""
    mark, _, name = text.rpartition(":")
    return place, name, mark or "hardware", False


def _of_sites(scenario: Scenario) -> Iterator[Named]:
    for i, site in enumerate(scenario.sites):
        at: Place = ("sites", i)
        yield (*at, "region"), site.region, "grid", False
        if site.weather and site.weather.station:
            yield (*at, "weather", "station"), site.weather.station, "station", False
        if site.power_train:
            yield (*at, "power_train"), site.power_train, "power_train", False
        for j, id in enumerate(site.cooling):
            yield (*at, "cooling", j), id, "cooling", False
        for h, hall in enumerate(site.halls):
            for j, id in enumerate(hall.cooling):
                yield (*at, "halls", h, "cooling", j), id, "cooling", False
        for j, wish in enumerate(site.renewables):
            yield (*at, "renewables", j, "technology"), wish.technology, "energy", False
        for j, store in enumerate(site.batteries):
            yield (*at, "batteries", j, "technology"), store.technology, "energy", False
        for j, item in enumerate(site.installed.machines):
            yield (*at, "installed", "machines", j, "machine"), item.machine, "node", False


def _of_workloads(scenario: Scenario) -> Iterator[Named]:
    for i, work in enumerate(scenario.workloads):
        at: Place = ("workloads", i)
        yield from _hardware(work.hardware, (*at, "hardware"))
        for key, kind in (("model", "model"), ("work", "service")):
            if getattr(work, key, None):
                yield (*at, key), getattr(work, key), kind, False
        for id in getattr(work, "throughput", {}):
            yield (*at, "throughput", id), id, "node", True
