"""Scenario + Catalog -> Problem: defaults applied, series aligned, prices chosen; nothing left to look up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from planner.catalog import Catalog
from planner.model import Calendar
from planner.problem import Cite, Finance, Problem, Series, Site, Workload
from planner.resolve.cites import cites, memory_notes
from planner.resolve.contracts import refuse_unbounded
from planner.resolve.fabrics import fabrics
from planner.resolve.failures import with_failures
from planner.resolve.machines import Terms, machines
from planner.resolve.periods import DEFAULT, horizon_years, periods
from planner.resolve.pipeline import follow, rates
from planner.resolve.sites import site
from planner.resolve.storage import tiers
from planner.resolve.workloads import workloads
from planner.series import weeks as typical

DEFAULT_WEEKS = 6


def resolve(
    scenario: Any,
    catalog: Catalog,
    *,
    folder: Path,
    weeks: int | None = None,
    hours: int | None = None,
    fragments: Sequence[Any] = (),
) -> Problem:
    """The problem of a scenario on typical `weeks` (default 6), on the year's first `hours`, or (weeks=0) on all."""
    places = tuple(site(catalog, scenario, i, folder) for i in range(len(scenario.sites)))
    spans = [(p.name, p.start, p.end) for p in scenario.periods] if scenario.periods else list(DEFAULT)
    rate = scenario.finance.cost_of_capital if scenario.finance else None
    rate = catalog.row("finance", "default").number("cost_of_capital") if rate is None else rate
    dated = periods(spans, rate, _calendar(places, weeks, hours))
    refuse_unbounded(scenario, places, dated)
    asked = workloads(scenario, dated, folder)
    jobs = follow(scenario, asked)
    usable = with_failures(machines(catalog, _terms(scenario)), scenario.failures)
    ratios = {float(w.spec["oversubscription"]) for w in jobs if w.spec.get("oversubscription")}
    durability = [float(w.spec["durability"]) for w in jobs if w.kind == "dataset"]
    named = {str(w.spec["model"]) for w in jobs if w.spec.get("model")}
    objective = scenario.objective
    shelves = tiers(catalog, durability)
    problem = Problem(
        name=scenario.name,
        description=scenario.description or "",
        scenario_file=scenario.file,
        scenario_sha256=scenario.sha256,
        catalog_sha256=catalog.sha256,
        finance=Finance(rate, horizon_years(spans), scenario.origin("finance")),
        periods=dated,
        sites=tuple(_with_keys(s, scenario.sites[i], fragments) for i, s in enumerate(places)),
        machines=usable,
        fabrics=fabrics(catalog, usable, ratios, scenario.network),
        tiers=shelves,
        models={id: _model(catalog, id) for id in sorted(named)},
        workloads=jobs,
        objective=tuple(objective.minimize),
        carbon_price_usd_per_kg=objective.carbon_price or 0.0,
        mip_gap=objective.gap,
        keys=_along_links(scenario, _keys(scenario, fragments, catalog), asked),
        notes=_notes(scenario, places, jobs),
    )
    planes = scenario.network.planes if scenario.network else 1
    if planes > 1 and all(f.planes == 1 for f in problem.fabrics):
        said = f"no switch on offer splits its ports over {planes} planes: each network is one"
        return replace(problem, notes=(*problem.notes, said))
    return problem


TYPICAL_YEAR = (
    "The hourly carbon-free limit is met on one typical year of weather ({sites}): put together of ordinary months, it "
    "smooths the long windless and sunless weeks away that real years have, and a plan for it falls short in those."
)


def _notes(scenario: Any, places: Sequence[Site], jobs: Sequence[Workload]) -> tuple[str, ...]:
    """What stood in for what, and what was made of the files that were read."""
    found = [s.weather for s in places if "stand" in s.weather]
    typical = [s.id for s in places if s.typical and s.producers]
    if scenario.limits and scenario.limits.carbon_free and typical:
        found.append(TYPICAL_YEAR.format(sites=", ".join(typical)))
    for place in places:
        found += place.notes
    for job in jobs:
        found += job.notes
    return tuple(dict.fromkeys(found))


