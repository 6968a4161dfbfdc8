"""Why a plan is as it is: options taken, excuses, binding limits, money, and sources behind an item."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from planner.plan.cited import records
from planner.report.limits import binds, numbers, priced
from planner.report.numbers import amount, plain, share, si, usd, usd_per
from planner.report.section import where

if TYPE_CHECKING:
    from planner.plan.schema import Plan

BILLED = ("energy", "demand_charge")
"""Accounts whose prices a grid's row may set."""
SHOWN = 4
"""Machines named for one excuse; more are counted."""


def lines(plan: Plan, item: str) -> list[str]:
    """Everything about an item, empty where nothing is named so; without one, what was decided and what binds."""
    wanted = item.lower()
    found = [*_work(plan, wanted), *_choices(plan, wanted), *_limits(plan, wanted)]
    if wanted:
        found += [*_others(plan, wanted), *_excuses(plan, wanted), *_sizes(plan, wanted), *_money(plan, wanted)]
        found += [*_sources(plan, wanted), *_hints(plan, wanted)]
    return found


def names(plan: Plan) -> list[str]:
    """What can be asked about, for suggestions."""
    found = {w.workload for w in plan.work} | {w.machine for w in plan.work} | {c.item for c in plan.choices}
    found |= {s.item for s in plan.sizing} | {s.site for s in plan.sizing} | {x.account for x in plan.ledger}
    return sorted(found | {n.label for n in plan.limits} | {str(e["machine"]) for e in plan.excuses} - {""})


def _hit(wanted: str, *named: str) -> bool:
    return not wanted or any(wanted in name.lower() for name in named)


def _work(plan: Plan, wanted: str) -> Iterator[str]:
    options = {str(o["id"]): o for o in plan.options}
    for w in plan.work:
        if _hit(wanted, w.workload, w.machine, w.site):
            machines = f"{plain(w.machines)} x {w.machine}"
            yield f"{w.workload}: {si(w.served, w.unit)} on {machines} at {where(w.site, w.hall)} ({w.period})"
            if w.option in options:
                yield _option(options[w.option])
    for a in plan.availability:
        if _hit(wanted, a.workload):
            yield f"{a.workload}: available {a.achieved:.5%} of the time, asked {a.target:.3%} ({a.period})"
            yield from (f"  with {pool}" for pool in a.pools if wanted)


def _others(plan: Plan, wanted: str) -> Iterator[str]:
    """Options that stood open and were not taken."""
    taken = {w.option for w in plan.work}
    units = {w.workload: w.unit for w in plan.work}
    for o in plan.options:
        if o["id"] not in taken and _hit(wanted, str(o["workload"])):
            each = f"{si(o['per_machine'], units.get(o['workload'], ''))} a machine" if o["per_machine"] else "open"
            yield f"also open for {o['workload']}: {o['machine']} ({o['id']}), {each}"


def _option(option: Mapping[str, Any]) -> str:
    details: dict[str, Any] = option.get("details") or {}
    shown = ", ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in details.items())
    span = f"true value within x {option.get('low')} to x {option.get('high')}"
    return f"  {option.get('basis')} ({span}): {shown}"


def _choices(plan: Plan, wanted: str) -> Iterator[str]:
    for c in plan.choices:
        if _hit(wanted, c.item, c.kind, c.site):
            yield f"{c.kind} at {where(c.site, c.hall)}: {c.item} {'taken' if c.chosen else 'not taken'} ({c.origin})"


def _limits(plan: Plan, wanted: str) -> Iterator[str]:
    for n in plan.limits:
        if _hit(wanted, n.label, n.name) and (wanted or binds(n)):
            price = f"; looser by one it saves {usd_per(n.shadow_price_usd or 0.0, n.unit)}" if priced(n) else ""
            state = "binds" if binds(n) else f"has {si(n.slack, n.unit)} to spare"
            yield f"limit: {n.label} {n.sense} {si(n.limit, n.unit)} {state}{price} ({n.origin})"


def _excuses(plan: Plan, wanted: str) -> Iterator[str]:
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for e in plan.excuses:
        if _hit(wanted, str(e["workload"]), str(e["machine"])):
            groups[str(e["workload"]), numbers(e)].append(str(e["machine"]))
    for (workload, text), machines in groups.items():
        more = f" and {len(machines) - SHOWN} more" if len(machines) > SHOWN else ""
        yield f"not {', '.join(machines[:SHOWN])}{more} for {workload}: {text}"


