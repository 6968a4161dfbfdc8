"""Rates follow the edges of a pipeline: what flows into every workload by hour of the week, and what that asks of it.

Streams: brokers take in what flows in, and are read once by each reader, or once by readers that share. Stages: see
planner/estimate/pipeline.py. Data sets: read by batches while they run, written as fast as data comes in, larger by
what is kept of it. Services: a request for each event.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from planner.estimate.pipeline import Hours, stage_rate
from planner.problem import Workload

WEEK = 168


@dataclass(frozen=True, slots=True)
class Flow:
    """Bytes/s and events/s by hour of the week, shape (168,), and the mean bytes/s of what is made in bursts."""

    bytes: Hours
    events: Hours
    mean: float

    def times(self, share: float) -> Flow:
        return Flow(self.bytes * share, self.events * share, self.mean * share)


NOTHING = Flow(np.zeros(WEEK), np.zeros(WEEK), 0.0)


def follow(scenario: Any, workloads: tuple[Workload, ...]) -> tuple[Workload, ...]:
    """The workloads with the demand that the pipeline's edges bring; the same where there are none."""
    edges = scenario.pipeline
    if not edges:
        return workloads
    nodes, flows = _worked(scenario, workloads)
    touched = {e.source for e in edges} | {e.to for e in edges}
    return tuple(_asked(nodes[w.id], edges, nodes, flows) if w.id in touched else w for w in workloads)


def _worked(scenario: Any, workloads: tuple[Workload, ...]) -> tuple[dict[str, Workload], list[State]]:
    """The pipeline's nodes, and its flows by period."""
    edges = scenario.pipeline
    nodes = {w.id: _outside(w, r, edges) for w, r in zip(workloads, scenario.workloads, strict=True)}
    order = _order(edges, nodes)
    return nodes, [_flows(edges, nodes, order, period) for period in range(len(workloads[0].demand))]


def rates(scenario: Any, workloads: tuple[Workload, ...]) -> list[dict[str, list[float]]]:
    """What every edge carries, bytes/s by period: at most, as its reader catches up or its batch runs, and on average.

    `workloads` as they were before anything followed.
    """
    nodes, flows = _worked(scenario, workloads)
    found = []
    for edge in scenario.pipeline:
        along = [_along(edge, nodes, state) for state in flows]
        if nodes[edge.source].kind == "dataset":
            most = [_run(edge, nodes, state, i) for i, state in enumerate(flows)]
        else:
            most = [float(f.bytes.max()) * _speed(nodes[edge.to], s) for f, s in zip(along, flows, strict=True)]
        found.append({"peak_bytes_per_s": most, "mean_bytes_per_s": [f.mean for f in along]})
    return found


def _outside(w: Workload, record: Any, edges: Sequence[Any]) -> Workload:
    """A stream whose readers the pipeline names has no other, unless the scenario counts them."""
    named = w.kind == "stream" and any(e.source == w.id for e in edges)
    return w if not named or "consumers" in record.model_fields_set else replace(w, spec={**w.spec, "consumers": 0})


def _order(edges: Sequence[Any], nodes: dict[str, Workload]) -> list[str]:
    """Nodes after all that flows into them; edges lead in no circle (planner/scenario/graph.py)."""
    waiting = {id: {e.source for e in edges if e.to == id} for id in nodes}
    order: list[str] = []
    while len(order) < len(nodes):
        ready = [id for id in nodes if id not in order and waiting[id] <= set(order)]
        order += ready
    return order


@dataclass(frozen=True, slots=True)
class State:
    """A period's flows: into and out of every node, and what each stage must work off, bytes/s."""

    into: dict[str, Flow]
    out: dict[str, Flow]
    rate: dict[str, float]
    size: dict[str, float]
    """Bytes of each dataset, with what it keeps of what flows in."""


def _flows(edges: Sequence[Any], nodes: dict[str, Workload], order: list[str], period: int) -> State:
    state = State({}, {}, {}, {})
    for id in order:
        node = nodes[id]
        parts = [_along(e, nodes, state) for e in edges if e.to == id]
        state.into[id] = _own(node, period) if node.kind == "stream" else NOTHING
        for part in parts:
            have = state.into[id]
            state.into[id] = Flow(have.bytes + part.bytes, have.events + part.events, have.mean + part.mean)
        if node.kind == "dataset":
            kept = sum(state.out[e.source].mean * e.share * (e.keep or 0.0) for e in edges if e.to == id)
            state.size[id] = node.demand[period] + kept
        if node.kind == "stage":
            state.rate[id] = stage_rate(state.into[id].bytes, node.spec)
        state.out[id] = _out(node, state)
    return state


def _along(edge: Any, nodes: dict[str, Workload], state: State) -> Flow:
    """What an edge carries; of a dataset, its share once in every batch of the reader."""
    start, end = nodes[edge.source], nodes[edge.to]
    if start.kind != "dataset":
        return state.out[edge.source].times(edge.share)
    mean = state.size[edge.source] * edge.share / float(end.spec["every"])
    size = end.spec.get("event_size")
    return Flow(np.full(WEEK, mean), np.full(WEEK, mean / size if size else 0.0), mean)


