"""Series: the availability of systems that must all be up is the product of theirs, held by the sum of logarithms.

    sum over a workload's pools of log A(N, j) z(N, j)  (+ sum over its sites of log A(power train) x used)  >= log A
                                                                                 'series.joint[workload,period(,site)]'
    A(N, j): exact availability of N working machines with j spares; rungs from 32 levels of availability a pool
    a pool with nothing working is up; the row is scaled by 1 / (1 - A), so that solver tolerance is far below it

A workload that survives the loss of a site is held to this at each site on its own. A pool that it shares with others
counts in full. `series: site` counts the power train of each site it runs at, by the catalog's availability.

| symbol | name in code | unit | meaning |
| z | spares.level[...,spares=j,working=N] | 0/1 | the pool keeps j spares for at most N working machines |
| used | series.used[site,workload,period] | 0/1 | the workload runs at the site |
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import log

from planner.model import Col, Model, name_of
from planner.options.pools import Pool, pools, series_row
from planner.options.types import OptionSet
from planner.problem import Period, Problem, Site, Workload


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    """The rows; the spares block adds its rungs to them as it binds."""
    for workload, site, _ in _groups(problem, options):
        for period in problem.periods:
            short = log(workload.availability) / (1 - workload.availability)
            m.row(series_row(workload, site, period.name), {}, ">=", short, origin=workload.origin)


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    for workload, site, members in _groups(problem, options):
        for period in problem.periods if workload.series == "site" else ():
            for place in sorted({p.site.id for p in members}):
                here = [p for p in members if p.site.id == place]
                used = _used(m, workload, place, here, period)
                terms = {
                    column: log(availability) / (1 - workload.availability)
                    for column, availability in _trains(m, workload, here[0].site, period, used)
                }
                m.extend(series_row(workload, site, period.name), terms)


def _groups(problem: Problem, options: OptionSet) -> Iterator[tuple[Workload, str, list[Pool]]]:
    """Every workload in series and the pools that must be up together: at each site where it survives losing one."""
    found = pools(problem, options)
    for workload in (w for w in problem.workloads if w.series != "none"):
        groups: dict[str, list[Pool]] = defaultdict(list)
        for pool in found:
            if any(o.workload == workload.id for o in pool.options):
                groups[pool.site.id if workload.survive_site_loss else ""].append(pool)
        for site, members in groups.items():
            yield workload, site, members


def _trains(m: Model, workload: Workload, site: Site, period: Period, used: Col) -> Iterator[tuple[Col, float]]:
    """(one where the workload relies on it, availability) of the site's power train, or of each on offer."""
    if len(site.train_choice) < 2:
        yield used, site.power_train.availability
        return
    keys = {"site": site.id, "workload": workload.id, "period": period.name}
    for train in (t for t in site.trains if t.id in site.train_choice):
        taken = m.find(name_of("power_train.use", site=site.id, train=train.id))
        if taken is not None:
            both = m.column(name_of("series.train", **keys, train=train.id), origin=workload.origin, hi=1.0)
            row = name_of("series.relies", **keys, train=train.id)
            m.row(row, {used: 1.0, taken: 1.0, both: -1.0}, "<=", 1.0, origin=workload.origin)
            yield both, train.availability


def _used(m: Model, workload: Workload, site: str, members: list[Pool], period: Period) -> Col:
    """One if the workload has any unit at the site."""
    keys = {"site": site, "workload": workload.id, "period": period.name}
    used = m.column(name_of("series.used", **keys), origin=workload.origin, hi=1.0, integer=True)
    for pool in members:
        for option in (o for o in pool.options if o.workload == workload.id):
            units = m.find(name_of("work.units", site=site, hall=pool.hall.id, period=period.name, option=option.id))
            if units is not None:
                row = name_of("series.use", **keys, hall=pool.hall.id, option=option.id)
                m.row(row, {units: 1.0, used: -m.columns[units].hi}, "<=", origin=workload.origin)
    return used
