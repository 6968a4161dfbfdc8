"""Survive: the demand is served without any one rack, power feed or zone; spares are not counted on.

    feed, zone: sum over halls outside the domain of served(option) x units >= demand    'survive.without[...]'
    rack:       sum over other pools of served + left >= demand, for every type in every hall      'survive.rack[...]'
                left <= served there - lost x full,  left <= most x full      'survive.left[...]', 'survive.full[...]'
                lost: what stops with one rack, machines of whole replicas

The loss of a site is a row of the servers block. A hall with two feeds, either of which carries it, loses nothing when
one is cut. `left` is what one rack less leaves, and zero where there is less than a rack.

| symbol | name in code | unit | meaning |
| left | survive.left[site,hall,machine,workload,period] | demand | served there without one rack |
| full | survive.full[site,hall,machine,workload,period] | 0/1 | more than a rack works there |
"""

from __future__ import annotations

from collections import defaultdict

from planner.model import Col, Model, name_of
from planner.options.domains import densest, domains, lost_units
from planner.options.pools import Pool, pools
from planner.options.types import OptionSet
from planner.problem import Period, Problem, Workload

Place = tuple[str, str, str]
"""Site, hall and machine: what shares racks."""


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    found = pools(problem, options)
    for workload in (w for w in problem.workloads if w.survive in ("rack", "feed", "zone")):
        mine = [p for p in found if any(o.workload == workload.id for o in p.options)]
        for index, period in enumerate(problem.periods):
            served = _served(m, workload, mine, period, workload.demand[index])
            if workload.survive == "rack":
                _racks(m, workload, mine, period, served, workload.demand[index])
            for domain in domains(problem, workload):
                rest = {
                    c: v for place, terms in served.items() if place[:2] not in domain.halls for c, v in terms.items()
                }
                m.row(
                    name_of("survive.without", workload=workload.id, period=period.name, without=domain.name),
                    rest,
                    ">=",
                    workload.demand[index],
                    origin=workload.origin,
                    label=f"{workload.id} without {domain.name}",
                    unit=workload.unit,
                )


def _served(
    m: Model, workload: Workload, mine: list[Pool], period: Period, demand: float
) -> dict[Place, dict[Col, float]]:
    """What the workload's units serve, by place."""
    found: dict[Place, dict[Col, float]] = defaultdict(dict)
    for pool in mine:
        for option in (o for o in pool.options if o.workload == workload.id):
            keys = {"site": pool.site.id, "hall": pool.hall.id, "period": period.name, "option": option.id}
            units = m.find(name_of("work.units", **keys))
            if units is not None:
                each = demand if option.block_machines else option.per_machine * option.replica_machines
                found[pool.site.id, pool.hall.id, pool.machine.id][units] = each
    return found


def _racks(
    m: Model, workload: Workload, mine: list[Pool], period: Period, served: dict[Place, dict[Col, float]], demand: float
) -> None:
    """One row for every place that has racks."""
    for place, terms in sorted(served.items()):
        there = [p for p in mine if (p.site.id, p.hall.id, p.machine.id) == place]
        if there[0].machine.acquisition == "rent":
            continue
        rack = densest(there[0].machine, there[0].site, there[0].hall)
        each = {o.id: o for p in there for o in p.options if o.workload == workload.id}
        lost = max(
            lost_units(o, rack) * (demand if o.block_machines else o.per_machine * o.replica_machines)
            for o in each.values()
        )
        left = _left(m, workload, place, period, terms, lost)
        others = {c: v for other, more in served.items() if other != place for c, v in more.items()}
        keys = {"site": place[0], "hall": place[1], "machine": place[2], "workload": workload.id, "period": period.name}
        m.row(name_of("survive.rack", **keys), others | {left: 1.0}, ">=", demand, origin=workload.origin)


def _left(m: Model, workload: Workload, place: Place, period: Period, terms: dict[Col, float], lost: float) -> Col:
    keys = {"site": place[0], "hall": place[1], "machine": place[2], "workload": workload.id, "period": period.name}
    most = sum(value * m.columns[c].hi for c, value in terms.items())
    left = m.column(name_of("survive.left", **keys), origin=workload.origin, unit=workload.unit, hi=most)
    full = m.column(name_of("survive.full", **keys), origin=workload.origin, hi=1.0, integer=True)
    less = {c: -value for c, value in terms.items()} | {left: 1.0, full: lost}
    m.row(name_of("survive.less", **keys), less, "<=", origin=workload.origin)
    m.row(name_of("survive.some", **keys), {left: 1.0, full: -most}, "<=", origin=workload.origin)
    return left