def _own(stream: Workload, period: int) -> Flow:
    rate = stream.demand[period] * stream.shape
    return Flow(rate, rate / float(stream.spec["event_size"]), float(rate.mean()))


def _out(node: Workload, state: State) -> Flow:
    into = state.into[node.id]
    if node.kind != "stage":
        return into
    output, events = float(node.spec["output"]), float(node.spec["output_events"])
    if not node.spec.get("every"):
        return Flow(into.bytes * output, into.events * events, into.mean * output)
    burst = state.rate[node.id]
    times = burst / into.mean if into.mean else 0.0
    even = np.full(WEEK, float(into.events.mean()) * events * times)
    return Flow(np.full(WEEK, burst * output), even, into.mean * output)


def _asked(w: Workload, edges: Sequence[Any], nodes: dict[str, Workload], flows: list[State]) -> Workload:
    into = [state.into[w.id] for state in flows]
    if w.kind == "dataset":
        return _dataset(w, edges, nodes, flows)
    if w.kind == "service":
        peaks = [o + float(f.events.max()) * (1 + w.surge) for o, f in zip(w.demand, into, strict=True)]
        own = w.demand[0] * w.shape if w.spec.get("rate") else np.zeros(WEEK)
        return replace(w, demand=tuple(peaks), shape=_shape(own + into[0].events * (1 + w.surge)))
    spec = dict(w.spec)
    spec["inflow_bytes_per_s"] = [float(f.bytes.max()) for f in into]
    if w.kind == "stream":
        spec["own_shape"] = w.shape.tolist()
        spec["consumers"] = max(_readers(w, edges, nodes, state) for state in flows)
        rate = [f.bytes * (1 + w.surge) - _own(w, i).bytes * w.surge for i, f in enumerate(into)]
        return replace(w, demand=tuple(float(r.max()) for r in rate), shape=_shape(rate[0]), spec=spec)
    total, events = float(into[0].bytes.sum()), float(into[0].events.sum())
    spec["event_size"] = w.spec.get("event_size") or (total / events if events else None)
    rates = tuple(state.rate[w.id] * (1 + w.surge) for state in flows)
    busy = into[0].mean if w.spec.get("every") else into[0].bytes
    return replace(w, demand=rates, shape=np.broadcast_to(busy / max(rates[0], 1e-300), (WEEK,)).copy(), spec=spec)


def _shape(rate: Hours) -> Hours:
    top = float(rate.max())
    return rate / top if top > 0 else np.ones(WEEK)


def _readers(stream: Workload, edges: Sequence[Any], nodes: dict[str, Workload], state: State) -> float:
    """How many times what flows in is read: readers from outside, and each group of readers at its fastest."""
    mine = [e for e in edges if e.source == stream.id]
    return float(stream.spec["consumers"]) + sum(_by_group(mine, lambda e: e.share * _speed(nodes[e.to], state)))


def _speed(reader: Workload, state: State) -> float:
    """How many times as fast as data comes in a reader reads at most."""
    top = float(state.into[reader.id].bytes.max())
    return max(1.0, state.rate.get(reader.id, top) / top) if top > 0 else 1.0


def _by_group(edges: Sequence[Any], of: Any) -> Iterator[float]:
    """The largest of each group that shares its reads; alone where it does not."""
    groups: dict[str, float] = {}
    for i, edge in enumerate(edges):
        name = edge.shared_read or f"\0{i}"
        groups[name] = max(groups.get(name, 0.0), of(edge))
    return iter(groups.values())


def _run(edge: Any, nodes: dict[str, Workload], state: State, period: int) -> float:
    """Bytes/s at which a batch reads its share of a dataset while it runs."""
    mean = _along(edge, nodes, state).mean
    return mean * state.rate[edge.to] / state.into[edge.to].mean if mean else 0.0


def _dataset(w: Workload, edges: Sequence[Any], nodes: dict[str, Workload], flows: list[State]) -> Workload:
    """Rates and bytes by period, put so that `spec x growth` is never less than any of them."""
    spec, own = dict(w.spec), float(w.spec["size"])
    into, outgoing = [e for e in edges if e.to == w.id], [e for e in edges if e.source == w.id]
    writes = [sum(float(state.out[e.source].bytes.max()) * e.share for e in into) for state in flows]
    reads = [sum(_by_group(outgoing, lambda e, at=i: _run(e, nodes, flows[at], at))) for i in range(len(flows))]
    demand = tuple(state.size[w.id] for state in flows)
    spec["own_size"], spec["size"] = own, own + demand[0] - w.demand[0]
    for key, more in (("read", reads), ("write", writes)):
        had = float(w.spec[key])
        asked = [had * d / own + m for d, m in zip(w.demand, more, strict=True)] if own else more
        spec[key] = max(a * spec["size"] / d for a, d in zip(asked, demand, strict=True))
    return replace(w, demand=demand, spec=spec)
