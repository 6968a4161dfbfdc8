"""Pipelines over several sites: what leaves a site is paid for and needs a link, and work follows its data."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planner import driver
from planner.audit import audit
from planner.errors import Infeasible

SCENARIO = """\
aiplan: 1
name: pipe
sites:
  - {id: north, location: {latitude: 39.04, longitude: -77.49}, region: us_pjm_virginia, cooling: [air_chilled_water]}
  - {id: south, location: {latitude: 39.96, longitude: -82.99}, region: us_pjm_ohio, cooling: [air_chilled_water]}
wan: {price: 20 USD/GB}
hardware: {allow: [amd_epyc_9654_2s]}
workloads:
  - {kind: stream, id: clicks, events: 200000 /s, event_size: 1 kB, retention: 24 h, shape: office, sites: [north]}
  - {kind: stage, id: enrich, processing: heap, output: 0.5, outage: 2 h, catch_up: 4 h}
  - {kind: stage, id: fraud, processing: rocksdb, output: 0, sites: [south]}
  - {kind: stream, id: enriched, event_size: 500 B, retention: 1 h, replication: 2, consumers: 1}
  - {kind: dataset, id: lake, size: 100 TB, copies: 2}
pipeline:
  - {from: clicks, to: enrich, shared_read: live}
  - {from: clicks, to: fraud, shared_read: live}
  - {from: enrich, to: enriched}
  - {from: enriched, to: lake, keep: 30 days}
"""
Plan = dict[str, Any]


def solved(folder: Path, text: str) -> Plan:
    path = folder / "pipe.yaml"
    path.write_text(text, encoding="utf-8")
    found: Plan = json.loads(driver.solve(path, hours=24, gap=1e-7).model_dump_json())
    return found


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return solved(tmp_path_factory.mktemp("pipe"), SCENARIO)


def sent(plan: Plan, family: str = "pipeline.sent") -> dict[str, float]:
    return {c["keys"]["reads"]: c["value"] for c in plan["columns"] if c["family"] == family and c["value"] > 1e-4}


def sites(plan: Plan, workload: str) -> set[str]:
    return {w["site"] for w in plan["work"] if w["workload"] == workload and w["served"] > 1.0}


def test_a_shared_read_crosses_once_and_work_follows_its_data(whole: Plan) -> None:
    """Clicks must reach fraud in the south: enrich reads the same copy there, as fast as it catches up."""
    assert sites(whole, "enrich") == sites(whole, "fraud") == {"south"}
    assert sent(whole)["clicks>(live)"] == pytest.approx(0.299)  # 200 MB/s, and 2 h of its busiest within 4 h


def test_each_copy_of_a_dataset_is_written(whole: Plan) -> None:
    into = {c["keys"]["to"]: 0.0 for c in whole["columns"] if c["family"] == "pipeline.share"}
    for c in whole["columns"]:
        if c["family"] == "pipeline.share" and c["keys"]["flow"] == "enriched>lake":
            into[c["keys"]["to"]] += c["value"]
    assert into == {"north": pytest.approx(1.0), "south": pytest.approx(1.0)}


def test_what_leaves_a_site_is_paid(whole: Plan) -> None:
    moved = sum(sent(whole, "pipeline.moved").values()) * 24 * 3600
    assert moved > 0
    bill = sum(x["amount_usd"] for x in whole["ledger"] if x["account"] == "wan")
    factor = whole["problem"]["periods"][0]["value_factor"]
    assert bill == pytest.approx(moved * 20 * factor, rel=1e-3)


def test_reads_that_are_not_shared_cross_twice(tmp_path: Path) -> None:
    apart = SCENARIO.replace(", shared_read: live", "").replace("id: enrich,", "id: enrich, sites: [south],")
    plan = solved(tmp_path, apart)
    assert sent(plan)["clicks>enrich"] == pytest.approx(0.299)
    assert sent(plan)["clicks>fraud"] == pytest.approx(0.2)


def test_without_the_key_nothing_is_said_of_links(tmp_path: Path) -> None:
    plan = solved(tmp_path, SCENARIO.replace("wan: {price: 20 USD/GB}\n", ""))
    assert not [c for c in plan["columns"] if c["family"].startswith(("wan", "pipeline"))]
    assert "peak_bytes_per_s" not in plan["problem"]["keys"]["pipeline"][0]


def test_an_edge_between_sites_needs_a_link_wide_enough(tmp_path: Path) -> None:
    wide = "wan: {links: [{from: north, to: south, capacity: %s}]}"
    narrow = SCENARIO.replace("wan: {price: 20 USD/GB}", wide % "0.199 GB/s")
    with pytest.raises(Infeasible):
        solved(tmp_path, narrow)
    plan = solved(tmp_path, SCENARIO.replace("wan: {price: 20 USD/GB}", wide % "0.3 GB/s"))
    (note,) = [n for n in plan["notes"] if n.startswith("Bottleneck")]
    assert "the link from north to south would carry 1 times" in note


EDITS: dict[str, tuple[str, Callable[[Plan], object]]] = {
    "less sent": ("pipeline", lambda p: _put(p, "pipeline.sent", 0.1)),
    "less moved": ("pipeline", lambda p: _put(p, "pipeline.moved", 0.01)),
    "comes from where it is not": ("pipeline", lambda p: _move(p, "clicks>fraud")),
    "nothing flows": ("pipeline", lambda p: _put(p, "pipeline.share", 0.0)),
    "sent over no link": ("pipeline", lambda p: p["problem"]["keys"].update(wan=None)),
    "the link carries less than is sent": ("wan", lambda p: _put(p, "wan.gb_per_s", 0.1)),
    "moved and not counted": ("wan", lambda p: _put(p, "wan.gb", 1.0)),
}


def _put(plan: Plan, family: str, value: float) -> None:
    next(c for c in plan["columns"] if c["family"] == family and c["value"] > 0.05).update(value=value)


def _move(plan: Plan, flow: str) -> None:
    found = next(c for c in plan["columns"] if c["keys"].get("flow") == flow)
    found["keys"]["site"] = "south"


@pytest.mark.parametrize("name", EDITS)
def test_the_audit_sees(name: str, whole: Plan) -> None:
    law, edit = EDITS[name]
    assert audit(whole).accepted
    spoiled = copy.deepcopy(whole)
    edit(spoiled)
    assert law in {f.law for f in audit(spoiled).findings}
