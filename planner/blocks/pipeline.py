"""Pipeline: streams keep their copies apart; rates, reads and catching up are in the demand of its workloads already.

    working machines of the kinds a stream may run on >= replication                  'pipeline.copies[...]'
    in(stage) = sum over edges of share x out(source);  out = in x output             resolved before the model
    rate(stage) = in, or in x every / within in batches;  + in x outage / catch_up    resolved before the model
    in(brokers) <= what drives, disks, NICs and cores bear, linear in brokers         planner/estimate/stream.py

Only streams of a pipeline are held to this: elsewhere brokers may share a machine, as before there were pipelines.

| symbol | name in code | unit | meaning |
| replication | workload.replication | copies | of every byte, each on a machine of its own |
"""

from __future__ import annotations

from dataclasses import replace

from planner.model import Model, name_of
from planner.options.types import OptionSet
from planner.problem import Problem, Workload


def adjust(problem: Problem, options: OptionSet) -> tuple[Problem, OptionSet]:
    """Room for as many brokers as copies, however small the stream."""
    copies = {w.id: float(w.spec["replication"]) for w in streams(problem)}
    if not copies:
        return problem, options
    made = tuple(
        replace(o, details={**o.details, "machines_apart": copies[o.workload]}) if o.workload in copies else o
        for o in options.options
    )
    return problem, OptionSet(made, options.excuses)


def streams(problem: Problem) -> list[Workload]:
    """Streams that some edge of the pipeline touches."""
    edges = problem.keys.get("pipeline") or ()
    touched = {e["source"] for e in edges} | {e["to"] for e in edges}
    return [w for w in problem.workloads if w.kind == "stream" and w.id in touched]


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    for stream in streams(problem):
        kinds = {o.machine for o in options.of(stream.id)}
        places = [(s,) for s in stream.sites] if stream.survive_site_loss else [stream.sites]
        for period in problem.periods:
            for sites in places:
                found = {
                    c: 1.0
                    for _, c in m.family("servers.working")
                    if (keys := m.columns[c].keys)["period"] == period.name
                    and keys["site"] in sites
                    and keys["machine"] in kinds
                }
                where = sites[0] if len(sites) == 1 else "any"
                name = name_of("pipeline.copies", workload=stream.id, site=where, period=period.name)
                m.row(name, found, ">=", float(stream.spec["replication"]), origin=stream.origin)
