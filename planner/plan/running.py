"""What runs in a pool as answered: whether a workload does, and how many machines work and stand by for it."""

from __future__ import annotations

from planner.model import Model, name_of
from planner.options.pools import Pool
from planner.problem import Period, Workload
from planner.solve.solution import Solution


def runs(m: Model, s: Solution, pool: Pool, workload: Workload, period: Period, noise: float) -> bool:
    """Whether the workload has more than `noise` units of work in the pool."""
    for option in pool.options:
        name = name_of("work.units", site=pool.site.id, hall=pool.hall.id, period=period.name, option=option.id)
        column = m.find(name)
        if option.workload == workload.id and column is not None and s.values[column] > noise:
            return True
    return False


def counted(m: Model, s: Solution, pool: Pool, period: Period) -> tuple[int, int]:
    """Working machines and spares of the pool."""

    def whole(family: str) -> int:
        column = m.find(name_of(family, **pool.keys, period=period.name))
        return 0 if column is None else round(float(s.values[column]))

    return whole("servers.working"), whole("spares.count")
