"""Which part of a pipeline has least to spare: its bottleneck, by the machines of the plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from planner.model import Model, name_of
from planner.options.pools import Pool, pools
from planner.options.types import Option, OptionSet
from planner.problem import Period, Problem, Workload
from planner.solve.solution import Solution

NOISE = 1e-9


@dataclass(frozen=True, slots=True)
class Spare:
    """How many times its demand a workload's machines would carry, with what stands idle beside them.

    Where the loss of a site is survived: those of the other sites.
    """

    workload: str
    period: str
    times: float
    binding: str


def notes(m: Model, s: Solution, problem: Problem, options: OptionSet) -> list[str]:
    """One sentence for each pipeline: connected workloads, and the one that would be overrun first."""
    edges = problem.keys.get("pipeline") or ()
    found = []
    for members in _connected([(e["source"], e["to"]) for e in edges]):
        spares = [x for w in problem.workloads if w.id in members for x in _spares(m, s, problem, options, w)]
        spares += _links(m, s, members)
        if spares:
            least = min(spares, key=lambda x: (x.times, x.workload, x.period))
            what = f"carry {least.times:.3g} times what it is planned for, bound by {least.binding}"
            found.append(f"Bottleneck of the pipeline {' '.join(sorted(members))}: {least.workload} would {what}.")
    return found


def _links(m: Model, s: Solution, members: set[str]) -> Iterator[Spare]:
    """Links that the pipeline's data goes over, by how many times their peak they would carry."""
    for _, column in m.family("pipeline.sent"):
        keys = m.columns[column].keys
        pair = {k: keys[k] for k in ("site", "to", "period")}
        peak = m.find(name_of("wan.gb_per_s", **pair))
        if peak is not None and keys["reads"].split(">")[0] in members and s.values[column] > NOISE:
            most = min(
                [
                    m.columns[peak].hi,
                    *(-v for r in m.rows if r.name == name_of("wan.link", **pair) for v in r.terms.values() if v < 0),
                ]
            )
            if most < inf:
                name = f"the link from {keys['site']} to {keys['to']}"
                yield Spare(name, keys["period"], most / float(s.values[peak]), "its capacity")


def _connected(edges: list[tuple[str, str]]) -> list[set[str]]:
    """Workloads that data joins, in the order of the edges."""
    groups: list[set[str]] = []
    for pair in edges:
        joined = [g for g in groups if g & set(pair)]
        groups = [g for g in groups if not g & set(pair)] + [set(pair).union(*joined)]
    return groups


def _spares(m: Model, s: Solution, problem: Problem, options: OptionSet, w: Workload) -> Iterator[Spare]:
    mine = {o.id: o for o in options.of(w.id) if not o.block_machines}
    for index, period in enumerate(problem.periods) if mine else ():
        served, idle = _carried(m, s, problem, options, mine, period)
        if served:
            (_, most) = max(served, key=lambda key: (served[key], key))
            at: dict[str, float] = defaultdict(float)
            for (site, id), amount in served.items():
                at[site] += amount + idle[site, id] * mine[id].per_machine
            carried = sum(at.values()) - (max(at.values()) if w.survive_site_loss else 0.0)
            yield Spare(
                w.id, period.name, carried / w.demand[index], str(mine[most].details.get("binding", "machines"))
            )


Amounts = dict[tuple[str, str], float]
"""By site and option."""


def _carried(
    m: Model, s: Solution, problem: Problem, options: OptionSet, mine: dict[str, Option], period: Period
) -> tuple[Amounts, Amounts]:
    """What is served, and machines that work beside it for nobody."""
    served: Amounts = defaultdict(float)
    idle: Amounts = defaultdict(float)
    for pool in pools(problem, options):
        units = {o.id: _units(m, s, pool, period, o) for o in pool.options}
        here = [o for o in pool.options if o.id in mine and units[o.id] > NOISE]
        if not here:
            continue
        column = m.find(name_of("servers.working", **pool.keys, period=period.name))
        working = 0.0 if column is None else float(s.values[column])
        used = sum(units[o.id] * (o.block_machines or o.replica_machines) for o in pool.options)
        for option in here:
            served[pool.site.id, option.id] += units[option.id] * option.per_machine * option.replica_machines
        best = max(here, key=lambda o: (o.per_machine, o.id))
        idle[pool.site.id, best.id] += max(0.0, working - used)
    return served, idle


def _units(m: Model, s: Solution, pool: Pool, period: Period, option: Option) -> float:
    place = {"site": pool.site.id, "hall": pool.hall.id, "period": period.name}
    column = m.find(name_of("work.units", **place, option=option.id))
    return 0.0 if column is None else float(s.values[column])
