"""Rates along the edges of a pipeline, by hand and by what always holds."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.problem import Workload
from planner.resolve.periods import periods
from planner.resolve.pipeline import follow
from planner.resolve.workloads import workloads
from planner.scenario import loads

HEAD = """\
aiplan: 1
name: pipe
sites:
  - {id: va, location: {latitude: 39.0, longitude: -77.5}, region: us_pjm_virginia}
workloads:
"""
CLICKS = "  - {kind: stream, id: clicks, events: 1000 /s, event_size: 1 kB, retention: 48 h%s}\n"
ENRICH = "  - {kind: stage, id: enrich, processing: heap%s}\n"


def followed(text: str, spans: Any = None) -> dict[str, Workload]:
    """Workloads by id, with what the edges bring."""
    from datetime import date

    import toys

    scenario = loads((HEAD + text).encode(), "s.yaml", Path())
    dated = periods(spans or [("y1", date(2027, 1, 1), date(2028, 1, 1))], 0.0, lambda a, b: toys.calendar())
    return {w.id: w for w in follow(scenario, workloads(scenario, dated, Path()))}


def test_without_edges_workloads_are_as_they_were() -> None:
    found = followed(CLICKS % "")
    assert found["clicks"].demand == (1e6,)
    assert "inflow_bytes_per_s" not in found["clicks"].spec


CHAIN = """\
  - {kind: stream, id: enriched, event_size: 500 B, retention: 6 h}
  - {kind: dataset, id: lake, size: 10 TB, write: 1 MB/s}
pipeline:
  - {from: clicks, to: enrich%s}
  - {from: enrich, to: enriched}
  - {from: enriched, to: lake%s}
