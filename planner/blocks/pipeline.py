"""Pipeline: streams keep their copies apart; rates, reads and catching up are in the demand of its workloads already.

    working machines of the kinds a stream may run on >= replication                  'pipeline.copies[...]'
    in(stage) = sum over edges of share x out(source);  out = in x output             resolved before the model
    rate(stage) = in, or in x every / within in batches;  + in x outage / catch_up    resolved before the model
    in(brokers) <= what drives, disks, NICs and cores bear, linear in brokers         planner/estimate/stream.py

Only streams of a pipeline are held to this: elsewhere brokers may share a machine, as before there were pipelines.

Where sites have links (block wan), every edge says from where to where its data flows:

    sum over from and to of share = 1                                             'pipeline.whole[flow,period]'
    sum over to of share <= served, or TB, at from / all of it                    'pipeline.from[flow,site,period]'
    sum over from of share <= served at to / demand                               'pipeline.to[flow,to,period]'
    into a dataset: sum over from of share >= TB at to / all of it, of each copy  'pipeline.copy[flow,to,period]'
                    share <= served at from / demand                              'pipeline.each[flow,site,to,period]'
    sent >= peak of the edge x share                                              'pipeline.peak[flow,...]'
    moved >= its mean x share                                                     'pipeline.mean[flow,...]'

What stays at a site costs nothing. Readers that share a read are sent it once. Of a dataset its hottest band counts.

| symbol | name in code | unit | meaning |
| share | pipeline.share[flow,site,to,period] | - | of an edge's data that goes from a site to another, or stays |
| sent | pipeline.sent[reads,site,to,period] | GB/s | of a read, at the peak |
| moved | pipeline.moved[reads,site,to,period] | GB/s | the same on average |
| replication | workload.replication | copies | of every byte, each on a machine of its own |
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from planner.model import Col, Model, name_of
from planner.options.bands import bands
from planner.options.types import OptionSet
from planner.problem import Period, Problem, Workload


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
    _copies(m, problem, options)
    for edge in problem.keys.get("pipeline") or () if "wan" in problem.keys else ():
        for index, period in enumerate(problem.periods):
            _edge(m, problem, options, edge, period, index)


def _copies(m: Model, problem: Problem, options: OptionSet) -> None:
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


GB = 1e9
Parts = dict[str, dict[Col, float]]
"""By site: the share of a workload that is there, as a sum over columns."""


def _edge(m: Model, problem: Problem, options: OptionSet, edge: dict[str, Any], period: Period, index: int) -> None:
    """Where an edge's data comes from and goes to, and what of it leaves a site."""
    work = {w.id: w for w in problem.workloads}
    start, end = work[edge["source"]], work[edge["to"]]
    gives, takes = (_there(m, problem, options, w, period, index) for w in (start, end))
    keys = {"flow": f"{start.id}>{end.id}", "period": period.name}
    shares: dict[tuple[str, str], Col] = {}
    for site in start.sites:
        for to in end.sites:
            if site == to or m.has_row(name_of("wan.carried", site=site, to=to, period=period.name)):
                name = name_of("pipeline.share", site=site, to=to, **keys)
                shares[site, to] = m.column(name, origin=start.origin, hi=1.0)
    into = end.kind == "dataset"
    for to in end.sites:
        here = {c: 1.0 for (_, t), c in shares.items() if t == to}
        less = {c: -v for c, v in takes[to].items()}
        m.row(
            name_of(f"pipeline.{'copy' if into else 'to'}", to=to, **keys),
            here | less,
            ">=" if into else "<=",
            origin=end.origin,
        )
    for site in start.sites:
        less = {c: -v for c, v in gives[site].items()}
        mine = {pair: c for pair, c in shares.items() if pair[0] == site}
        if not into:
            m.row(
                name_of("pipeline.from", site=site, **keys),
                dict.fromkeys(mine.values(), 1.0) | less,
                "<=",
                origin=start.origin,
            )
        for (_, to), c in mine.items() if into else ():
            m.row(name_of("pipeline.each", site=site, to=to, **keys), {c: 1.0} | less, "<=", origin=start.origin)
    if not into:
        m.row(name_of("pipeline.whole", **keys), dict.fromkeys(shares.values(), 1.0), ">=", 1.0, origin=start.origin)
    for (site, to), share in shares.items():
        if site != to:
            _send(m, edge, period, index, (site, to), share)


def _there(m: Model, problem: Problem, options: OptionSet, w: Workload, period: Period, index: int) -> Parts:
    """How much of a workload is at each site: of its demand that is served there, of a dataset its hottest bytes."""
    found: Parts = defaultdict(dict)
    if w.kind == "dataset":
        band = bands(problem, w, index)[0]
        keys = {"dataset": w.id, "band": band.name, "period": period.name}
        for site in w.sites:
            for tier in band.tiers:
                column = m.find(name_of("storage.tb", site=site, tier=tier.id, **keys))
                if column is not None:
                    found[site][column] = 1.0 / band.tb
        return found
    mine = {o.id: o for o in options.of(w.id)}
    for _, column in m.family("work.units"):
        keys = m.columns[column].keys
        option = mine.get(keys["option"])
        if option is not None and keys["period"] == period.name:
            each = w.demand[index] if option.block_machines else option.per_machine * option.replica_machines
            found[keys["site"]][column] = each / w.demand[index]
    return found


def _send(m: Model, edge: dict[str, Any], period: Period, index: int, pair: tuple[str, str], share: Col) -> None:
    """What goes over a link: once for all readers that share a read."""
    group = edge["shared_read"]
    reads = f"{edge['source']}>({group})" if group else f"{edge['source']}>{edge['to']}"
    place = {"site": pair[0], "to": pair[1], "period": period.name}
    seconds = 3600.0 * float(period.calendar.weight.sum())
    rates = (("sent", "peak", "carried", 1.0), ("moved", "mean", "volume", seconds))
    for family, what, row, each in rates:
        name = name_of(f"pipeline.{family}", reads=reads, **place)
        column = m.find(name)
        if column is None:
            column = m.column(name, origin=m.columns[share].origin, unit="GB/s")
            m.extend(name_of(f"wan.{row}", **place), {column: each})
        terms = {share: edge[f"{what}_bytes_per_s"][index] / GB, column: -1.0}
        m.row(
            name_of(f"pipeline.{what}", flow=f"{edge['source']}>{edge['to']}", **place),
            terms,
            "<=",
            origin=m.columns[share].origin,
        )
