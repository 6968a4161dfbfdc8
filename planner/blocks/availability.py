"""Availability: a workload uses no more pools at once than its availability was shared over.

    units <= most x used,   sum over pools of used <= MAX_POOLS       'availability.pools[workload,period(,site)]'

Each pool is kept at 1 - (1 - A) / MAX_POOLS, so the pools a workload uses are jointly up with at least A. A workload
that survives the loss of a site is held to this at each site on its own, any other over all its sites together. Those
with `series` are held to the sum of logarithms instead (block series). A control plane may use any number: a majority
of it bears what fails.

| symbol | name in code | unit | meaning |
| used | availability.used[workload,site,hall,machine,target,fabric,period] | 0/1 | the workload runs on the pool |
"""

from __future__ import annotations

from collections import defaultdict

from planner.model import Col, Model, name_of
from planner.options.pools import MAX_POOLS, Pool, pools
from planner.options.types import OptionSet
from planner.problem import Period, Problem, Workload


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    found = pools(problem, options)
    for workload in (w for w in problem.workloads if w.series == "none" and w.spec.get("role") != "control-plane"):
        groups: dict[str, list[Pool]] = defaultdict(list)
        for pool in found:
            if any(o.workload == workload.id for o in pool.options):
                groups[pool.site.id if workload.survive_site_loss else ""].append(pool)
        for site, members in groups.items():
            if len(members) > MAX_POOLS:
                for period in problem.periods:
                    _at_most(m, workload, site, members, period)


def _at_most(m: Model, workload: Workload, site: str, members: list[Pool], period: Period) -> None:
    used = {_used(m, workload, pool, period): 1.0 for pool in members}
    keys = {"workload": workload.id, "period": period.name} | ({"site": site} if site else {})
    m.row(name_of("availability.pools", **keys), used, "<=", float(MAX_POOLS), origin=workload.origin)


def _used(m: Model, workload: Workload, pool: Pool, period: Period) -> Col:
    """One if the workload has any unit in the pool."""
    keys = {"workload": workload.id, **pool.keys, "period": period.name}
    used = m.column(name_of("availability.used", **keys), origin=workload.origin, hi=1.0, integer=True)
    for option in pool.options:
        name = name_of("work.units", site=pool.site.id, hall=pool.hall.id, period=period.name, option=option.id)
        units = m.find(name)
        if option.workload == workload.id and units is not None:
            most = m.columns[units].hi
            row = name_of("availability.use", **keys, option=option.id)
            m.row(row, {units: 1.0, used: -most}, "<=", origin=workload.origin)
    return used
