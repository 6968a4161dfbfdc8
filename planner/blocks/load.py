"""Load: a metered facility load, drawn as it was measured.

    power bus: 1 x metered kW(t) x growth;   coincident peak: the highest hour and the surge over it

| symbol | name in code | unit | meaning |
| metered | load.on[site,workload,period] | - | fixed at one |
"""

from __future__ import annotations

from planner.model import Model, name_of
from planner.options.types import OptionSet
from planner.places import power
from planner.problem import Problem


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for workload in problem.workloads:
        if workload.kind == "load" and workload.series_kw is not None:
            site = workload.sites[0]
            for index, period in enumerate(problem.periods):
                name = name_of("load.on", site=site, workload=workload.id, period=period.name)
                on = m.column(name, origin=workload.origin, lo=1.0, hi=1.0)
                peak = workload.demand[index]
                grown = peak / (1 + workload.surge) / max(float(workload.series_kw.max()), 1e-300)
                profile = period.calendar.take(workload.series_kw) * grown
                power(m, site, period).draw(f"load {workload.id}", on, profile, peak=peak)
                kwh = float(period.calendar.weight @ profile)
                m.tally("metered_kwh", on, kwh, who=workload.id, site=site, period=period.name)
