"""A workload is up as much of the time as it asked for, jointly over all the pools it runs on.

    joint = product over the pools it uses of P[Binomial(working + spares, u) <= spares] >= A
    where a site's loss must be survived: at each site that it uses, over the pools there
The plan's `availability` table lists these pools and this number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import prod

from planner.audit.binomial import unavailability, up
from planner.audit.verdict import RELATIVE, Check, at_least, equal, true
from planner.audit.view import Keys, View

NAME = "availability"
SHARED_OVER = 2
DIGITS = 1e-8
Pool = tuple[tuple[str, str], ...]


def check(view: View) -> Iterator[Check]:
    rows = {(r["workload"], r["period"]): r for r in view.plan["availability"]}
    seen = set()
    for id, period in ((w, p) for w in view.workloads for p in view.periods):
        used = _used(view, id, period)
        if not used:
            continue
        seen.add((id, period))
        where, asked = f"{id} in {period}", view.workloads[id]["availability"]
        joint = {site: prod(_up(view, pool) for pool in pools) for site, pools in used.items()}
        worst = min(joint.values())
        yield at_least(where, "joint availability", worst, asked, floor=RELATIVE * (1 - asked))
        row = rows.get((id, period))
        yield true(where, "has no row of availability", row is not None)
        if row is not None:
            yield equal(where, "target", row["target"], asked)
            yield equal(where, "1 - achieved", 1 - row["achieved"], 1 - worst, floor=RELATIVE * (1 - asked))
            yield true(where, "its pools are not those in use", _listed(row["pools"]) in _sets(used))
    yield equal("availability", "rows", len(view.plan["availability"]), len(seen))


def _used(view: View, workload: str, period: str) -> dict[str, set[Pool]]:
    """The pools a workload uses, by site where it must survive the loss of one, else all together."""
    found: dict[str, set[Pool]] = defaultdict(set)
    record = view.workloads[workload]
    for keys, _ in view.each("work.units", period=period):
        option = view.options[keys["option"]]
        if option["workload"] == workload:
            group = keys["site"] if record["survive_site_loss"] else ""
            found[group].add(_pool(view, keys, option["machine"], option["fabric"], record["availability"]))
    return found


def _pool(view: View, keys: Keys, machine: str, fabric: str, asked: float) -> Pool:
    """The pool at the workload's own target, or else the laxest that is better."""
    here = {"site": keys["site"], "hall": keys["hall"], "period": keys["period"], "machine": machine, "fabric": fabric}
    least = 1 - (1 - asked) / SHARED_OVER - DIGITS
    fit = [k for k, _ in view.each("servers.working", **here) if float(k["target"]) >= least]
    if not fit:
        raise KeyError(f"no pool for {keys['option']} at {keys['site']}/{keys['hall']}")
    return tuple(sorted(min(fit, key=lambda k: float(k["target"])).items()))


def _up(view: View, pool: Pool) -> float:
    keys = dict(pool)
    machine = view.machines[keys["machine"]]
    u = unavailability(machine["failures_per_day"], machine["repair_days"])
    return up(view.total("servers.working", **keys), view.total("spares.count", **keys), u)


def _listed(pools: list[str]) -> set[Pool]:
    parts = (name.partition("[")[2].removesuffix("]").split(",") for name in pools)
    return {tuple(sorted((p.partition("=")[0], p.partition("=")[2]) for p in part)) for part in parts}


def _sets(used: dict[str, set[Pool]]) -> list[set[Pool]]:
    return list(used.values())
