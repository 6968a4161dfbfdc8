"""Rates follow the edges of a pipeline, and what flows in is taken in, kept, worked off and made up for.

into = own + sum over edges of share x out(source);  out = into, or into x output of a stage (in batches: rate x output)
rate = peak of into, or worst mean over `every` x every / within;  + worst mean over `outage` x outage / catch_up
demand of a stage >= rate x (1 + surge);  of a stream >= peak of own + inflow x (1 + surge);  of a service >= events
readers of a stream >= sum over groups that share a read of the fastest, each rate / inflow times as fast
a dataset holds its own bytes x growth and mean inflow x keep, written as fast as data comes, read as batches run
between sites, edges go from where their source is to where their reader is: planner/audit/between.py
a stream keeps data until the slowest batch has read it after its outage; brokers' machines >= replication
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf

import numpy as np

from planner.audit.between import between
from planner.audit.verdict import Check, Floats, at_least, true
from planner.audit.view import Record, View

NAME = "pipeline"
WEEK = 168
HOUR_S = 3600.0


@dataclass
class Flows:
    """Of one period, by node: bytes/s and events/s by hour of the week, mean bytes/s, rates of stages, bytes held."""

    bytes: dict[str, Floats] = field(default_factory=dict)
    events: dict[str, Floats] = field(default_factory=dict)
    mean: dict[str, float] = field(default_factory=dict)
    out: dict[str, tuple[Floats, Floats, float]] = field(default_factory=dict)
    rate: dict[str, float] = field(default_factory=dict)
    held: dict[str, float] = field(default_factory=dict)


def check(view: View) -> Iterator[Check]:
    edges: list[Record] = view.problem["keys"].get("pipeline") or []
    stages = [id for id, w in view.workloads.items() if w["kind"] == "stage"]
    yield true("pipeline", "leads nowhere", all(any(e["to"] == id for e in edges) for id in stages))
    if not edges:
        return
    for period in view.periods:
        flows = Flows()
        for id in _order(view, edges):
            _pass(view, edges, flows, view.workloads[id], period)
        for id in dict.fromkeys([e[k] for e in edges for k in ("source", "to")]):
            yield from _asked(view, edges, flows, view.workloads[id], period)
        yield from between(view, edges, {(e["source"], e["to"]): _carries(view, flows, e) for e in edges}, period)


def _order(view: View, edges: list[Record]) -> list[str]:
    order: list[str] = []
    while len(order) < len(view.workloads):
        ready = [
            id for id in view.workloads if id not in order and all(e["source"] in order for e in edges if e["to"] == id)
        ]
        if not ready:
            raise ValueError("the pipeline goes in a circle")
        order += ready
    return order


def _grown(view: View, w: Record, period: str) -> float:
    spec = w["spec"]
    return float((1 + (spec["growth"] or 0.0)) ** view.periods[period]["begin"] * (1 + (spec["surge"] or 0.0)))


def _own(view: View, w: Record, period: str) -> Floats:
    """What a stream takes from outside, bytes/s."""
    spec = w["spec"]
    if w["kind"] != "stream" or not spec.get("events"):
        return np.zeros(WEEK)
    return float(spec["events"] * spec["event_size"]) * _grown(view, w, period) * np.array(spec["own_shape"])


def _pass(view: View, edges: list[Record], flows: Flows, w: Record, period: str) -> None:
    """A node's inflow, and what it gives."""
    id, spec = w["id"], w["spec"]
    into = _own(view, w, period)
    events = into / spec["event_size"] if w["kind"] == "stream" else np.zeros(WEEK)
    mean = float(into.mean())
    for e in (e for e in edges if e["to"] == id):
        b, n, m = _along(view, flows, e)
        into, events, mean = into + b, events + n, mean + m
    flows.bytes[id], flows.events[id], flows.mean[id] = into, events, mean
    flows.out[id] = into, events, mean
    if w["kind"] == "dataset":
        kept = sum(_along(view, flows, e)[2] * (e["keep"] or 0.0) for e in edges if e["to"] == id)
        flows.held[id] = spec.get("own_size", spec["size"]) * _grown(view, w, period) + kept
    if w["kind"] == "stage":
        rate = flows.rate[id] = _rate(into, spec)
        out, more = float(spec["output"]), float(spec["output_events"])
        flows.out[id] = into * out, events * more, mean * out
        if spec.get("every"):
            times = rate / mean if mean else 0.0
            flat = np.ones(WEEK)
            flows.out[id] = flat * rate * out, flat * float(events.mean()) * more * times, mean * out