"""


def chain(*, enrich: str = "", read: str = "", keep: str = "") -> dict[str, Workload]:
    return followed(CLICKS % "" + ENRICH % enrich + CHAIN % (read, keep))


def test_rates_follow_the_edges() -> None:
    found = chain(enrich=", output: 0.25", keep=", keep: 10 days")
    assert found["enrich"].demand == pytest.approx((1e6,))
    assert found["enriched"].demand == pytest.approx((0.25e6,))
    lake = found["lake"]
    assert lake.demand == pytest.approx((10e12 + 0.25e6 * 864_000,))
    assert lake.spec["write"] * lake.demand[0] / lake.spec["size"] == pytest.approx(1e6 + 0.25e6)
    assert lake.spec["own_size"] == 10e12


def test_shares_and_event_sizes() -> None:
    found = chain(enrich=", output: 0.5, output_events: 2", read=", share: 40%")
    assert found["enrich"].demand == pytest.approx((0.4e6,))
    assert found["enrich"].spec["event_size"] == pytest.approx(1000.0)
    assert found["enriched"].demand == pytest.approx((0.2e6,))


def test_shapes_and_growth_and_surge_flow_on() -> None:
    from datetime import date

    text = CLICKS % ", shape: office, growth: 100%, surge: 50%" + ENRICH % ", surge: 20%"
    text += "pipeline:\n  - {from: clicks, to: enrich}\n"
    spans = [("y1", date(2027, 1, 1), date(2028, 1, 1)), ("y2", date(2028, 1, 1), date(2029, 1, 1))]
    found = followed(text, spans)
    assert found["clicks"].demand == pytest.approx((1.5e6, 3.0e6))
    assert found["enrich"].demand == pytest.approx((1.5e6 * 1.2, 3.0e6 * 1.2))
    assert found["enrich"].shape * 1.2 == pytest.approx(found["clicks"].shape)


def test_two_sources_add_up_hour_by_hour() -> None:
    early, late = [1] * 12 + [0] * 12, [0] * 12 + [1] * 12
    text = CLICKS % f", shape: {{hourly: {early}}}"
    text += (CLICKS % f", shape: {{hourly: {late}}}").replace("clicks", "b").replace("1000", "600")
    text += ENRICH % "" + "pipeline:\n  - {from: clicks, to: enrich}\n  - {from: b, to: enrich}\n"
    assert followed(text)["enrich"].demand == pytest.approx((1e6,))


READERS = (
    CLICKS % "%s" + "".join(f"  - {{kind: stage, id: s{i}, processing: heap}}\n" for i in range(3)) + "pipeline:\n"
)


def readers(names: list[str], clicks: str = "") -> float:
    edges = "".join(f"  - {{from: clicks, to: s{i}{n and f', shared_read: {n}'}}}\n" for i, n in enumerate(names))
    return float(followed(READERS % clicks + edges)["clicks"].spec["consumers"])


def test_duplicate_reads_are_shared_where_allowed() -> None:
    assert readers(["", "", ""]) == 3
    assert readers(["live", "live", ""]) == 2
    assert readers(["live", "live", "live"]) == 1
    assert readers(["live", "live", "live"], ", consumers: 2") == 3


def test_who_catches_up_reads_faster() -> None:
    text = CLICKS % "" + ENRICH % ", outage: 2 h, catch_up: 4 h" + "pipeline:\n  - {from: clicks, to: enrich}\n"
    found = followed(text)
    assert found["enrich"].demand == pytest.approx((1.5e6,))
    assert found["clicks"].spec["consumers"] == pytest.approx(1.5)


def test_batches_over_a_dataset() -> None:
    text = "  - {kind: dataset, id: lake, size: 72 TB}\n  - {kind: dataset, id: out, size: 1 TB}\n"
    text += "  - {kind: stage, id: a, throughput: {x: 1 GB/s}, every: 1 day, within: 2 h, output: 0.1}\n"
    text += "  - {kind: stage, id: b, throughput: {x: 1 GB/s}, every: 1 day, within: 4 h}\n"
    edges = "pipeline:\n  - {from: lake, to: a, share: 10%%%s}\n  - {from: lake, to: b, share: 10%%%s}\n"
    alone = followed(text + edges % ("", "") + "  - {from: a, to: out, keep: 30 days}\n")
    assert alone["a"].demand == pytest.approx((1e9,))
    assert alone["lake"].spec["read"] == pytest.approx(1e9 + 0.5e9)
    assert alone["out"].spec["write"] == pytest.approx(0.1e9)
    assert alone["out"].demand == pytest.approx((1e12 + 30 * 0.72e12,))
    assert alone["a"].shape == pytest.approx(np.full(168, 2 / 24))
    shared = followed(text + edges % (", shared_read: scan", ", shared_read: scan"))
    assert shared["lake"].spec["read"] == pytest.approx(1e9)


def test_a_batch_reads_what_a_dataset_has_grown_to() -> None:
    text = CLICKS % "" + "  - {kind: dataset, id: lake, size: 1 TB}\n"
    text += "  - {kind: stage, id: scan, throughput: {x: 1 GB/s}, every: 1 day, within: 1 day}\n"
    text += "pipeline:\n  - {from: clicks, to: lake, keep: 100 days}\n  - {from: lake, to: scan}\n"
    found = followed(text)
    assert found["scan"].demand == pytest.approx(((1e12 + 1e6 * 8.64e6) / 86400,))


def test_a_service_answers_each_event() -> None:
    text = CLICKS % "" + "  - {kind: service, id: scores, work: fraud_scoring}\n"
    text += "pipeline:\n  - {from: clicks, to: scores, share: 30%}\n"
    assert followed(text)["scores"].demand == pytest.approx((300.0,))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([0.1, 0.5, 1.0, 2.0]), min_size=1, max_size=5), st.floats(1, 1000))
def test_a_chain_multiplies_and_scales(outputs: list[float], events: float) -> None:
    text = f"  - {{kind: stream, id: s, events: {events} /s, event_size: 1 kB, retention: 1 h}}\n"
    text += "".join(f"  - {{kind: stage, id: n{i}, processing: heap, output: {o}}}\n" for i, o in enumerate(outputs))
    names = ["s", *(f"n{i}" for i in range(len(outputs)))]
    text += "pipeline:\n" + "".join(f"  - {{from: {a}, to: {b}}}\n" for a, b in pairwise(names))
    found = followed(text)
    for i in range(len(outputs)):
        assert found[f"n{i}"].demand[0] == pytest.approx(events * 1000 * float(np.prod(outputs[:i])))


def test_the_order_of_edges_and_workloads_changes_nothing() -> None:
    lines = [CLICKS % "", ENRICH % ", output: 0.5", "  - {kind: stage, id: late, processing: rocksdb}\n"]
    edges = ["  - {from: clicks, to: enrich}\n", "  - {from: enrich, to: late}\n", "  - {from: clicks, to: late}\n"]
    one = followed("".join(lines) + "pipeline:\n" + "".join(edges))
    other = followed("".join(lines[::-1]) + "pipeline:\n" + "".join(edges[::-1]))

    def told(w: Workload) -> Any:
        return replace(w, origin="", shape=w.shape.tolist())

    assert {id: told(w) for id, w in one.items()} == {id: told(w) for id, w in other.items()}
