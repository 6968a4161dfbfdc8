"""All demand is served, wherever a site's loss must be survived also without any one site.

    served = units x (machines of a replica x demand per machine), or the whole demand where work is one block
    sum over sites, halls, options of served >= demand                                each workload and period
    sum over all sites but s >= demand                           for each s, where the loss of a site must be survived
    work stands only at sites open to the workload, in halls that exist
The plan's `work` table says the same as its columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.audit.loads import unit_machines, unit_served
from planner.audit.verdict import Check, at_least, equal, true
from planner.audit.view import View

NAME = "demand"
NOISE = 1e-6
"""Units of work below which a column is solver noise and needs no row."""
ELSEWHERE = frozenset({"dataset", "load"})
"""Kinds that machines do not serve: the laws on storage and on heat see to them."""


def check(view: View) -> Iterator[Check]:
    served = _served(view)
    for id, workload in view.workloads.items():
        for period in view.periods if workload["kind"] not in ELSEWHERE else ():
            demand, where = view.demand(id, period), f"{id} in {period}"
            mine = {k: v for k, v in served.items() if k[0] == id and k[1] == period}
            yield at_least(where, f"served ({workload['unit']})", sum(mine.values()), demand)
            for lost in workload["sites"] if workload["survive_site_loss"] else ():
                rest = sum(v for k, v in mine.items() if k[2] != lost)
                yield at_least(where, f"served without {lost} ({workload['unit']})", rest, demand)
    yield from _places(view)
    yield from _table(view)


def _served(view: View) -> dict[tuple[str, str, str], float]:
    """(workload, period, site) -> demand served."""
    found: dict[tuple[str, str, str], float] = defaultdict(float)
    for keys, units in view.each("work.units"):
        option = view.options[keys["option"]]
        found[option["workload"], keys["period"], keys["site"]] += units * unit_served(view, option, keys["period"])
    return found


def _places(view: View) -> Iterator[Check]:
    for keys, _ in view.each("work.units"):
        workload = view.workloads[view.options[keys["option"]]["workload"]]
        where = f"{keys['option']} in {keys['period']}"
        halls = {h["id"] for h in view.sites[keys["site"]]["halls"]}
        open_here = keys["site"] in workload["sites"] and keys["hall"] in halls
        yield true(where, f"may not run at {keys['site']}/{keys['hall']}", open_here)


def _table(view: View) -> Iterator[Check]:
    spots = [tuple(row[k] for k in ("site", "hall", "period", "option")) for row in view.plan["work"]]
    yield equal("work", "rows", len(set(spots)), len(spots))
    for row, (site, hall, period, id) in zip(view.plan["work"], spots, strict=True):
        option, where = view.options[id], f"work on {id} in {period}"
        units = view.total("work.units", site=site, hall=hall, period=period, option=id)
        yield equal(where, "served", row["served"], units * unit_served(view, option, period))
        yield equal(where, "machines", row["machines"], units * unit_machines(option))
        named = (row["workload"], row["machine"]) == (option["workload"], option["machine"])
        yield true(where, "names another workload or machine", named)
    for keys, units in view.each("work.units"):
        spot = tuple(keys[k] for k in ("site", "hall", "period", "option"))
        yield true(f"work on {spot[3]} in {spot[2]}", "has no row", spot in spots or units < NOISE)