def _along(view: View, flows: Flows, e: Record) -> tuple[Floats, Floats, float]:
    reader = view.workloads[e["to"]]["spec"]
    if view.workloads[e["source"]]["kind"] != "dataset":
        b, n, m = flows.out[e["source"]]
        return b * e["share"], n * e["share"], m * e["share"]
    mean = flows.held[e["source"]] * e["share"] / reader["every"]
    size = reader.get("event_size")
    return np.full(WEEK, mean), np.full(WEEK, mean / size if size else 0.0), mean


def _carries(view: View, flows: Flows, e: Record) -> tuple[float, float]:
    """Peak and mean bytes/s of an edge: as fast as its reader catches up, or its batch runs."""
    carried, _, mean = _along(view, flows, e)
    if view.workloads[e["source"]]["kind"] == "dataset":
        return _run(view, flows, e), mean
    return float(carried.max()) * _speed(flows, e["to"]), mean


def _speed(flows: Flows, reader: str) -> float:
    """How many times as fast as data comes in a reader reads at most."""
    top = float(flows.bytes[reader].max())
    return max(1.0, flows.rate.get(reader, top) / top) if top else 1.0


def _rate(into: Floats, spec: Record) -> float:
    peak = float(into.max())
    if spec.get("every"):
        peak = _worst(into, spec["every"]) * spec["every"] / spec["within"]
    outage = spec.get("outage") or 0.0
    return peak + (_worst(into, outage) * outage / spec["catch_up"] if outage else 0.0)


def _worst(rate: Floats, seconds: float) -> float:
    """Largest mean over so many seconds on end, the week a ring."""
    hours = min(WEEK, max(1, round(seconds / HOUR_S)))
    return max(float(np.take(rate, range(at, at + hours), mode="wrap").mean()) for at in range(WEEK))


def _asked(view: View, edges: list[Record], flows: Flows, w: Record, period: str) -> Iterator[Check]:
    id, spec, where = w["id"], w["spec"], f"{w['id']} in {period}"
    demand, surge = view.demand(id, period), spec["surge"] or 0.0
    if w["kind"] == "stage":
        yield at_least(where, "demand (B/s)", demand, flows.rate[id] * (1 + surge))
    if w["kind"] == "service":
        yield at_least(where, "demand (req/s)", demand, float(flows.events[id].max()) * (1 + surge))
    if w["kind"] == "stream":
        own = _own(view, w, period)
        yield at_least(where, "demand (B/s)", demand, float((own + (flows.bytes[id] - own) * (1 + surge)).max()))
        yield at_least(where, "readers", spec["consumers"], _readers(edges, flows, id))
        yield from _kept(view, edges, w)
        kinds = {o["machine"] for o in view.options.values() if o["workload"] == id}
        for sites in [[s] for s in w["sites"]] if w["survive_site_loss"] else [w["sites"]]:
            found = view.each("servers.working", period=period)
            there = sum(v for k, v in found if k["site"] in sites and k["machine"] in kinds)
            yield at_least(where, f"machines for copies at {', '.join(sites)}", there, spec["replication"], floor=1e-6)
    if w["kind"] == "dataset":
        grown = demand / spec["size"] if spec["size"] else 0.0
        written = sum(float(_along(view, flows, e)[0].max()) for e in edges if e["to"] == id)
        yield at_least(where, "bytes", demand, flows.held[id])
        yield at_least(where, "write rate (B/s)", spec["write"] * grown, written)
        yield at_least(where, "read rate (B/s)", spec["read"] * grown, _runs(view, edges, flows, id))


def _groups(edges: list[Record], source: str) -> list[list[Record]]:
    """Edges from a source, those that share a read together."""
    found: dict[str, list[Record]] = {}
    for i, e in enumerate(e for e in edges if e["source"] == source):
        found.setdefault(e["shared_read"] or f"\0{i}", []).append(e)
    return list(found.values())


def _readers(edges: list[Record], flows: Flows, id: str) -> float:
    return sum(max(float(e["share"]) * _speed(flows, e["to"]) for e in group) for group in _groups(edges, id))


def _runs(view: View, edges: list[Record], flows: Flows, id: str) -> float:
    return sum(max(_run(view, flows, e) for e in group) for group in _groups(edges, id))


def _run(view: View, flows: Flows, e: Record) -> float:
    """Bytes/s at which a batch reads its share while it runs."""
    mean = _along(view, flows, e)[2]
    return mean * flows.rate[e["to"]] / flows.mean[e["to"]] if mean else 0.0


def _kept(view: View, edges: list[Record], w: Record) -> Iterator[Check]:
    for e in (e for e in edges if e["source"] == w["id"]):
        reader = view.workloads[e["to"]]["spec"]
        needed = (reader.get("every") or 0.0) + (reader.get("outage") or 0.0)
        yield at_least(w["id"], f"seconds kept for {e['to']}", w["spec"]["retention"], needed)
        given = (reader.get("catch_up") or inf) if reader.get("outage") else 1.0
        yield true(w["id"], f"{e['to']} never catches up", given < inf)
