"""Cover: the demand once more, over whole machines; redundant, but it lets the solver see the rounding at once.

    sum over a workload's pools of working x (most that one machine serves of it) >= demand     'cover.demand[...]'
    the same without any one site, where its loss must be survived                              'cover.survive[...]'

Implied by the rows of the servers block (served <= machines' worth, machines <= working), so no plan is lost.

| symbol | name in code | unit | meaning |
| working | servers.working[...] | machines | whole machines of a pool |
"""

from __future__ import annotations

from planner.model import Col, Model, name_of
from planner.options.pools import Pool, pools
from planner.options.types import OptionSet
from planner.problem import Period, Problem, Workload


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    found = pools(problem, options)
    for workload in problem.workloads:
        for index, period in enumerate(problem.periods):
            terms = _terms(m, workload, found, period, workload.demand[index])
            _row(m, "cover.demand", workload, period, workload.demand[index], {c: v for _, c, v in terms})
            for lost in workload.sites if workload.survive_site_loss else ():
                rest = {c: v for site, c, v in terms if site != lost}
                _row(m, "cover.survive", workload, period, workload.demand[index], rest, without=lost)


def _terms(
    m: Model, workload: Workload, found: tuple[Pool, ...], period: Period, demand: float
) -> list[tuple[str, Col, float]]:
    """Site, column of working machines and the most one machine serves, for every pool the workload may use."""
    terms = []
    for pool in found:
        able = [o for o in pool.options if o.workload == workload.id]
        most = max((demand / o.block_machines if o.block_machines else o.per_machine for o in able), default=0.0)
        working = m.find(name_of("servers.working", **pool.keys, period=period.name))
        if most and working is not None:
            terms.append((pool.site.id, working, most))
    return terms


def _row(
    m: Model, family: str, workload: Workload, period: Period, demand: float, terms: dict[Col, float], **more: str
) -> None:
    if terms:
        name = name_of(family, workload=workload.id, period=period.name, **more)
        m.row(name, terms, ">=", demand, origin=workload.origin)
