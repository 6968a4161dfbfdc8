"""The level that the plan names is the level that stands, and the next ones are one spare more and one fewer a pool.

level:    k sites of which any one may be lost, the fewest spares j of its pools: N, N+j, 2N, 2(N+j), kN/(k-1)
achieved: product of P[down of working + spares <= spares] (x power trains in series), at the worst site
cost:     sum of spares x USD of a machine (+ the largest site's working machines, where its loss is survived)
          USD of a machine: its lines over what stands + idle kW x hours x the site's other lines / its IT kWh
          (checked where the plan holds its hours)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import prod

from planner.audit.down import up_of
from planner.audit.verdict import Check, equal, true
from planner.audit.view import Keys, Record, View

NAME = "redundancy"
NOISE = 1e-6
BOUGHT = ("purchase", "resale", "maintenance")
OWN = (*BOUGHT, "rent", "traffic", "licence")
SHARED_OVER = 2
DIGITS = 1e-8
Count = tuple[Keys, float, float]


def check(view: View) -> Iterator[Check]:
    rows = view.plan.get("redundancy", [])
    served = {(view.options[k["option"]]["workload"], k["period"]) for k, n in view.each("work.units") if n > NOISE}
    named = [(r["workload"], r["period"]) for r in rows]
    older = view.plan["format_version"] in ("1.0", "1.1")  # which named no levels
    yield true("redundancy", "not every workload has one row", sorted(named) == sorted(served) or (older and not rows))
    for row in rows:
        used = _pools(view, row["workload"], row["period"])
        where = f"{row['workload']} in {row['period']}"
        yield equal(where, "machines", row["machines"], sum(n + s for _, n, s in used), floor=NOISE)
        yield from _level(view, where, row, row["workload"], used, 0)
        yield from _level(view, f"{where}, a level up", row["up"], row["workload"], used, 1)
        bare = min((s for _, _, s in used), default=0) < 1
        yield true(where, "has no level below, or one too many", bare == (row["down"] is None))
        if row["down"] is not None:
            yield from _level(view, f"{where}, a level down", row["down"], row["workload"], used, -1)


def _pools(view: View, workload: str, period: str) -> list[Count]:
    """Pools that the workload's units draw on, with working machines and spares."""
    record = view.workloads[workload]
    share = SHARED_OVER if record["series"] == "none" else 1
    target = 1 - (1 - record["availability"]) / share
    found: dict[tuple[tuple[str, str], ...], Count] = {}
    for k, n in view.each("work.units", period=period):
        option = view.options[k["option"]]
        if option["workload"] == workload and n > NOISE:
            here = {"site": k["site"], "hall": k["hall"], "machine": option["machine"], "fabric": option["fabric"]}
            for keys, working in view.each("servers.working", **here, period=period):
                if abs(float(keys["target"]) - target) <= DIGITS:
                    found[tuple(sorted(keys.items()))] = keys, working, view.total("spares.count", **keys)
    return list(found.values())


def _level(view: View, where: str, row: Record, workload: str, used: list[Count], change: int) -> Iterator[Check]:
    record = view.workloads[workload]
    sites: dict[str, list[Count]] = defaultdict(list)
    for keys, n, s in used:
        sites[keys["site"] if record["survive_site_loss"] else ""].append((keys, n, s + change))
    achieved = min(_joint(view, record, members) for members in sites.values())
    every = [count for members in sites.values() for count in members]
    cost = sum(s * _usd(view, k) for k, _, s in every)
    if len(sites) > 1:
        cost += max(sum(n * _usd(view, k) for k, n, _ in members) for members in sites.values())
    least, k = round(min(s for _, _, s in every)), len(sites)
    one = f"N+{least}" if least else "N"
    name = one if k == 1 else (f"{k}({one})" if least else f"{k}N") + (f"/{k - 1}" if k > 2 else "")
    yield true(where, f"is called {row['level']}, and is {name}", row["level"] == name)
    yield equal(where, "1 - achieved", 1 - row["achieved"], 1 - achieved, floor=1e-11)
    yield equal(where, "spares", row["spares"], sum(s for _, _, s in every), floor=NOISE)
    if view.has_hours:
        yield equal(where, "its cost (USD)", row["cost_usd"], cost, floor=0.01)


def _joint(view: View, record: Record, members: list[Count]) -> float:
    found = prod(up_of(view.machines[k["machine"]], n, s) for k, n, s in members)
    if record["series"] == "site":
        found *= prod(view.sites[s]["power_train"]["availability"] for s in {k["site"] for k, _, _ in members})
    return found


def _usd(view: View, keys: Keys) -> float:
    """One standing machine of the type at the site, over the horizon."""
    site, machine = view.sites[keys["site"]], view.machines[keys["machine"]]
    lines = [x for x in view.plan["ledger"] if x["site"] == site["id"]]
    own = sum(x["amount_usd"] for x in lines if x["item"] == machine["id"] and x["account"] in OWN)
    standing = max(
        (view.total("servers.total", site=site["id"], machine=machine["id"], period=p) for p in view.periods), default=0
    )
    direct = own / standing if standing else 0.0
    if machine["acquisition"] == "rent":
        return float(direct)
    plant = {x["id"] for part in ("cooling", "producers", "batteries") for x in site[part]}
    plant |= {g["id"] for g in site.get("generators", ())} | {site["power_train"]["id"], "shell and site"}
    other = [x for x in lines if x["account"] not in OWN or (x["account"] in BOUGHT and x["item"] in plant)]
    it = sum(
        t["quantity"] for t in view.plan["tallies"] if t["tally"][:3] == "it_" and t["site"].split("/")[0] == site["id"]
    )
    hours = sum(float(b.weight.sum()) for b in view.blocks if b.site == site["id"])
    return float(direct + (machine["idle_kw"] * hours * sum(x["amount_usd"] for x in other) / it if it else 0.0))
