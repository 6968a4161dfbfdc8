"""Serving rows against the bundled catalogs: every field has a result, and the names rows use are understood."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planner import driver
from planner.estimate.serving import room
from planner.validate import predictors
from planner.validate.books import Books, books
from planner.validate.entry import Entry
from planner.validate.models import model_row
from planner.validate.reading import entries
from planner.validate.run import validate
from planner.validate.serving import accepts, predict
from planner.validate.serving_cases import setting
from planner.validate.software import software

ROWS = Path(__file__).parents[2] / "benchmarks" / "data" / "serving_measurements.yaml"
KNOWN = (
    "trtllm_2023",
    "trtllm_2024",
    "trtllm_2025",
    "trtllm_2025_served",
    "vllm_2025_served",
    "mlperf_2024",
    "mlperf_2025",
    "mlperf_amd_2025",
    "gaudi_2024",
)
BENCH = {
    "source": "TensorRT-LLM perf-overview v1.0 (trtllm-bench)",
    "system": "not stated in source",
    "accelerator": "H100-SXM",
    "count": 2,
    "model": "llama3.3-70b",
    "precision": "fp8",
    "scenario": "offline-max-load",
    "isl": 1000,
    "osl": 1000,
    "tp": 2,
    "metric": "output_throughput_total",
    "value": 4205.0,
    "unit": "tok/s",
}
MLPERF = {
    "source": "MLPerf Inference v5.1 closed",
    "system": "Lenovo/SR780a_V3_B200SXMx8_TRT",
    "accelerator": "B200",
    "count": 8,
    "model": "llama3.1-405b",
    "precision": "fp4",
    "scenario": "Offline",
    "isl": None,
    "osl": 652.5,
    "tp": None,
    "metric": "throughput",
    "value": 1637.11,
    "unit": "Tokens/s",
    "system_power_w": 9891.8,
}


@pytest.fixture(scope="module")
def known() -> Books:
    return books(driver.catalog([]))


def entry(plain: dict[str, Any], **changes: Any) -> Entry:
    return Entry({**plain, **changes})


def width(known: Books, **changes: Any) -> float:
    """High over low of the one prediction of a row."""
    (made,) = predict(entry(BENCH, **changes), known)
    assert made.low is not None
    assert made.high is not None
    return made.high / made.low


def test_the_module_is_found_as_a_predictor() -> None:
    assert "serving" in {p.name for p in predictors()}
    assert accepts(entry(BENCH))
    assert not accepts(Entry({"id": "a training row", "accelerator": "A100", "model": "gpt", "tflops_per_gpu": 140}))


def test_a_published_row_is_predicted_within_its_interval(known: Books) -> None:
    (found,) = predict(entry(BENCH), known)
    assert found.predicted == pytest.approx(4205, rel=0.15)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= 4205 <= found.high
    assert (found.unit, found.basis, found.labels["kind"]) == ("tok/s", "calibrated", "dense")


def test_power_is_a_result_of_its_own(known: Books) -> None:
    speed, power = predict(entry(MLPERF), known)
    assert (speed.field, power.field, power.unit) == ("value", "system_power_w", "W")
    assert power.predicted == pytest.approx(9892, rel=0.1)


def test_power_is_predicted_where_throughput_is_not(known: Books) -> None:
    speed, power = predict(entry(MLPERF, model="rgat", accelerator="H200-SXM"), known)
    assert "looked up" in speed.excluded
    assert power.predicted
    assert not power.excluded


def test_every_measured_field_has_a_result(known: Books) -> None:
    static = {"scenario": "static-batch", "batch": 8, "ttft_p50_ms": 66.0, "tpot_p50_ms": 10.5, "tpot_p99_ms": 10.8}
    found = predict(entry(BENCH, **static), known)
    assert [p.field for p in found] == ["value", "ttft_p50_ms", "tpot_p50_ms", "tpot_p99_ms"]
    assert all(p.predicted and p.predicted > 0 for p in found)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"accelerator": "CPU:2S Xeon EMR"}, "no accelerator"),
        ({"model": "who-knows-7b"}, "no model"),
        ({"metric": "goodput"}, "not one of"),
        ({"isl": None}, "isl is missing"),
        ({"model": "resnet50", "accelerator": "Gaudi3"}, "looked up"),
        ({"scenario": "Server", "model": "falcon-180b"}, "not known"),
    ],
)
def test_what_cannot_be_predicted_says_why(known: Books, changes: dict[str, Any], reason: str) -> None:
    (found,) = predict(entry(BENCH, **({"batch": 4} if "metric" in changes else {}), **changes), known)
    assert reason in found.excluded
    assert (found.predicted, found.measured) == (None, 4205.0)


def test_what_does_not_fit_is_excluded_with_the_reason(known: Books) -> None:
    (found,) = predict(entry(BENCH, model="llama3.1-405b", count=1, tp=1), known)
    assert "memory" in found.excluded


def test_tighter_bounds_serve_less(known: Books) -> None:
    rates = [
        predict(entry(MLPERF, scenario=s, system_power_w=None), known)[0].predicted
        for s in ("Offline", "Server", "Interactive")
    ]
    assert rates == sorted(rates, key=lambda r: -(r or 0.0))


def test_an_accelerator_without_rows_is_estimated_with_a_wider_interval(known: Books) -> None:
    (seen,) = predict(entry(BENCH), known)
    (unseen,) = predict(entry(BENCH, accelerator="H100-PCIe"), known)
    assert (seen.basis, unseen.basis) == ("calibrated", "estimated")
    for p in (seen, unseen):
        assert p.low is not None
        assert p.high is not None
        assert p.predicted is not None
    assert unseen.high / unseen.low >= seen.high / seen.low  # type: ignore[operator]


@pytest.mark.parametrize(
    ("written", "id"),
    [
        ("llama2-70b-99.9", "llama-2-70b"),
        ("gptj-99", "gpt-j-6b"),
        ("gptj-6b", "gpt-j-6b"),
        ("meta-llama/Llama-3.1-8B-Instruct", "llama-3.1-8b"),
        ("nvidia/Qwen3-32B-NVFP4", "qwen3-32b"),
        ("llama3-8b", "llama-3.1-8b"),
        ("deepseek-r1", "deepseek-v3"),
        ("mistralai/Mixtral-8x7B-Instruct-v0.1", "mixtral-8x7b"),
        ("meta-llama/Meta-Llama-3.1-8B", "llama-3.1-8b"),
        ("deepseek-ai/DeepSeek-R1-0528", "deepseek-v3"),
        ("deepseek-ai/DeepSeek-V3.1", "deepseek-v3"),
        ("meta-llama/Meta-Llama-3-8B-Instruct", "llama-3.1-8b"),
        ("Llama-4-Maverick-17B-128E-Instruct-FP8", "llama-4-maverick"),
        ("Llama-4-Scout-17B-16E", "llama-4-scout"),
        ("qwen3-235b", "qwen3-235b-a22b"),
        ("GPT3", "gpt-3-175b"),
    ],
)
def test_model_names(known: Books, written: str, id: str) -> None:
    assert model_row(known.catalog, written).id == id


@pytest.mark.parametrize(
    ("changes", "id"),
    [
        ({}, "trtllm_2025"),
        ({"source": "TensorRT-LLM perf doc v0.6.1 (static batch)"}, "trtllm_2023"),
        ({"source": "TensorRT-LLM perf-overview (in-flight batching, gptManagerBenchmark)"}, "trtllm_2024"),
        ({"source": "InferenceX (trtllm 1.2.0rc6)", "scenario": "closed-loop concurrency"}, "trtllm_2025_served"),
        ({"source": "InferenceX (vllm 0.12.0)", "scenario": "closed-loop concurrency"}, "vllm_2025_served"),
        ({"source": "MLPerf Inference v4.0 closed", "system": "NVIDIA/H100"}, "mlperf_2024"),
        ({"source": "MLPerf Inference v6.0 closed", "accelerator": "B300"}, "mlperf_2025"),
        ({"source": "MLPerf Inference v5.0 closed", "accelerator": "MI325X"}, "mlperf_amd_2025"),
        ({"source": "MLPerf Inference v4.0 closed", "system": "Intel/HLS-Gaudi2-PT"}, "gaudi_2024"),
        ({"source": "TensorRT-LLM 0.12"}, "trtllm_2024"),
        ({"source": "TensorRT-LLM 0.21.0"}, "trtllm_2025"),
        ({"source": "our own stopwatch"}, ""),
    ],
)
def test_software_of_a_source(changes: dict[str, Any], id: str) -> None:
    assert software(entry(BENCH, **changes), KNOWN) == id


def test_a_release_of_a_year_without_rows_has_the_interval_of_software_left_out(known: Books) -> None:
    assert width(known, source="TensorRT-LLM 0.12") == width(known, source="TensorRT-LLM 0.16")
    loop = {"scenario": "closed-loop concurrency", "metric": "tpot", "batch": 16, "value": 20.0, "unit": "ms"}
    assert width(known, **loop, source="vLLM 0.6.0") >= width(known, **loop, source="vLLM 0.13.0")


def test_a_source_that_is_new_to_its_software_has_a_wider_interval(known: Books) -> None:
    own = width(known)
    assert width(known, source=str(BENCH["source"]).upper()) == own
    fresh = width(known, source="TensorRT-LLM v1.1, our own machines")
    assert own < fresh <= width(known, source="vLLM 0.6.0")


def test_a_model_spelled_out_is_the_one_of_its_name(known: Books) -> None:
    figures = {"params": 70.55e9, "layers": 80, "hidden": 8192, "heads": 64, "kv_heads": 8, "ffn": 28672, "glu": True}
    (named,) = predict(entry(BENCH), known)
    (spelled,) = predict(entry(BENCH, model={"name": "ours", **figures, "vocab": 128256}), known)
    (sized,) = predict(entry(BENCH, model={"name": "ours", "params": 70.55e9, "kv_heads": 8, "glu": True}), known)
    assert named.predicted
    assert spelled.predicted == pytest.approx(named.predicted, rel=0.01)
    assert sized.predicted == pytest.approx(named.predicted, rel=0.1)


def test_a_scenario_that_nobody_names_is_a_full_queue_except_in_mlperf(known: Books) -> None:
    (said,), (unsaid,) = predict(entry(BENCH), known), predict(entry(BENCH, scenario=None), known)
    assert unsaid.predicted == said.predicted
    mlperf = predict(entry(MLPERF, scenario=None), known)[0]
    assert "scenario is missing" in mlperf.excluded


def test_the_committed_rows_are_predicted_as_well_as_promised(known: Books) -> None:
    """Means: dense 10 % and four in five within 15 %, mixtures 15 %, token to token 15 %, first tokens alone and power
    10 %; four in five of each kind within the interval."""
    made = validate(entries(ROWS), known)
    kinds = {g.name: g for g in made.groups if g.by == "kind"}
    for kind, most in (("dense", 0.10), ("moe", 0.15), ("tpot", 0.15), ("ttft at batch 1", 0.10), ("power", 0.10)):
        group = kinds[kind]
        assert group.mape is not None
        assert group.coverage is not None
        assert group.mape <= most, kind
        assert group.coverage >= 0.8, kind
    dense = [r.error for r in made.results if r.labels.get("kind") == "dense" and r.error is not None]
    assert sum(abs(e) <= 0.15 for e in dense) >= 0.8 * len(dense)


def test_experts_spread_over_accelerators_take_what_the_row_says_of_them(known: Books) -> None:
    """DeepSeek-R1 on eight H200: attention apart on each (`attention_dp`); whole experts on each (`ep`)."""
    row = {**BENCH, "model": "deepseek-r1", "accelerator": "H200-SXM", "count": 8, "tp": 8}
    split, apart = (_value(Entry({**row, **more}), known) for more in ({}, {"attention_dp": True}))
    assert apart != split
    timed = {**row, "metric": "tpot", "unit": "ms", "value": 20.0, "batch": 8, "scenario": "closed-loop concurrency"}
    sliced, whole = (_value(Entry({**timed, **more}), known) for more in ({}, {"ep": 8}))
    assert 1.05 * sliced < whole < 2 * sliced


def test_dense_models_have_no_experts_to_spread(known: Books) -> None:
    plain = _value(Entry(BENCH), known)
    assert _value(Entry({**BENCH, "attention_dp": True, "ep": 2}), known) == plain


def test_caches_hold_whole_contexts_of_windowed_layers_where_software_kept_them(known: Books) -> None:
    """gpt-oss 120B on one H200: TensorRT-LLM of 2025 kept all of 33,000 tokens in every layer, vLLM windows of 128."""
    row = {**BENCH, "model": "gpt-oss-120b", "precision": "mxfp4", "accelerator": "H200-SXM", "count": 1, "tp": 1}
    kept, cut = (
        setting(Entry({**row, "source": source}), known, 1, 1).engine(known.coefficients)
        for source in ("TensorRT-LLM v1.2", "vLLM 0.11")
    )
    assert (kept.windows, cut.windows) == (False, True)
    model = setting(Entry(row), known, 1, 1).model
    assert room(model, cut, 33_000) == pytest.approx(2 * room(model, kept, 33_000), rel=0.01)


def test_weights_beside_experts_in_mxfp4_are_known_or_said(known: Books) -> None:
    """gpt-oss 20B: 1.7 of 20.9 billion weights are in no expert and stay at 16 bits; so does a model spelled out."""
    of = setting(Entry({**BENCH, "model": "gpt-oss-20b", "precision": "fp4"}), known, 1, 1).model
    assert of.fixed == pytest.approx(1.8e9, rel=0.05)
    assert of.weight_bytes("fp4") == pytest.approx(2 * of.fixed + 0.5625 * of.routed)
    figures = {"params": 20e9, "active_params": 4e9, "layers": 24, "hidden": 2880, "heads": 64, "kv_heads": 8,
               "glu": True, "ffn": 2880, "experts": 32, "topk": 4, "moe_ffn": 2880}  # fmt: skip
    plain, said = (
        setting(entry(BENCH, model={"name": "ours", **figures, **more}), known, 1, 1).model
        for more in ({}, {"mxfp4_experts": True})
    )
    assert said.weight_bytes("fp4") - plain.weight_bytes("fp4") == pytest.approx((2 - 0.5625) * plain.fixed)


def test_a_reasoning_tuning_has_its_model_s_shape(known: Books) -> None:
    assert model_row(known.catalog, "Qwen/Qwen3-235B-A22B-Thinking-2507-FP8").id == "qwen3-235b-a22b"


def test_what_accelerators_meter_of_themselves(known: Books) -> None:
    """Joules of a token are watts times seconds between tokens over sequences; power rises with users."""
    row = {**BENCH, "metric": "tpot", "unit": "ms", "value": 25.0, "scenario": "closed-loop concurrency", "osl": 400}
    row |= {"batch": 64, "accelerator_power_w": 1000.0, "joules_per_token": 0.4, "source": "vLLM 0.11"}
    step, watts, joules = (p.predicted or 0.0 for p in predict(Entry(row), known))
    assert joules == pytest.approx(watts * step / 1e3 / 64)
    assert 2 * 700 * 0.5 < watts < 2 * 700
    few = predict(Entry({**row, "batch": 1}), known)[1].predicted
    assert few is not None
    assert few < watts
    assert _value(Entry({**row, "metric": "joules_per_token", "accelerator_power_w": None, "joules_per_token": None,
                         "value": 0.4}), known) == pytest.approx(joules)  # fmt: skip
    (unknown, *_) = predict(Entry({**row, "batch": None}), known)[1:]
    assert unknown.excluded == "batch is missing"


def _value(entry: Entry, known: Books) -> float:
    (found,) = predict(entry, known)
    assert found.predicted is not None, found.excluded
    return found.predicted
