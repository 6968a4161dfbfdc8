"""Why no plan can meet a scenario, in words a reader of the scenario knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf

from planner.estimate.topology import MOST_TIERS, largest, wiring_of
from planner.estimate.torus import TORI
from planner.model import Model, Row, name_keys
from planner.options.bands import bands
from planner.options.pools import pools
from planner.options.types import OptionSet
from planner.problem import PowerTrain, Problem, Site, Workload

FEW = 2
SHOWN = 4
"""Reasons of machines that are shown for one workload."""
NONE_LEFT = (
    "`hardware` leaves none: those without a price need one under `prices:`, "
    "and rented ones are allowed by id or by `tag:rented`"
)
WORDS = {"<=": "at most", ">=": "at least", "==": "exactly"}


def reasons(problem: Problem, options: OptionSet, m: Model, clash: Sequence[str]) -> list[str]:
    """What cannot hold together. `clash`: names of the rows that a solver found to contradict each other.

    Workloads that nothing can run come first and alone: whatever else clashes follows from them.
    """
    alone = [f"{work.id} ({work.origin}): {text}" for work, text in hopeless(problem, options)]
    if alone:
        return alone
    wanted = set(clash)
    rows = [row for row in m.rows if row.name in wanted]
    limited = any(row.label and not _demand(row) for row in rows)
    named = list(dict.fromkeys(text for row in rows for text in _words(problem, row, wires=not limited)))
    if len(named) > 1:
        return named
    # Where whole numbers alone clash, no row is found at fault: every limit asked for is named. What columns are
    # bounded by stands in no row: loads that are metered, and what may be built against a single limit.
    every = [] if len(named) == len(rows) == 1 else [_said(row) for row in m.rows if row.label and not _demand(row)]
    return [*named, *(text for text in every if text not in named), *_given(problem)]


def _given(problem: Problem) -> Iterator[str]:
    """What a scenario states and no row holds: metered loads, and the most that may be built beside them."""
    for work in problem.workloads:
        if work.kind == "load":
            yield f"{work.id} draws up to {_number(max(work.demand))} {work.unit} ({work.origin})"
    for site in problem.sites:
        most = [(p.id, p.max_kw, "kW", p.origin) for p in site.producers]
        most += [(b.id, b.max_kwh, "kWh", b.origin) for b in site.batteries]
        for id, size, unit, origin in most:
            if size < inf:
                yield f"{id} at {site.id}: at most {_number(size)} {unit} ({origin})"
        if not site.producers:
            yield f"{site.id} may build no generation of its own ({site.origin})"


def _words(problem: Problem, row: Row, *, wires: bool) -> Iterator[str]:
    """A row of the model as its reader knows it; nothing for what only ties columns together.

    `wires`: whether the most that a network can wire is a limit here, or only ties its switches to the machines.
    """
    family, keys = row.name.split("[", 1)[0], name_keys(row.name)
    if row.label:
        yield _said(row)
    elif family == "cover.demand":
        work = next(w for w in problem.workloads if w.id == keys["workload"])
        yield f"{work.id} demand: at least {_number(max(work.demand))} {work.unit} ({work.origin})"
    elif family in ("fabric.ladder", "fabric.rungs") and wires:
        fabric = next(f for f in problem.fabrics if f.id == keys["fabric"])
        ports = largest(wiring_of(fabric), MOST_TIERS)
        joined = "the largest torus" if fabric.family in TORI else f"three tiers of {fabric.id} switches"
        what = "wires at most {:,} links" if fabric.family in TORI else "wire at most {:,} ports"
        text = f"{joined} {what.format(ports)}; more halls have more"
        yield f"{keys['site']} {keys['hall']}: {text} ({row.origin})"


def _said(row: Row) -> str:
    unit = f" {row.unit}" if row.unit else ""
    limit = f": {WORDS[row.sense]} {_number(row.rhs)}{unit}" if row.rhs or row.unit else ""
    return f"{row.label}{limit} ({row.origin})"


def _number(value: float) -> str:
    """Six digits, and whole numbers whole."""
    return f"{value:,.0f}" if abs(value) >= 1e5 else f"{value:,.6g}"


def _demand(row: Row) -> bool:
    return row.name.startswith(("serve.", "storage.placed"))


def hopeless(problem: Problem, options: OptionSet) -> Iterator[tuple[Workload, str]]:
    """Workloads that nothing on offer can do, whatever else is planned, and why."""
    return ((work, text) for work in problem.workloads for text in _hopeless(problem, options, work))


def _hopeless(problem: Problem, options: OptionSet, workload: Workload) -> Iterator[str]:
    if workload.kind == "dataset":
        for band in bands(problem, workload, 0):
            if not band.tiers:
                spec = workload.spec
                asked = "flash" if band.name == "hot" else f"a first byte within {spec['retrieval']:g} s"
                yield f"no storage keeps its {band.name} part: {asked}, {spec['durability']:g} nines a year"
    elif workload.kind != "load" and not options.of(workload.id):
        why = _why(options, workload)
        more = f"; and {len(why) - SHOWN} more reasons" if len(why) > SHOWN else ""
        text = "; ".join(why[:SHOWN]) or NONE_LEFT
        yield f"no machine can run it: {text}{more}"
    elif workload.kind != "load" and not _placed(problem, options, workload):
        kw = min(problem.machine(o.machine).peak_kw for o in options.of(workload.id))
        rooms = ", ".join(f"{s}/{h.id} {h.rack_kw:g} kW a rack" for s in workload.sites for h in problem.site(s).halls)
        liquid = all(problem.machine(o.machine).liquid for o in options.of(workload.id))
        needs = f"a rack of {kw:g} kW at least" + (" and liquid cooling" if liquid else "")
        yield f"no hall can carry its machines, which need {needs}; there are {rooms}"
    elif workload.series == "site":
        yield from _train(problem, workload)


def _why(options: OptionSet, workload: Workload) -> list[str]:
    """Each reason once, with the machines that it is of where they are few."""
    machines: dict[str, list[str]] = {}
    for e in options.excuses:
        if e.workload == workload.id and e.reason != "denied":
            machines.setdefault(e.text, []).append(e.machine)
    return sorted(f"{', '.join(names)}: {text}" if len(names) <= FEW else text for text, names in machines.items())


def _train(problem: Problem, workload: Workload) -> Iterator[str]:
    """A workload whose availability counts the power train, where no site's, or not every site's, is up so long."""
    trains = [_surest(problem.site(s)) for s in workload.sites]
    enough = [t for t in trains if t.availability > workload.availability]
    if not enough or (workload.survive_site_loss and len(enough) < len(trains)):
        said = ", ".join(sorted({f"{t.id} {t.availability:.4%}" for t in trains}))
        yield f"available {workload.availability:.4%} in series with power trains that are less: {said}"


def _surest(site: Site) -> PowerTrain:
    """The site's power train, or the most available of those on offer."""
    offered = [t for t in site.trains if t.id in site.train_choice]
    return max(offered, key=lambda t: t.availability, default=site.power_train)


def _placed(problem: Problem, options: OptionSet, workload: Workload) -> bool:
    return any(o.workload == workload.id for pool in pools(problem, options) for o in pool.options)