def _sizes(plan: Plan, wanted: str) -> Iterator[str]:
    for s in plan.sizing:
        if _hit(wanted, s.item):
            yield f"{s.kind}: {si(s.quantity, s.unit)} of {s.item} at {where(s.site, s.hall)} ({s.origin})"
    agreements = [p for s in plan.problem["sites"] for p in s.get("contracts", ()) if p.get("shared")]
    for ppa in {(p["shared"]["at"], p["id"]): p for p in agreements if _hit(wanted, p["id"])}.values():
        yield _shared(plan, ppa)


def _shared(plan: Plan, ppa: dict[str, Any]) -> str:
    """What of an agreement is whose, and where it counts by the hour."""
    shared = ppa["shared"]
    kw = {c.keys["site"]: c.value for c in plan.columns if c.family == "ppa.kw" and c.keys["ppa"] == ppa["id"]}
    whole = sum(kw.get(site, 0.0) for site in shared["sites"])
    parts = [f"{share(kw.get(site, 0.0) / whole) if whole else '-'} {site}" for site in shared["sites"]]
    home = [s["id"] for s in plan.problem["sites"] if s["grid"]["region"] == shared["region"]]
    named = [id for id in home if id in shared["sites"]] if ppa["counts"] == "hourly" else []
    how = "its sites' shares are stated" if shared["shares"] else "the plan chose its sites' shares"
    by_the_hour = f"counts by the hour at {', '.join(named)} alone" if named else "counts by the hour nowhere"
    return f"shared: {ppa['id']}, {si(whole, 'kW')} in all: {', '.join(parts)}; {how}; {by_the_hour}"


def _money(plan: Plan, wanted: str) -> Iterator[str]:
    mine = [x for x in plan.ledger if _hit(wanted, x.account, x.item)]
    for x in mine:
        made = f"{amount(x.quantity, x.unit)} x {x.unit_price_usd:,.6g} USD x {x.factor:.5f}"
        yield f"{x.account}: {x.item}: {made} = {usd(x.amount_usd)} ({x.origin})"
    if len(mine) > 1:
        total, everything = sum(x.amount_usd for x in mine), sum(x.amount_usd for x in plan.ledger)
        of = f", {share(total / everything)} of the plan" if everything else ""
        yield f"in all: {usd(total)} over the horizon, levelised{of}"


def _sources(plan: Plan, wanted: str) -> Iterator[str]:
    """Catalog figures of every record of the problem that the item names, with their sources."""
    seen: set[tuple[str, str]] = set()
    for record in records(plan.problem):
        cites = [_text(cite) for cite in record["cites"] if isinstance(cite, dict)]
        rows = (cite["row"] if "/" in wanted else cite["row"].partition("/")[2] for cite in cites)
        if _hit(wanted, str(record.get("id", "")), *rows):
            for cite in cites:
                if (cite["row"], cite["field"]) not in seen:
                    seen.add((cite["row"], cite["field"]))
                    mark = f"[{cite['confidence']}, {cite['as_of']}]"
                    yield f"source: {cite['row']}.{cite['field']} {mark} {cite['source']}"


def _text(cite: dict[str, Any]) -> dict[str, str]:
    """A cite as text; a plan that was touched may lack parts of it."""
    return {key: str(cite.get(key, "?")) for key in ("row", "field", "confidence", "as_of", "source")}


def _hints(plan: Plan, wanted: str) -> Iterator[str]:
    """What to ask next: a workload's numbers rest on its machine's, a bill's on its grid's."""
    billed = {x.site for x in plan.ledger if x.account in BILLED and _hit(wanted, x.account, x.item)}
    sites = [site for site in plan.problem.get("sites", ()) if isinstance(site, dict) and site.get("id") in billed]
    cited = [cite for site in sites for grid in records(site.get("grid")) for cite in grid["cites"]]
    for row in sorted({_text(cite)["row"] for cite in cited if isinstance(cite, dict)}):
        yield f"next: `aiplan explain PLAN {row}` for the sources of its price and carbon, where the scenario has none"
    machines = sorted({w.machine for w in plan.work if wanted in w.workload.lower()})
    for machine in machines:
        yield f"next: `aiplan explain PLAN {machine}` for the sources of what it costs, draws and does"
