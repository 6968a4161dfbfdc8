"""Every row is counted; errors by group are what they say; output is JSON whatever the input."""

from __future__ import annotations

import copy
import json
from math import inf
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.catalog import load
from planner.validate import as_json, as_table, predictors
from planner.validate.books import Books, books
from planner.validate.entry import Entry
from planner.validate.prediction import Prediction
from planner.validate.reading import entries
from planner.validate.run import Group, Result, group, validate

TRAINING = {
    "id": "one",
    "source": "paper",
    "model": {
        "name": "GPT-7B",
        "params": 7e9,
        "layers": 32,
        "hidden": 4096,
        "heads": 32,
        "vocab": 50304,
        "seq_len": 2048,
    },
    "accelerator": "H100-SXM",
    "count": 64,
    "parallelism": {"tp": 2, "microbatch": 2, "global_batch": 256},
    "precision": "bf16",
    "recompute": "none",
    "metric": "tokens_per_s_per_gpu",
    "value": 10_000.0,
}


@pytest.fixture(scope="module")
def known() -> Books:
    return books(load())


def result(measured: float, predicted: float | None, low: float = 0.0, high: float = 0.0, excluded: str = "") -> Result:
    return Result(Entry({}), "x", "p", "f", "", measured, predicted, low, high, excluded, "", {})


def test_predictors_are_found_by_what_they_define() -> None:
    names = [p.name for p in predictors()]
    assert names == sorted(names)
    assert {"training", "energy", "topology", "melange"} <= set(names)


def test_a_group_by_hand() -> None:
    rows = [
        result(100, 110, 90, 120),
        result(100, 80, 70, 90),
        result(100, 100, 100, 100),
        result(10, None, excluded="no such thing"),
    ]
    made = group("all", "all", rows)
    assert (made.n, made.excluded) == (3, 1)
    assert made.mape == pytest.approx(0.1)
    assert made.median_ape == pytest.approx(0.1)
    assert made.p90_ape == pytest.approx(0.18)
    assert made.bias == pytest.approx(-1 / 30)
    assert made.coverage == pytest.approx(2 / 3)


def test_error_is_signed_and_a_measured_zero_is_right_or_wrong() -> None:
    assert result(100, 110).error == pytest.approx(0.1)
    assert result(0, 0).error is None
    assert group("all", "all", [result(0, 0), result(0, 3)]).mape == pytest.approx(0.5)


def test_nothing_is_predicted_of_nothing() -> None:
    assert group("all", "all", [result(1, None, excluded="why")]) == Group("all", "all", 0, 1, *[None] * 5)


ODD: list[dict[str, Any]] = [
    {},
    {"id": "odd", "something": 5},
    {**TRAINING, "accelerator": "QuantumBox-9000"},
    {**TRAINING, "metric": "vibes"},
    {**TRAINING, "value": None},
    {**TRAINING, "value": -3},
    {**TRAINING, "value": inf},
    {**TRAINING, "model": {"name": "x"}},
    {**TRAINING, "model": {**TRAINING["model"], "layers": 1e300}},
    {**TRAINING, "model": {**TRAINING["model"], "hidden": "wide"}},
    {**TRAINING, "precision": "int1"},
    {**TRAINING, "count": [1, 2]},
    {**TRAINING, "parallelism": "tp8"},
    {**TRAINING, "metric": "gpu_hours"},
    {"run": 5},
    {"run": "X", "status": "read; do not use"},
    {"run": "X-70B", "gpu_hours": 5, "accelerator": "nothing"},
    {"src": "s", "leaf": 3},
    {"src": "s", "leaf": "many", "gpus": 64, "radix": 64},
    {"src": "s", "gpus": 10**9, "radix": 4, "leaf": 1},
    {"input": {"gpu_info": 5}, "published_result": {"cost_usd_per_h": 1}},
    {"input": {"gpu_info": {"A": {"cost": 1, "tputs": [1]}}, "total_request_rate": 1, "workload_distribution": [1] * 2},
     "published_result": {"cost_usd_per_h": 1}},
]  # fmt: skip


@pytest.mark.parametrize("data", ODD, ids=lambda d: " ".join(map(str, d))[:40])
def test_what_cannot_be_predicted_is_named_with_its_reason(known: Books, data: dict[str, Any]) -> None:
    made = validate([Entry(data, 3, 2)], known)
    assert made.results
    assert all(r.excluded for r in made.results)
    shown = json.loads(as_json.render(made))
    assert len(shown["rows"]) == len(made.results)
    assert all(row["excluded"] and row["predicted"] is None for row in shown["rows"])
    assert made.results[0].excluded in as_table.render(made)


def test_a_row_comes_back_with_what_came_of_it(known: Books) -> None:
    made = json.loads(as_json.render(validate([Entry(TRAINING)], known)))
    row = made["rows"][0]
    assert {k: v for k, v in row.items() if k in TRAINING} == TRAINING
    assert row["measured"] == 10_000.0
    assert row["field"] == "tokens_per_s_per_gpu"
    assert row["error"] == pytest.approx(row["predicted"] / row["measured"] - 1)
    assert row["low"] < row["predicted"] < row["high"]
    assert "excluded" not in row
    everything = next(g for g in made["groups"] if g["by"] == "all")
    assert everything["n"] == 1
    assert {"mape", "median_ape", "p90_ape", "coverage"} <= set(everything)
    assert {g["by"] for g in made["groups"]} >= {"accelerator", "family", "source", "kind"}


def test_a_prediction_that_is_no_number_is_set_aside() -> None:
    from planner.validate.run import _unusable

    assert _unusable(Prediction("f", 1.0, inf))
    assert _unusable(Prediction("f", None, 1.0))
    assert not _unusable(Prediction("f", 1.0, 2.0))


JUNK = (None, 0, -1, 2.5, 1e300, 1e-300, inf, "x", "", True, [], {}, [1, 2], {"a": 1}, 10**30, "fp8")
FILES = sorted((Path(__file__).parents[2] / "benchmarks" / "data").glob("*.yaml"))


@pytest.fixture(scope="module")
def written() -> list[dict[str, Any]]:
    """The first rows of every committed file."""
    return [dict(entry.data) for file in FILES for entry in entries(file)[:20]]


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_spoiled_row_is_predicted_or_named(known: Books, written: list[dict[str, Any]], data: st.DataObject) -> None:
    row = copy.deepcopy(data.draw(st.sampled_from(written)))
    inside = [row, *(value for value in row.values() if isinstance(value, dict) and value)]
    for part in data.draw(st.lists(st.sampled_from(inside), min_size=1, max_size=3)):
        part[data.draw(st.sampled_from(sorted(part)))] = data.draw(st.sampled_from(JUNK))
    made = validate([Entry(row)], known)
    assert made.results
    assert as_table.render(made)
    assert json.loads(as_json.render(made))["rows"]
