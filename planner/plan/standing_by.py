"""What stands by for a loss counts as busy: by how much energy is stated too high where a loss is survived.

A workload that survives the loss of a site, zone, feed or rack has more units than its demand keeps busy. The model
draws power for all of them at the full load, as grids and cooling must bear it when the rest is lost; hour by hour
only the demand is served. Load that is routed is counted as it is (`blocks/routing.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.model import Model
from planner.options.types import OptionSet
from planner.places import weekly
from planner.problem import Period, Problem, Workload
from planner.solve.solution import Solution

ROUTED = ("serving", "service")
"""Kinds of workloads that may be routed."""
MORE = 0.05
"""Capacity beyond the demand, as a part of it, that is worth a word."""


def notes(m: Model, s: Solution, problem: Problem, options: OptionSet) -> Iterator[str]:
    """A sentence for each such workload and period."""
    for index, period in enumerate(problem.periods):
        for workload in problem.workloads:
            lost = "site" if workload.survive_site_loss else workload.survive
            if lost != "none" and not workload.spec.get("routing"):
                yield from _note(m, s, options, workload, period, workload.demand[index], lost)


def _note(
    m: Model, s: Solution, options: OptionSet, workload: Workload, period: Period, demand: float, lost: str
) -> Iterator[str]:
    known = {o.id: o for o in options.options if o.workload == workload.id}
    served, kw = 0.0, 0.0
    for _, at in m.family("work.units"):
        keys = m.columns[at].keys
        if keys["period"] == period.name and keys["option"] in known:
            option, units = known[keys["option"]], float(s.values[at])
            machines = units * (option.block_machines or option.replica_machines)
            served += units * demand if option.block_machines else machines * option.per_machine
            kw += machines * option.busy_kw * option.duty
    if demand > 0.0 and served > demand * (1.0 + MORE):
        weight = period.calendar.weight
        mean = float(weight @ weekly(period, workload.shape)) / float(weight.sum())
        over = kw * mean * (1.0 - demand / served)
        routed = lost == "site" and workload.kind in ROUTED
        follow = " `routing` counts load where it is served." if routed else ""
        much = f"{workload.id} ({period.name}) has {served / demand:.2f} times the capacity that it needs"
        yield (
            f"{much}, so that it survives the loss of a {lost}, and all of it counts as busy: energy and carbon are of "
            f"up to {over:,.1f} kW of IT on average more than is drawn while nothing is lost.{follow}"
        )
