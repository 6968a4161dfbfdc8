"""Spares: enough standing machines that a pool has its working number up with the availability it promises.

    working <= sum over j of C_j z_j,   sum over j of z_j = 1,   spares = sum over j of j z_j      'spares.ladder[...]'
    C_j: the most machines that can be kept working with j spares,
         P[Binomial(C_j + j, u) <= j] >= target,   u = f r / (1 + f r)
    a pool's spares are counted with its machines: bought, racked, powered at idle, wired

| symbol | name in code | unit | meaning |
| spares | spares.count[site,hall,machine,target,fabric,period] | machines | standing spares of a pool |
| z_j | spares.level[...,spares=j] | 0/1 | the pool keeps j spares |
| u | unavailability | - | share of time a machine is down: failures f per day, repair r days |
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.estimate.reliability import ladder, unavailability
from planner.model import Col, Model, name_of
from planner.options.pools import Pool, pools
from planner.options.types import OptionSet
from planner.problem import Period, Problem


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for period, pool in _each(problem, options):
        m.column(
            name_of("spares.count", **pool.keys, period=period.name),
            origin=pool.machine.origin,
            unit="machines",
            kind="spare",
            item=pool.machine.id,
        )


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    for period, pool in _each(problem, options):
        working = m.find(name_of("servers.working", **pool.keys, period=period.name))
        spares = m.find(name_of("spares.count", **pool.keys, period=period.name))
        if working is None or spares is None:
            continue
        _ladder(m, pool, period, working, spares)
        place = {"site": pool.site.id, "hall": pool.hall.id, "machine": pool.machine.id, "period": period.name}
        m.extend(name_of("servers.count", **place), {spares: -1.0})


def _each(problem: Problem, options: OptionSet) -> Iterator[tuple[Period, Pool]]:
    found = pools(problem, options)
    return ((period, pool) for period in problem.periods for pool in found)


def _ladder(m: Model, pool: Pool, period: Period, working: Col, spares: Col) -> None:
    """One rung per number of spares; rung 0 admits what needs none (nothing at all, as a rule)."""
    most = int(m.columns[working].hi)
    down = unavailability(pool.machine.failures_per_day, pool.machine.repair_days)
    rungs = ladder(down, pool.target, most)
    admits: dict[Col, float] = {working: -1.0}
    counts: dict[Col, float] = {spares: -1.0}
    one: dict[Col, float] = {}
    for j, capacity in enumerate(rungs):
        if j and capacity == rungs[j - 1]:
            continue
        z = m.column(
            name_of("spares.level", **pool.keys, period=period.name, spares=str(j)),
            origin=pool.machine.origin,
            hi=1.0,
            integer=True,
        )
        admits[z] = float(min(capacity, most))
        counts[z] = float(j)
        one[z] = 1.0
    row = {**pool.keys, "period": period.name}
    m.row(name_of("spares.one", **row), one, "==", 1.0, origin=pool.machine.origin)
    m.row(name_of("spares.ladder", **row), admits, ">=", origin=pool.machine.origin)
    m.row(name_of("spares.number", **row), counts, "==", origin=pool.machine.origin)
