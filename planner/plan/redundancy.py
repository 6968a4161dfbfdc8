"""Redundancy: the level that each workload has, what it costs, and what the next level up and down would cost.

A standing machine costs its own lines of the ledger (purchase, resale, maintenance or rent) and, where it stands at a
site, its idle power at what power and plant for IT cost there on average: the site's other lines, over its IT kWh.
A level up is one spare more in each of the workload's pools, a level down one fewer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from math import prod

from planner.estimate.failures import up
from planner.estimate.levels import level_name
from planner.model import Model
from planner.options.pools import Pool, pools
from planner.options.types import OptionSet
from planner.plan.encode import tidy
from planner.plan.running import counted, runs
from planner.plan.schema import Line, Tally
from planner.plan.schema_redundancy import Level, Redundancy
from planner.problem import Period, Problem, Workload
from planner.solve.solution import Solution

BOUGHT = ("purchase", "resale", "maintenance")
OWN = (*BOUGHT, "rent", "traffic", "licence")
"""Accounts whose lines belong to the thing that they name; all others of a site are for its power, plant and staff."""
NOISE = 1e-6
"""Units of work below this are left over from the solver's tolerance: nothing runs there."""
Count = tuple[Pool, int, int]
"""A pool, its working machines and its spares."""


def redundancy(
    m: Model, s: Solution, problem: Problem, options: OptionSet, ledger: list[Line], tallies: list[Tally]
) -> list[Redundancy]:
    """One row for each workload and period that runs on machines."""
    found = []
    kept = pools(problem, options)
    kinds = {(pool.site.id, pool.machine.id): pool for pool in kept}
    usd = {key: machine_usd(m, s, problem, pool, ledger, tallies) for key, pool in kinds.items()}
    for workload in problem.workloads:
        for period in problem.periods:
            mine = [pool for pool in kept if runs(m, s, pool, workload, period, NOISE)]
            used = [(pool, *counted(m, s, pool, period)) for pool in mine]
            if used:
                found.append(_row(workload, period, used, lambda p: usd[p.site.id, p.machine.id]))
    return found


def machine_usd(m: Model, s: Solution, problem: Problem, pool: Pool, ledger: list[Line], tallies: list[Tally]) -> float:
    """What one standing machine of a pool costs over the horizon, USD, levelised; by site and type, on average."""
    site, machine = pool.site, pool.machine
    own = sum(x.amount_usd for x in ledger if x.site == site.id and x.item == machine.id and x.account in OWN)
    counts: dict[str, float] = defaultdict(float)
    for _, column in m.family("servers.total"):
        keys = m.columns[column].keys
        if (keys["site"], keys["machine"]) == (site.id, machine.id):
            counts[keys["period"]] += float(s.values[column])
    standing = max(counts.values(), default=0.0)
    direct = own / standing if standing > 0 else 0.0
    if machine.acquisition == "rent":
        return direct
    plant = {c.id for c in site.cooling} | {p.id for p in site.producers} | {b.id for b in site.batteries}
    plant |= {g.id for g in site.generators} | {site.power_train.id, "shell and site"}
    here = [x for x in ledger if x.site == site.id]
    lines = [x for x in here if x.account not in OWN or (x.account in BOUGHT and x.item in plant)]
    it = sum(t.quantity for t in tallies if t.tally.startswith("it_") and t.site.split("/")[0] == site.id)
    hours = sum(float(p.calendar.weight.sum()) for p in problem.periods)
    return direct + (machine.idle_kw * hours * sum(x.amount_usd for x in lines) / it if it > 0 else 0.0)


def _row(workload: Workload, period: Period, used: list[Count], usd: Callable[[Pool], float]) -> Redundancy:
    here, more, fewer = (_level(workload, used, change, usd) for change in (0, 1, -1))
    return Redundancy(
        workload=workload.id,
        period=period.name,
        level=here.level,
        target=workload.availability,
        achieved=here.achieved,
        machines=sum(n + spares for _, n, spares in used),
        spares=here.spares,
        cost_usd=here.cost_usd,
        up=more,
        down=fewer if min(spares for _, _, spares in used) else None,
    )


def _level(workload: Workload, used: list[Count], change: int, usd: Callable[[Pool], float]) -> Level:
    """The level with `change` spares more in each pool: its name, joint availability, and what it costs."""
    counts = [(pool, n, max(0, spares + change)) for pool, n, spares in used]
    sites: dict[str, list[Count]] = defaultdict(list)
    for count in counts:
        sites[count[0].site.id if workload.survive_site_loss else ""].append(count)
    achieved = min(_joint(workload, members) for members in sites.values())
    cost = sum(spares * usd(pool) for pool, _, spares in counts)
    if len(sites) > 1:  # the largest site carries nothing that the others could not
        cost += max(sum(n * usd(pool) for pool, n, _ in members) for members in sites.values())
    return Level(
        level=level_name(len(sites), [spares for _, _, spares in counts]),
        achieved=tidy(achieved),
        spares=sum(spares for _, _, spares in counts),
        cost_usd=tidy(cost),
        holds=achieved >= workload.availability,
    )


def _joint(workload: Workload, members: list[Count]) -> float:
    found = prod(up(pool.failures, n, spares) for pool, n, spares in members)
    if workload.series == "site":
        found *= prod({p.site.id: p.site.power_train.availability for p, _, _ in members}.values())
    return found
