"""Rows as other people write them: spelled otherwise, numbers as texts, fields missing, names that nobody knows.

Every measured field has one result, predicted or set aside with a reason; what means the same is predicted the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from planner.catalog import load
from planner.validate import as_json, as_table
from planner.validate.books import Books, books
from planner.validate.entry import Entry
from planner.validate.reading import entries
from planner.validate.run import UNREADABLE, Result, validate

DATA = Path(__file__).parents[2] / "benchmarks" / "data"
SERVING = ("serving_measurements.yaml", "serving_inferencex_sample.yaml")
STRANGE = (None, "", "who knows", "1,024", "1e400", 0, -1, True, [1, "a"], {"a": 1})
NAMES: dict[str, tuple[Any, ...]] = {
    "accelerator": ("h100 sxm5 80GB", "8x H100", "MI 300X", "B399", "Gaudi 2", "tpu_v5e-8", "Xeon", "L40 S", 100),
    "model": ("Llama 3.1 70B Instruct", "who/knows-7b", "DeepSeek-R1-671B", "mixtral_8x7b", "resnet", "", 70),
    "source": ("our own stopwatch", "vLLM 9.9", "TensorRT-LLM 7", "MLPerf Inference v9.0 closed", "tgi 2", 2026),
    "scenario": ("OFFLINE", "server", "offline", "single-stream", "closed-loop concurrency", "", 5),
    "metric": ("output_throughput_per_gpu", "TPOT", "mean_itl", "ttft_p99", "request_throughput", "goodput", 5),
    "unit": ("s", "ms", "tok/s/gpu", "req/s", "furlongs", 5),
    "precision": ("FP8", "nvfp4", "W4A16", "fp3", "mxfp4", 8),
}


@pytest.fixture(scope="module")
def known() -> Books:
    return books(load())


@pytest.fixture(scope="module")
def kinds() -> list[dict[str, Any]]:
    """The first row of each scenario and metric."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for file in SERVING:
        for entry in entries(DATA / file):
            row = dict(entry.data)
            what = (row["scenario"], row["metric"], row.get("system_power_w") is None)
            found.setdefault(what, row)
    return list(found.values())


def results(known: Books, row: dict[str, Any]) -> tuple[Result, ...]:
    """What comes of a row; every output a user may ask for is well-formed."""
    made = validate([Entry(row)], known)
    assert made.results
    for r in made.results:
        assert (r.predicted is None) == bool(r.excluded), r
        assert UNREADABLE not in r.excluded, (row, r.excluded)
        if r.predicted is not None:
            assert r.low is not None
            assert r.high is not None
            assert r.low <= r.predicted <= r.high, row
    shown = json.loads(as_json.render(made))
    assert len(shown["rows"]) == len(made.results)
    assert as_table.render(made)
    return made.results


def variations(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for key in row:
        yield {k: v for k, v in row.items() if k != key}
        for value in (*STRANGE, *NAMES.get(key, ())):
            yield {**row, key: value}


def test_every_variation_has_a_result_for_each_measured_field(known: Books, kinds: list[dict[str, Any]]) -> None:
    """Leaving out or spoiling any field but the measured ones never costs a result."""
    timed = ("value", "ttft_p50_ms", "tpot_p50_ms", "tpot_p99_ms", "system_power_w")
    for row in kinds:
        for changed in variations(row):
            measured = [name for name in timed if changed.get(name) is not None]
            if changed.get("metric") is None or isinstance(changed.get("model"), dict) or not measured:
                results(known, changed)
                continue
            assert [r.field for r in results(known, changed)] == measured, changed


def test_rows_of_other_forms_survive_the_same(known: Books) -> None:
    for file, every in (
        ("training_energy.yaml", 13),
        ("topology_reference.yaml", 9),
        ("training_measurements.yaml", 250),
    ):
        for entry in entries(DATA / file)[::every]:
            for changed in variations(dict(entry.data)):
                results(known, changed)


def test_a_row_set_aside_as_a_whole_is_so_field_by_field(known: Books) -> None:
    row = {"run": "X-70B", "status": "do not use", "gpu_hours": 5, "tco2e": 3, "energy_MWh": 1}
    made = results(known, row)
    assert [r.field for r in made] == ["gpu_hours", "energy_MWh", "tco2e"]
    assert [r.measured for r in made] == [5, 1, 3]
    assert {r.excluded for r in made} == {"the row's status says not to use it"}


BENCH = {
    "source": "TensorRT-LLM perf-overview v1.0 (trtllm-bench)",
    "accelerator": "H100-SXM",
    "count": 2,
    "model": "llama3.3-70b",
    "precision": "fp8",
    "scenario": "offline-max-load",
    "isl": 1000,
    "osl": 500,
    "tp": 2,
    "metric": "output_throughput_total",
    "value": 4000.0,
    "unit": "tok/s",
}
LOOP = {**BENCH, "scenario": "closed-loop concurrency", "metric": "tpot", "batch": 16, "value": 20.0, "unit": "ms"}


@pytest.mark.parametrize(
    ("row", "changes", "times"),
    [
        (BENCH, {"count": "2", "isl": "1,000", "osl": "500.0", "tp": "2", "value": "4000"}, 1.0),
        (BENCH, {"accelerator": "2x NVIDIA H100 80GB HBM3", "model": "Llama 3.3 70B Instruct FP8"}, 1.0),
        (BENCH, {"precision": "FP8 (e4m3)"}, 1.0),
        (BENCH, {"metric": "output_throughput_per_gpu"}, 1 / 2),
        (BENCH, {"unit": "tok/s/GPU"}, 1 / 2),
        (BENCH, {"metric": "request_throughput", "unit": "req/s"}, 1 / 500),
        (BENCH, {"metric": "total_token_throughput"}, 3.0),
        (LOOP, {"unit": "s"}, 1e-3),
        (LOOP, {"metric": "mean_itl"}, 1.0),
        (LOOP, {"batch": "16"}, 1.0),
        (LOOP, {"scenario": "static-batch", "metric": "throughput", "tpot_p50_ms": 20.0, "value": None}, None),
    ],
)
def test_what_means_the_same_is_predicted_the_same(
    known: Books, row: dict[str, Any], changes: dict[str, Any], times: float | None
) -> None:
    (plain,), (changed,) = results(known, row), results(known, {**row, **changes})
    assert plain.predicted is not None
    assert changed.predicted is not None, changed.excluded
    if times is not None:
        assert changed.predicted == pytest.approx(plain.predicted * times)


def test_a_benchmark_of_mlperf_whose_lengths_the_row_gives(known: Books) -> None:
    row = {**BENCH, "scenario": "Offline", "source": "MLPerf Inference v6.0 closed", "model": "qwen2.5-72b", "count": 8}
    (made,) = results(known, row)
    assert made.predicted
    (unsaid,) = results(known, {**row, "isl": None})
    assert "lengths" in unsaid.excluded


def test_one_spoiled_field_costs_no_other_its_result(known: Books) -> None:
    row = {**BENCH, "scenario": "static-batch", "batch": 8, "tpot_p50_ms": "fast", "ttft_p50_ms": 90.0}
    value, step, first = results(known, row)
    assert value.predicted
    assert first.predicted
    assert "'fast'" in step.excluded
