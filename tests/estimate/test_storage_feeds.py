"""What accelerators read by the step, against MLPerf Storage v1.0; and a dataset that says what it feeds, planned."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planner import driver
from planner.audit import audit
from planner.estimate.store import feed_bytes_per_s
from planner.yaml12 import parse

ROOT = Path(__file__).resolve().parents[2]
ROWS = ROOT / "benchmarks" / "data" / "peers" / "storage_mlperf_v1.yaml"
PUBLISHED: dict[str, Any] = parse(ROWS.read_text("utf-8"), ROWS.name).data
MIB, START_UP = 2**20, 0.05
"""What was reported has start-up in it: some rows lie a little below what the benchmark asks of the steady state."""
WORKLOADS = {(w["model"], w["accelerator"]): w for w in PUBLISHED["workloads"]}


def mib_per_s(model: str, accelerator: str, utilisation: float | None = None, count: int = 1) -> float:
    w = WORKLOADS[model, accelerator]
    asked = w["utilisation"] if utilisation is None else utilisation
    return feed_bytes_per_s(count, w["record_bytes"], w["batch"], w["step_s"], asked) / MIB


@pytest.mark.parametrize("key", WORKLOADS, ids=lambda k: " ".join(k))
def test_the_rate_lies_within_the_band_that_was_measured(key: tuple[str, str]) -> None:
    """At the utilisation asked: within the published range, and within 5 % of its median, of 130 rows in all."""
    w, rate = WORKLOADS[key], mib_per_s(*key)
    assert w["least"] * (1 - START_UP) <= rate <= w["most"]
    assert rate == pytest.approx(w["median_mib_per_s"], rel=START_UP)
    assert w["most"] <= mib_per_s(*key, utilisation=1.0)


@pytest.mark.parametrize("row", PUBLISHED["systems"], ids=lambda r: f"{r['org']} {r['model']}")
def test_whole_systems_read_between_what_is_asked_and_what_accelerators_can_take(row: dict[str, Any]) -> None:
    asked, most = (mib_per_s(row["model"], row["accelerator"], u, row["accelerators"]) for u in (None, 1.0))
    assert asked * (1 - START_UP) <= row["mib_per_s"] <= most


def test_mib_are_not_mb() -> None:
    assert feed_bytes_per_s(1, 146600628, 7, 0.323, 1.0) == pytest.approx(3029.9 * MIB, rel=1e-4)
    assert feed_bytes_per_s(1, 146600628, 7, 0.323, 1.0) / 1e6 == pytest.approx(3177, rel=1e-3)


def test_a_dataset_that_feeds_accelerators_is_read_at_their_rate(tmp_path: Path) -> None:
    text = """\
aiplan: 1
name: images
sites:
  - {id: va, location: {latitude: 39, longitude: -77}, region: us_pjm_virginia, cooling: [air_chilled_water]}
workloads:
  - kind: dataset
    id: images
    size: 20 TB
    hot: 100%
    read: 1 GB/s
    feeds: {accelerators: 512, record: 114660.07 B, batch: 400, step: 224 ms}
"""
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    plan = json.loads(driver.solve(tmp_path / "s.yaml", hours=24).model_dump_json())
    rate = 1.0 + mib_per_s("resnet50", "h100", 0.9, 512) * MIB / 1e9
    tiers = {t["id"]: t for t in plan["problem"]["tiers"]}
    read = sum(s["needs"]["read"] * tiers[s["tier"]]["read_gb_per_s"] for s in plan["stores"])
    assert read == pytest.approx(rate, rel=1e-6)
    plan["problem"]["workloads"][0]["spec"]["feeds"]["accelerators"] = 1024
    assert "storage" in {f.law for f in audit(plan).findings}
