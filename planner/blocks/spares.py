"""Spares: enough standing machines that a pool has its working number up with the availability it promises.

    working <= sum over j of C_j z_j,   sum over j of z_j = 1,   spares = sum over j of j z_j      'spares.ladder[...]'
    C_j: the most machines that can be kept working with j spares,
         P[down of C_j + j <= j] >= target;   down ~ Binomial(C_j + j, u),   u = f r / (1 + f r)
         with failure domains or repair crews, their exact masses (planner/estimate/failures.py)
    a pool on a torus that is wired for good has none: no machine can take another's place
    a pool's spares are counted with its machines: bought, racked, powered at idle, wired

| symbol | name in code | unit | meaning |
| spares | spares.count[site,hall,machine,target,fabric,period] | machines | standing spares of a pool |
| z_j | spares.level[...,spares=j] | 0/1 | the pool keeps j spares (in series: for so many working) |
| u | unavailability | - | share of time a machine is down: failures f per day, repair r days |
"""

from __future__ import annotations

from collections.abc import Iterator
from math import log

from planner.estimate.failures import rungs, up
from planner.model import Col, Model, name_of
from planner.options.pools import Pool, pools, series_row
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
        _series(m, problem, pool, period)
        place = {"site": pool.site.id, "hall": pool.hall.id, "machine": pool.machine.id, "period": period.name}
        m.extend(name_of("servers.count", **place), {spares: -1.0})


def _each(problem: Problem, options: OptionSet) -> Iterator[tuple[Period, Pool]]:
    found = pools(problem, options)
    return ((period, pool) for period in problem.periods for pool in found)


def _ladder(m: Model, pool: Pool, period: Period, working: Col, spares: Col) -> None:
    """One rung per number of spares (and availability); rung 0 admits what needs none (nothing at all, as a rule)."""
    most = int(m.columns[working].hi)
    admits: dict[Col, float] = {working: -1.0}
    counts: dict[Col, float] = {spares: -1.0}
    one: dict[Col, float] = {}
    for keys, capacity, count in _steps(pool, most):
        z = m.column(
            name_of("spares.level", **pool.keys, period=period.name, **keys),
            origin=pool.machine.origin,
            hi=1.0,
            integer=True,
        )
        admits[z] = float(min(capacity, most))
        counts[z] = float(count)
        one[z] = 1.0
    row = {**pool.keys, "period": period.name}
    m.row(name_of("spares.one", **row), one, "==", 1.0, origin=pool.machine.origin)
    m.row(name_of("spares.ladder", **row), admits, ">=", origin=pool.machine.origin)
    m.row(name_of("spares.number", **row), counts, "==", origin=pool.machine.origin)


def _series(m: Model, problem: Problem, pool: Pool, period: Period) -> None:
    """What each rung is short of certainty, for every workload in series that may use the pool."""
    here = {**pool.keys, "period": period.name}
    mine = {o.workload for o in pool.options}
    levels = [(z, m.columns[z].keys) for _, z in m.family("spares.level")] if pool.joint else []
    logs = {
        z: log(max(up(pool.failures, int(k["working"]), int(k["spares"])), 1e-300))
        for z, k in levels
        if int(k.get("working", "0")) and all(k[name] == value for name, value in here.items())
    }
    for workload in problem.workloads:
        row = series_row(workload, pool.site.id if workload.survive_site_loss else "", period.name)
        if workload.id in mine and m.has_row(row):
            m.extend(row, {z: short / (1 - workload.availability) for z, short in logs.items()})


def _steps(pool: Pool, most: int) -> Iterator[tuple[dict[str, str], int, int]]:
    """(keys, most working machines, spares) of every rung that no other makes pointless.

    For a pool in series, every number of spares comes with each capacity that some availability leaves it; `working`
    in the keys names that capacity, from which its availability follows exactly.
    """
    if not pool.joint:
        steps = rungs(pool.failures, pool.target, most)[: 1 if pool.spareless else None]
        for j, capacity in enumerate(steps):
            if not j or capacity != steps[j - 1]:
                yield {"spares": str(j)}, capacity, j
        return
    by_level = [rungs(pool.failures, level, most)[: 1 if pool.spareless else None] for level in pool.levels]
    for j in range(max(len(steps) for steps in by_level)):
        found = {steps[min(j, len(steps) - 1)] for steps in by_level} - {0}
        for capacity in sorted(found | ({0} if not j else set())):
            yield {"spares": str(j), "working": str(capacity)}, capacity, j
