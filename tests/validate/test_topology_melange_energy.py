"""Published fabrics and Mélange's case come out exactly; energy rows by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planner.catalog import load
from planner.validate.books import Books, books
from planner.validate.entry import Entry
from planner.validate.reading import entries
from planner.validate.run import Result, validate

DATA = Path(__file__).parents[2] / "benchmarks" / "data"


@pytest.fixture(scope="module")
def known() -> Books:
    return books(load())


def found(known: Books, data: dict[str, Any]) -> dict[str, Result]:
    return {r.field: r for r in validate([Entry(data)], known).results}


def test_every_published_count_of_a_clos_is_met(known: Books) -> None:
    results = [r for r in validate(entries(DATA / "topology_reference.yaml"), known).results if not r.excluded]
    assert len(results) > 100
    assert [r.name for r in results if r.predicted != r.measured] == []
    tables = [r for r in results if r.labels["tiers"] in ("2 tiers", "3 tiers")]
    assert sum(r.field not in ("tiers", "core") or bool(r.measured) for r in tables) >= 86
    assert len({(r.name, r.field) for r in results}) == len(results)  # one row for each figure


def test_what_is_no_count_is_left_out_with_the_reason(known: Books) -> None:
    made = validate(entries(DATA / "topology_reference.yaml"), known).results
    results = {(r.name, r.field): r.excluded for r in made}
    (why,) = [text for (_, field), text in results.items() if field == "gpus_printed"]
    assert why == "its own row contradicts it: 1,296 nodes and 10,368 cables are 10,368 GPUs"
    sums = [text for (_, field), text in results.items() if field == "gpu_bw_TBps"]
    assert sums == ["a printed sum of bandwidth, no count"]
    aside = {key: text for key, text in results.items() if text}
    assert all(field for _, field in aside)  # one row for each figure that is left out, too
    portless = {key for key, text in aside.items() if text.startswith("the row prints no ports of its switches")}
    named = {("juniper_qpp_lab", "spines"), ("meta_llama3_24k", "gpus")}
    assert portless == named | {("juniper_inference_frontend", field) for field in ("leaves", "spines")}
    assert len(aside) == 8


def test_parts_are_multiplied_where_no_ports_are_printed(known: Books) -> None:
    """16 leaves of four uplinks at 400 Gb/s carry 25.6 Tb/s; at 200 Gb/s half of it, two to one."""
    row = {"src": "x", "leaves": 16, "stripes": 2, "leaves_per_stripe": 8, "leaf_uplink": "4 x 400G"}
    row |= {"leaf_spine_total_Tbps": 25.6, "server_to_leaf_Tbps_8_servers": 25.6, "oversubscription_now": "1:1"}
    made = found(known, {**row, "oversubscription_at_200G_uplinks": "2:1"})
    predicted = {name: r.predicted for name, r in made.items() if not r.excluded}
    assert predicted == {
        "leaves": 16,
        "leaf_spine_total_Tbps": 25.6,
        "oversubscription_now": 1.0,
        "oversubscription_at_200G_uplinks": 2.0,
    }
    assert found(known, {**row, "stripes": 3})["leaves"].error == pytest.approx(0.5)
    assert found(known, {"src": "x", "spines": 4, "oversubscription": "3 to 1"})["oversubscription"].excluded


def test_a_contradiction_is_seen_only_where_there_is_one(known: Books) -> None:
    row = {"src": "x", "nodes": 72, "gpus": 576, "gpus_printed": 576, "radix": 144, "leaf": 8, "cables_node_leaf": 576}
    assert "gpus_printed" not in found(known, row)
    assert "576 GPUs" in found(known, {**row, "gpus_printed": 512})["gpus_printed"].excluded


def test_melange_comes_out_to_the_cent(known: Books) -> None:
    made = {r.field: r for r in validate(entries(DATA / "melange_case.yaml"), known).results}
    assert made["cost_usd_per_h"].predicted == pytest.approx(6.70, abs=1e-6)
    assert made["split_cost_usd_per_h"].predicted == pytest.approx(4.68, abs=1e-6)
    assert all(r.error == pytest.approx(0, abs=1e-6) for r in made.values())


def test_energy_counted_as_the_source_counts(known: Books) -> None:
    """GPU-hours times board power is what a card says; wall power and PUE only where it does not count by TDP."""
    card = {"run": "X-70B", "accelerator": "A100-80GB", "gpu_hours": 1e6, "kind": "tdp_estimate", "energy_MWh": 400}
    assert found(known, card)["energy_MWh"].predicted == pytest.approx(400)
    metered = {**card, "kind": "measured", "pue": 1.2, "kgco2_per_kwh": 0.5, "tco2e": 1}
    made = found(known, metered)
    watts = known.node(known.accelerator("A100-80GB")).number("sustained_w") / 8  # type: ignore[union-attr]
    assert made["energy_MWh"].predicted == pytest.approx(watts * 1.2)
    assert made["tco2e"].predicted == pytest.approx(watts * 1.2 * 0.5)


def test_a_node_by_its_run_name(known: Books) -> None:
    made = found(
        known, {"run": "MLPerf GPT3 64x8 H100", "mean_node_W": 6848, "count": 512, "minutes": 60, "energy_kWh_nodes": 1}
    )
    assert made["mean_node_W"].predicted == pytest.approx(6848)
    assert made["energy_kWh_nodes"].predicted == pytest.approx(64 * 6.848)


def test_hours_follow_tokens(known: Books) -> None:
    row = {"run": "Some-70B", "params": 70e9, "tokens": 1e12, "accelerator": "H100", "gpu_hours": 1e6}
    once, twice = found(known, row), found(known, {**row, "tokens": 2e12})
    assert twice["gpu_hours"].predicted == pytest.approx(2 * once["gpu_hours"].predicted, rel=0.02)  # type: ignore[operator]
    assert once["gpu_hours"].low < once["gpu_hours"].predicted < once["gpu_hours"].high  # type: ignore[operator]


def test_ten_thousand_accelerators_have_a_batch_to_match(known: Books) -> None:
    """Accelerator-hours of long runs hardly depend on how many share them."""
    row = {"run": "Some-400B", "params": 4e11, "tokens": 15e12, "accelerator": "H100", "gpu_hours": 3e7}
    few, many = (found(known, {**row, "count": n})["gpu_hours"].predicted for n in (2048, 16384))
    assert few is not None
    assert many == pytest.approx(few, rel=0.25)


def test_narrower_precision_takes_fewer_hours(known: Books) -> None:
    row = {"run": "Some-70B", "params": 70e9, "tokens": 1e13, "accelerator": "H100", "gpu_hours": 1e6}
    wide, narrow = (found(known, {**row, "precision": p})["gpu_hours"].predicted for p in ("bf16", "fp8"))
    assert narrow is not None
    assert wide is not None
    assert narrow < 0.8 * wide
    assert "precision 'fp3'" in found(known, {**row, "precision": "fp3"})["gpu_hours"].excluded


def test_ideal_days_are_hours_of_the_row(known: Books) -> None:
    row = {
        "run": "X-70B",
        "accelerator": "A100-80GB",
        "days_ideal_1024": 10,
        "kind": "tdp_estimate",
        "energy_MWh": 98.3,
    }
    assert found(known, row)["energy_MWh"].predicted == pytest.approx(1024 * 240 * 400e-6)
