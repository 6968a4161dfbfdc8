"""Pipelines in plans: copies apart, the bottleneck named, and a law that sees what was forgotten."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import golden
import pytest
from block_rows import rows

from planner import driver
from planner.audit import audit
from planner.blocks import assemble

HERE = Path(__file__).parent
SCENARIO = """\
aiplan: 1
name: pipe
sites:
  - id: north
    location: {latitude: 39.04, longitude: -77.49}
    region: us_pjm_virginia
    cooling: [air_chilled_water]
hardware: {allow: [amd_epyc_9654_2s]}
workloads:
  - {kind: stream, id: clicks, events: 200000 /s, event_size: 1 kB, retention: 24 h, shape: office, surge: 10%}
  - {kind: stage, id: enrich, processing: heap, output: 0.5, outage: 2 h, catch_up: 4 h}
  - {kind: stage, id: fraud, processing: rocksdb, output: 0}
  - {kind: stream, id: enriched, event_size: 500 B, retention: 1 h, replication: 4, consumers: 1}
  - {kind: stage, id: nightly, throughput: {amd_epyc_9654_2s: 1.5 GB/s}, every: 1 day, within: 2 h, output: 0.1}
  - {kind: dataset, id: lake, size: 100 TB}
  - {kind: dataset, id: features, size: 5 TB}
  - {kind: service, id: scores, throughput: {amd_epyc_9654_2s: 50000 /s}}
pipeline:
  - {from: clicks, to: enrich, shared_read: live}
  - {from: clicks, to: fraud, shared_read: live}
  - {from: enrich, to: enriched}
  - {from: enriched, to: lake, keep: 30 days}
  - {from: enriched, to: scores, share: 20%}
  - {from: lake, to: nightly, share: 5%}
  - {from: nightly, to: features}
"""
SMALL = SCENARIO.replace("200000 /s", "200 /s").replace("100 TB", "100 GB")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return solved(tmp_path_factory.mktemp("pipe"), SCENARIO)


def solved(folder: Path, text: str) -> dict[str, Any]:
    path = folder / "pipe.yaml"
    path.write_text(text, encoding="utf-8")
    found: dict[str, Any] = json.loads(driver.solve(path, hours=24).model_dump_json())
    return found


def test_a_plan_passes_every_law_and_nothing_is_unread(whole: dict[str, Any]) -> None:
    verdict = audit(whole)
    assert verdict.accepted
    assert dict(verdict.checked)["pipeline"] > 15
    assert not [n for n in verdict.notes if "read by no law" in n]


def test_brokers_of_a_small_stream_are_no_fewer_than_its_copies(tmp_path: Path) -> None:
    plan = solved(tmp_path, SMALL)
    assert sum(s["quantity"] for s in plan["sizing"] if s["kind"] == "machine working") >= 4


def test_the_bottleneck_is_named_by_the_numbers_of_the_plan(whole: dict[str, Any]) -> None:
    (note,) = [n for n in whole["notes"] if n.startswith("Bottleneck")]
    working = sum(s["quantity"] for s in whole["sizing"] if s["kind"] == "machine working")
    idle = working - sum(w["machines"] for w in whole["work"])
    options = {o["id"]: o for o in whole["options"]}
    demand = {w["id"]: w["demand"][0] for w in whole["problem"]["workloads"]}
    spare = {
        w["workload"]: (w["served"] + idle * options[w["option"]]["per_machine"]) / demand[w["workload"]]
        for w in whole["work"]
    }
    least = min(spare, key=lambda id: spare[id])
    assert f": {least} would carry {spare[least]:.3g} times" in note
    assert options[next(w["option"] for w in whole["work"] if w["workload"] == least)]["details"]["binding"] in note


def test_two_pipelines_have_a_bottleneck_each(tmp_path: Path) -> None:
    text = SMALL.replace("pipeline:\n", "  - {kind: stage, id: apart, processing: heap}\npipeline:\n")
    text = text.replace(
        "workloads:\n", "workloads:\n  - {kind: stream, id: other, events: 9 /s, event_size: 1 kB, retention: 1 h}\n"
    )
    plan = solved(tmp_path, text + "  - {from: other, to: apart}\n")
    assert len([n for n in plan["notes"] if n.startswith("Bottleneck")]) == 2


def test_rows(tmp_path: Path) -> None:
    path = tmp_path / "pipe.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    made = driver.prepare(path, hours=24)
    golden.check(HERE / "golden" / "pipeline.txt", rows(assemble(made.problem, made.options), "pipeline"))


Edit = Callable[[dict[str, Any]], None]


def spec(plan: dict[str, Any], id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(w for w in plan["problem"]["workloads"] if w["id"] == id)["spec"]
    return found


def edge(plan: dict[str, Any], source: str, to: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        e for e in plan["problem"]["keys"]["pipeline"] if (e["source"], e["to"]) == (source, to)
    )
    return found


EDITS: dict[str, Edit] = {
    "output forgotten": lambda p: spec(p, "enrich").update(output=0.6),
    "outage forgotten": lambda p: spec(p, "enrich").update(outage=3 * 3600.0),
    "catching up too slow": lambda p: spec(p, "enrich").update(catch_up=3600.0),
    "batch too slow": lambda p: spec(p, "nightly").update(within=3600.0),
    "more kept": lambda p: edge(p, "enriched", "lake").update(keep=31 * 86400.0),
    "a larger share": lambda p: edge(p, "lake", "nightly").update(share=0.06),
    "events forgotten": lambda p: edge(p, "enriched", "scores").update(share=0.3),
    "reads not shared": lambda p: edge(p, "clicks", "fraud").update(shared_read="alone"),
    "forgotten before it is read": lambda p: spec(p, "clicks").update(retention=3600.0),
    "copies on one machine": lambda p: spec(p, "enriched").update(replication=99),
    "surge forgotten": lambda p: spec(p, "enriched").update(surge=0.2),
    "a circle": lambda p: p["problem"]["keys"]["pipeline"].append(
        {**edge(p, "clicks", "enrich"), "source": "enriched", "to": "clicks"}
    ),
    "an edge lost": lambda p: p["problem"]["keys"]["pipeline"].remove(edge(p, "clicks", "fraud")),
}


@pytest.mark.parametrize("name", list(EDITS))
def test_the_law_sees(name: str, whole: dict[str, Any]) -> None:
    plan = copy.deepcopy(whole)
    EDITS[name](plan)
    assert "pipeline" in {f.law for f in audit(plan).findings}