def remembered(problem: Problem, used: set[str]) -> tuple[str, ...]:
    """Notes on the catalog rows behind a plan that rest on memory; `used` names the rows' ids that matter."""
    found: list[Cite] = []
    for machine in problem.machines:
        found += machine.cites if machine.id in used else ()
    for tier in problem.tiers:
        found += tier.cites if tier.id in used else ()
    for place in problem.sites:
        found += (*place.power_train.cites, *place.grid.cites, *place.cites)
        for cooling in place.cooling:
            found += cooling.cites if cooling.id in used else ()
        for producer in place.producers:
            found += producer.cites if producer.id in used else ()
        for battery in place.batteries:
            found += battery.cites if battery.id in used else ()
        for generator in place.generators:
            found += generator.cites if generator.id in used else ()
        for ppa in place.contracts:
            found += ppa.cites if ppa.id in used else ()
    return memory_notes(dict.fromkeys(found))


def _calendar(places: Sequence[Site], weeks: int | None, hours: int | None) -> Callable[[date, date], Calendar]:
    def choose(start: date, end: date) -> Calendar:
        every = typical.hours_of(start, end)
        if hours is not None:
            return typical.whole_year(every[:hours])
        if weeks == 0:
            return typical.whole_year(every)
        supply = [p.capacity_factor for s in places for p in s.producers]
        scarce = np.mean(supply, axis=0) if supply else None
        return typical.choose(_features(places), weeks or DEFAULT_WEEKS, scarce, every)

    return choose


def _features(places: Sequence[Site]) -> Series:
    """What makes one week unlike another, per site: temperature, supply, price, carbon."""
    columns: list[Series] = []
    for s in places:
        columns += [s.temperature_c, s.grid.price_usd_per_kwh, s.grid.intensity_kg_per_kwh]
        columns += [p.capacity_factor for p in s.producers]
        columns += [p.delivered for p in s.contracts if np.ptp(p.delivered) > 0]
    return np.column_stack(columns)


def _terms(scenario: Any) -> Terms:
    hardware, prices = scenario.hardware, scenario.prices
    return Terms(
        allow=tuple(hardware.allow) if hardware else (),
        deny=tuple(hardware.deny) if hardware else (),
        prices=dict(prices.machines) if prices else {},
        discounts=tuple((d.match, d.discount) for d in prices.discounts) if prices else (),
        installed=frozenset(item.machine for site in scenario.sites for item in site.installed.machines),
        origin=scenario.origin("prices"),
    )


def _model(catalog: Catalog, id: str) -> dict[str, Any]:
    row = catalog.row("model", id)
    return {**row.text, **{name: figure.value for name, figure in row.figures.items()}}


def _keys(scenario: Any, fragments: Sequence[Any], catalog: Catalog) -> dict[str, Any]:
    """The limits, where each stands in the scenario, and the top-level keys of blocks with the figures they rest on."""
    from planner.scenario.fragment import fragment_of

    limits = scenario.limits.model_dump(mode="python") if scenario.limits else {}
    found: dict[str, Any] = {"limits": {k: v for k, v in limits.items() if v is not None}}
    found["origins"] = {f"limits.{k}": scenario.origin("limits", k) for k in found["limits"]}
    if scenario.pipeline:
        found["pipeline"] = [edge.model_dump(mode="python") for edge in scenario.pipeline]
        found["origins"]["pipeline"] = scenario.origin("pipeline")
    for fragment in fragments:
        value = fragment_of(scenario, fragment.key) if fragment.where == "scenario" else None
        if value is not None:
            found[fragment.key] = value
            found["origins"][fragment.key] = scenario.origin(fragment.key)
        parts = {"workload": scenario.workloads, "site": scenario.sites}.get(fragment.where, ())
        asked = value is not None or any(fragment_of(x, fragment.key) is not None for x in parts)
        if asked and fragment.figures is not None:
            row = catalog.row(*fragment.figures)
            values = {name: figure.value for name, figure in row.figures.items()}
            made = {"id": fragment.key, "values": values, "cites": cites(row)}
            found["figures"] = {**found.get("figures", {}), fragment.key: made}
    return found


def _along_links(scenario: Any, keys: dict[str, Any], asked: tuple[Workload, ...]) -> dict[str, Any]:
    """The keys; where sites have links, with what every edge of the pipeline carries."""
    if "wan" not in keys or "pipeline" not in keys:
        return keys
    edges = [{**edge, **rate} for edge, rate in zip(keys["pipeline"], rates(scenario, asked), strict=True)]
    return {**keys, "pipeline": edges}


def _with_keys(place: Site, record: Any, fragments: Sequence[Any]) -> Site:
    from planner.scenario.fragment import fragment_of

    keys = {f.key: fragment_of(record, f.key) for f in fragments if f.where == "site"}
    return replace(place, keys={k: v for k, v in keys.items() if v is not None})
