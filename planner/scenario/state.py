"""State in replicas: which workloads have any, and whether any way to keep it holds what was asked.

These rules read plain data, so that they run whatever else is wrong with the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planner.estimate.state import ACTIVE_ACTIVE, LEAST_SITES, ways_to_keep
from planner.scenario.problems import Problem, listed
from planner.scenario.quantity import QuantityError, parse_quantity
from planner.scenario.references import ids, records
from planner.scenario.source import Source, shown
from planner.yaml12 import Path as Place

KINDS = ("service", "serving", "stage")
ACROSS = ("rpo", "rto", "lag", "detect", "promote", "log", "replay", "mode")
"""Keys that speak of the loss of a site."""
MEASURED = ("lag", "detect", "promote")
TIMES = ("rpo", "rto", *MEASURED)


def state(source: Source) -> Iterator[Problem]:
    """Everything wrong with the state of each workload."""
    every = ids(source, "sites")
    for place, work in records(source, "workloads"):
        given = work.get("state")
        if not isinstance(given, dict):
            continue
        at = (*place, "state")
        if work.get("kind") not in KINDS:
            said = f"a workload of kind {shown(work.get('kind'))} keeps no state of this kind"
            fix = "Streams have `replication`, datasets `copies` and `durability`."
            yield source.problem(at, "state", said, f"a workload of kind {listed(KINDS)}", fix, key=True)
        survive = work.get("survive") or "none"
        if given.get("replicas") == 1 and survive in ("rack", "feed", "zone"):
            said = f"one replica does not outlive the loss of a {survive}"
            yield source.problem((*at, "replicas"), "state", said, "3 or 5", "Write `replicas: 3`.")
        if survive == "site":
            chosen = work.get("sites")
            sites = len(set(map(str, chosen))) if isinstance(chosen, list) and chosen else len(every)
            yield from _over_sites(source, at, given, sites)
        else:
            yield from _at_one(source, at, given)


def _at_one(source: Source, at: Place, given: dict[str, Any]) -> Iterator[Problem]:
    for key in (k for k in ACROSS if given.get(k) is not None):
        said = f"`{key}` speaks of the loss of a site, which the workload is not to outlive"
        yield source.problem(
            (*at, key), "state", said, "`survive: site` beside it", "Add it, or remove this.", key=True
        )


def _over_sites(source: Source, at: Place, given: dict[str, Any], sites: int) -> Iterator[Problem]:
    if source.value(("wan",)) is None:
        said = "copies of state at several sites send each other data, and no `wan` says over what"
        yield source.problem(
            at, "missing", said, "`wan` in the scenario", "Add `wan: {}`: the catalog's price.", key=True
        )
    if (given.get("log") is None) != (given.get("replay") is None):
        key = "log" if given.get("log") is not None else "replay"
        other = "replay" if key == "log" else "log"
        yield source.problem(
            (*at, key), "missing", f"`{key}` is given, and no `{other}`", "both", f"Add `{other}`.", key=True
        )
        return
    spec = _read(given)
    ways = {} if spec is None else ways_to_keep(spec, sites, survives_site=True)
    if spec is not None and not [w for w in ways if w != ACTIVE_ACTIVE or given.get("replicas") != 1]:
        yield source.problem(at, "state", *_none(spec, sites), key=True)


def _none(spec: dict[str, Any], sites: int) -> tuple[str, str, str]:
    """What stands against every way to keep the state."""
    lacking = [k for k in MEASURED if spec.get(k) is None]
    few = f"active-active needs {LEAST_SITES} sites, and it has {sites}" if sites < LEAST_SITES else ""
    free = ways_to_keep({**spec, "rpo": None, "rto": None, "mode": None}, sites, survives_site=True)
    slow = [f"{k}: RPO {f.rpo_s:g} s, RTO {f.rto_s:g} s" for k, f in free.items()]
    blind = f"active-passive needs {listed(lacking)}" if lacking else ""
    said = "no way to keep it outlives the loss of a site as asked"
    why = "; ".join(filter(None, (few, blind, *slow)))
    return f"{said} ({why})", "a mode within `rpo` and `rto`", "Allow more, add a site, or add what is missing."


def _read(given: dict[str, Any]) -> dict[str, Any] | None:
    """The figures in base units; none where one cannot be read, which is another check's."""
    found: dict[str, Any] = {"mode": given.get("mode")}
    kinds = {**dict.fromkeys(TIMES, "time"), "log": "bytes", "replay": "byte_rate", "write": "byte_rate"}
    for key, kind in kinds.items():
        if given.get(key) is not None:
            try:
                found[key] = parse_quantity(given[key], kind)
            except (QuantityError, TypeError):
                return None
    return {"write": 0.0, **found}
