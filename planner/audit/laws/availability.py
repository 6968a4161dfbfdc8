"""A workload is up as much of the time as it asked for, jointly over all the pools it runs on.

    joint = product over the pools it uses of P[down of working + spares <= spares] >= A
            x product over their sites of the power train's availability, where its series is `site`
    where a site's loss must be survived: at each site that it uses, over the pools there
The plan's `availability` table lists these pools and this number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import prod

from planner.audit.down import up_of
from planner.audit.verdict import RELATIVE, Check, at_least, at_most, equal, true
from planner.audit.view import Keys, Record, View

NAME = "availability"
SHARED_OVER = 2
DIGITS = 1e-8
NOISE = 1e-6
"""Units of work below which a column is solver noise."""
Pool = tuple[tuple[str, str], ...]


def check(view: View) -> Iterator[Check]:
    rows = {(r["workload"], r["period"]): r for r in view.plan["availability"]}
    yield equal("availability", "rows", len(view.plan["availability"]), len(rows))
    for id, period in ((w, p) for w in view.workloads for p in view.periods):
        used = _used(view, id, period)
        where, asked = f"{id} in {period}", view.workloads[id]["availability"]
        for pools in used.values():
            joint = _joint(view, id, pools)
            yield at_most(where, "joint unavailability", 1 - joint, 1 - asked)
        row = rows.pop((id, period), None)
        yield true(where, "has no row of availability", row is not None or not used)
        if row is not None and used:
            yield equal(where, "target", row["target"], asked)
            yield from _reported(view, where, row, used)
    yield equal("availability", "rows of workloads unknown or without pools", len(rows), 0)


def _reported(view: View, where: str, row: Record, used: dict[str, set[Pool]]) -> Iterator[Check]:
    """The row names the pools of its worst site (or all), perhaps others that hold no work, and their joint number."""
    listed = _listed(row["pools"])
    joint = _joint(view, row["workload"], listed)
    worst = min(_joint(view, row["workload"], pools) for pools in used.values())
    step = RELATIVE * (1 - row["target"])  # both are printed to twelve digits
    yield true(where, "its pools are not those in use", any(listed >= pools for pools in used.values()))
    yield equal(where, "1 - achieved", 1 - row["achieved"], 1 - joint, floor=step)
    yield at_least(where, "1 - achieved", 1 - row["achieved"], 1 - worst, floor=step)


def _joint(view: View, workload: str, pools: set[Pool]) -> float:
    """Product over the pools, and over the power trains of their sites where the workload's series has them."""
    found = prod(_up(view, pool) for pool in pools)
    if view.workloads[workload]["series"] == "site":
        found *= prod(view.sites[s]["power_train"]["availability"] for s in {dict(pool)["site"] for pool in pools})
    return found


def _used(view: View, workload: str, period: str) -> dict[str, set[Pool]]:
    """The pools a workload uses, by site where it must survive the loss of one, else all together."""
    found: dict[str, set[Pool]] = defaultdict(set)
    record = view.workloads[workload]
    for keys, units in view.each("work.units", period=period):
        option = view.options[keys["option"]]
        if option["workload"] == workload and units > NOISE:
            group = keys["site"] if record["survive_site_loss"] else ""
            asked = record["availability"], record["series"]
            found[group].add(_pool(view, keys, option["machine"], option["fabric"], *asked))
    return found


def _pool(view: View, keys: Keys, machine: str, fabric: str, asked: float, series: str) -> Pool:
    """The pool at the workload's own target, or else the laxest that is better."""
    here = {"site": keys["site"], "hall": keys["hall"], "period": keys["period"], "machine": machine, "fabric": fabric}
    share = SHARED_OVER if series == "none" else 1
    least = 1 - (1 - asked) / share - DIGITS
    fit = [k for k, _ in view.each("servers.working", **here) if float(k["target"]) >= least]
    if not fit:
        raise KeyError(f"no pool for {keys['option']} at {keys['site']}/{keys['hall']}")
    return tuple(sorted(min(fit, key=lambda k: float(k["target"])).items()))


def _up(view: View, pool: Pool) -> float:
    keys = dict(pool)
    machine = view.machines[keys["machine"]]
    return up_of(machine, view.total("servers.working", **keys), view.total("spares.count", **keys))


def _listed(pools: list[str]) -> set[Pool]:
    parts = (name.partition("[")[2].removesuffix("]").split(",") for name in pools)
    return {tuple(sorted((p.partition("=")[0], p.partition("=")[2]) for p in part)) for part in parts}
