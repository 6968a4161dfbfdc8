"""Training rows: what a metric means, what is filled in, and that the committed rows stay as well predicted as said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from planner.catalog import load
from planner.estimate.training import relative
from planner.validate.books import Books, books
from planner.validate.entry import Entry
from planner.validate.reading import entries
from planner.validate.run import Result, Validation, validate
from planner.validate.training import chosen
from planner.validate.training_rows import case, stack_year

DATA = Path(__file__).parents[2] / "benchmarks" / "data"
MODEL = {"name": "X", "params": 7e9, "layers": 32, "hidden": 4096, "heads": 32, "kv_heads": 32, "ffn": 16384}
ROW: dict[str, Any] = {
    "model": {**MODEL, "vocab": 50304, "seq_len": 2048, "glu": False},
    "accelerator": "H100-SXM",
    "count": 64,
    "parallelism": {"tp": 2, "pp": 1, "microbatch": 2, "global_batch": 256},
    "precision": "bf16",
    "recompute": "none",
    "metric": "step_time_s",
    "value": 1.0,
}


@pytest.fixture(scope="module")
def known() -> Books:
    return books(load())


def one(known: Books, **changes: Any) -> Result:
    made = validate([Entry({**ROW, **changes})], known).results
    assert len(made) == 1
    return made[0]


def value(known: Books, metric: str, **changes: Any) -> float:
    found = one(known, metric=metric, **changes).predicted
    assert found is not None
    return found


def test_metrics_say_the_same_step(known: Books) -> None:
    step, tokens = value(known, "step_time_s"), 256 * 2048
    assert value(known, "tokens_per_s_per_gpu") == pytest.approx(tokens / step / 64)
    assert value(known, "samples_per_s") == pytest.approx(256 / step)
    linear = 32 * 12 * 4096**2 + 4096 * 50304
    flops = 6 * linear + 12 * 32 * 4096 * 2048
    assert value(known, "model_tflops_per_gpu") == pytest.approx(tokens * flops / step / 64 / 1e12)
    causal = flops - 6 * 32 * 4096 * 2048
    assert value(known, "model_tflops_per_gpu", source="llama3_paper") == pytest.approx(tokens * causal / step / 64e12)


def test_a_time_is_longest_where_throughput_is_least(known: Books) -> None:
    slow, fast = one(known), one(known, metric="tokens_per_s_per_gpu")
    for r in (slow, fast):
        assert r.low < r.predicted < r.high  # type: ignore[operator]
    assert slow.high / slow.predicted == pytest.approx(fast.predicted / fast.low)  # type: ignore[operator]


def test_doubling_tokens_doubles_a_run(known: Books) -> None:
    once = value(known, "gpu_hours", notes="1T tokens")
    assert value(known, "gpu_hours", notes="2T+ tokens") == pytest.approx(2 * once)
    assert value(known, "gpu_hours", notes="trained tokens 2000000000000") == pytest.approx(2 * once)
    assert value(known, "gpu_hours", tokens=2e12) == pytest.approx(2 * once)


def test_what_a_row_leaves_out_is_filled_in(known: Books) -> None:
    bare = case(Entry({**ROW, "parallelism": {"tp": 1, "fsdp": True}, "recompute": "unknown"}), known)
    assert bare.layout is not None
    assert bare.layout.dp == 64
    assert 0 <= float(bare.layout.recompute) <= 1
    unsaid = {**ROW, "parallelism": {"pp": 8, "global_batch": 256}, "notes": "microbatch, vp not published"}
    assert case(Entry(unsaid), known).layout.vp == 4  # type: ignore[union-attr]


def test_an_unknown_layout_is_the_planners(known: Books) -> None:
    asked = case(Entry({**ROW, "parallelism": {"unknown": True, "global_batch": 256}}), known)
    assert asked.layout is None
    lay = chosen(asked, known)
    assert lay.tp * lay.pp * lay.dp * lay.cp <= 64


def test_adapters_cost_less_than_all_weights(known: Books) -> None:
    lora = {**ROW["model"], "name": "X-LoRA"}
    assert value(known, "step_time_s", model=lora) < 0.85 * value(known, "step_time_s")


@pytest.fixture(scope="module")
def rows(known: Books) -> Validation:
    return validate(entries(DATA / "training_measurements.yaml"), known)


def test_the_committed_rows_are_predicted_as_well_as_promised(rows: Validation) -> None:
    """The bars of docs/validation.md: dense 10 % mean, 6 % median, 20 % p90; mixtures of experts 25 % mean."""
    groups = {(g.by, g.name): g for g in rows.groups}
    dense, moe = groups["kind", "dense"], groups["kind", "moe"]
    assert dense.mape is not None
    assert dense.mape <= 0.10
    assert dense.median_ape is not None
    assert dense.median_ape <= 0.06
    assert dense.p90_ape is not None
    assert dense.p90_ape <= 0.20
    assert moe.mape is not None
    assert moe.mape <= 0.25
    assert groups["all", "all"].excluded == 0


def test_the_intervals_hold(rows: Validation) -> None:
    everything = next(g for g in rows.groups if g.by == "all")
    assert everything.coverage is not None
    assert everything.coverage >= 0.8


def test_accelerators_without_rows_are_called_estimated(known: Books) -> None:
    assert one(known, accelerator="MI300X").basis == "estimated"
    assert one(known).basis == "calibrated"
    seen, unseen = one(known), one(known, accelerator="MI300X")
    assert unseen.high / unseen.low > seen.high / seen.low  # type: ignore[operator]


def test_an_accelerator_that_trains_like_another_is_an_estimate(known: Books) -> None:
    like, other = one(known, accelerator="B300"), one(known, accelerator="GB300")
    assert (like.basis, other.basis) == ("estimated", "calibrated")


SHAPE = {"name": "Y", "params": 30e9, "active_params": 3e9, "layers": 48, "hidden": 2048, "heads": 32, "kv_heads": 4}


def test_rows_of_ones_own_stand_before_those_of_a_chip_alike(tmp_path: Path) -> None:
    text = """kind: coefficient
as_of: "2026-01-01"
sources: {mine: {ref: a measurement}}
rows:
  - id: nvidia_b300_sxm_288gb
    name: B300
    training_gemm_16: {value: 0.6, source: mine, confidence: medium}
"""
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    ours = books(load([tmp_path]))
    assert one(ours, accelerator="B300").basis == "calibrated"
    assert one(ours, accelerator="B300", precision="fp8").basis == "estimated"


EXPERTS = {"experts": 128, "topk": 8, "moe_ffn": 768}
MIXED = {**SHAPE, **EXPERTS, "ffn": 6144, "vocab": 151936, "seq_len": 4096, "glu": True}


def test_experts_are_an_estimate_where_no_row_stands_behind_their_rate(known: Books) -> None:
    assert one(known, accelerator="A100-80GB-SXM").basis == "calibrated"
    assert one(known, accelerator="A100-80GB-SXM", model=MIXED).basis == "estimated"
    assert one(known, model=MIXED).basis == "calibrated"


def test_newer_software_runs_experts_faster_and_dense_layers_alike(known: Books) -> None:
    def at(notes: str, model: Any) -> float:
        return value(known, "step_time_s", notes=notes, model=model)

    old, new, unsaid, beyond = (at(n, MIXED) for n in ("25.11 NeMo", "26.06.01 NeMo", "", "27.03 NeMo Container"))
    assert old > 1.1 * new
    assert new >= unsaid == beyond
    assert at("24.01 NeMo", MIXED) == at("25.01 NeMo", MIXED), "older than any row that was fitted to"
    assert at("25.11 NeMo", ROW["model"]) == at("26.06.01 NeMo", ROW["model"])


@pytest.mark.parametrize(
    ("fields", "year"),
    [
        ({"notes": "26.04.01 NeMo Container; MoE routing force-balanced"}, 2026 + 3.5 / 12),
        ({"notes": "precision for 25.09 is FP8 current scaling"}, 2025 + 8.5 / 12),
        ({"url_or_repo_path": "arXiv 2205.05198 Table 5"}, 2022 + 4.5 / 12),
        ({"notes": "MFU 26.10% as published"}, None),
        ({"notes": "26.13 NeMo"}, None),
        ({}, None),
    ],
)
def test_the_year_of_a_rows_software(fields: dict[str, str], year: float | None) -> None:
    found = stack_year(Entry(fields))
    assert found == (None if year is None else pytest.approx(year))


def test_stacks_of_2022_add_up_gradients_in_the_multiplication(known: Books) -> None:
    old = {**ROW, "precision": "fp16"}
    dated = {"url_or_repo_path": "arXiv 2205.05198", "metric": "step_time_s"}
    assert not case(Entry(old), known).accumulated
    assert case(Entry({**old, **dated}), known).accumulated
    assert not case(Entry({**old, "url_or_repo_path": "arXiv 2104.04473"}), known).accumulated
    assert case(Entry(ROW), known).accumulated
    assert value(known, precision="fp16", **dated) < value(known, "step_time_s", precision="fp16")


def test_sequences_are_split_over_tensor_ranks_where_an_old_stack_says_so(known: Books) -> None:
    spread = {**ROW["parallelism"], "seq_par": True}
    assert not case(Entry({**ROW, "precision": "fp16"}), known).sequence_parallel
    assert case(Entry({**ROW, "precision": "fp16", "parallelism": spread}), known).sequence_parallel
    assert case(Entry(ROW), known).sequence_parallel


def test_a_network_that_the_notes_name_is_the_rows(known: Books) -> None:
    named, own = case(Entry({**ROW, "notes": "800 Gb/s per node (repo config)"}), known), case(Entry(ROW), known)
    assert named.chip.scale_out == pytest.approx(800 / 8 * 1e9 / 8)
    assert own.chip.scale_out > named.chip.scale_out
    slow = {"parallelism": {"tp": 1, "pp": 1, "microbatch": 1, "global_batch": 64}, "precision": "fp16"}
    assert value(known, "step_time_s", notes="100 Gb/s per node", **slow) > value(known, "step_time_s", **slow)


def test_a_generation_stands_for_its_accelerators_without_rows(known: Books) -> None:
    """The mean of a generation, before the measured ceiling and before the mean of all."""
    table = {id: dict(row) for id, row in known.coefficients.table.items()}
    for name in [n for n in table["nvidia_b200_sxm_180gb"] if n.startswith("training_gemm")]:
        del table["nvidia_b200_sxm_180gb"][name]
    c = replace(known.coefficients, table=table)
    found = relative("nvidia_b200_sxm_180gb", "training_gemm_8", c)
    assert found is not None
    assert found.value == c.constant("training_gemm_8_nvidia_blackwell")
    assert found.basis == "estimated"
    assert relative("nvidia_b200_sxm_180gb", "training_gemm_8", known.coefficients) is None
    assert relative("nvidia_l4", "training_gemm_8", c) is None


def test_metrics_as_others_write_them(known: Books) -> None:
    each = value(known, "tokens_per_s_per_gpu")
    assert value(known, "tokens_per_second_per_chip") == each
    assert value(known, "tokens_per_s") == pytest.approx(64 * each)
    share = value(known, "model_tflops_per_gpu") / known.chip(known.accelerator("H100")).flops("bf16") * 1e12
    assert value(known, "mfu", value=0.4) == pytest.approx(share)
    assert value(known, "mfu", value=40) == pytest.approx(100 * share)


def test_a_model_of_the_catalogs_needs_no_shape(known: Books) -> None:
    (row,) = [r for r in known.catalog.rows("model") if r.id == "llama-3.1-8b"]
    shape = {"layers": 32, "hidden": 4096, "heads": 32, "params": 8.03e9}
    whole = value(known, "tokens_per_s", model={"name": row.name, **shape, "seq_len": 8192})
    assert value(known, "tokens_per_s", model={"name": "Llama-3-8B-Instruct", "seq_len": 8192}) == whole
    assert value(known, "tokens_per_s", model="meta-llama/Meta-Llama-3-8B", seq_len=8192) == whole


@pytest.mark.parametrize(("params", "tolerance"), [(6.7e9, 0.1), (64.7e9, 0.15)])
def test_a_dense_model_of_which_only_the_parameters_are_known(known: Books, params: float, tolerance: float) -> None:
    """Llama's shapes, and those in common proportions."""
    shape = {6.7e9: (32, 4096, 32, 11008), 64.7e9: (80, 8192, 64, 22016)}[params]
    spelled = {"params": params, **dict(zip(("layers", "hidden", "heads", "ffn"), shape, strict=True)), "vocab": 32000}
    alone = {"name": "new", "params": params, "seq_len": 2048, "glu": True}
    known_shape = value(known, "tokens_per_s", model={**alone, **spelled})
    assert value(known, "tokens_per_s", model=alone) == pytest.approx(known_shape, rel=tolerance)


def test_experts_need_their_shape(known: Books) -> None:
    found = one(known, model={"name": "new", "params": 132e9, "active_params": 36e9, "seq_len": 2048})
    assert found.excluded == "layers is missing"
    assert one(known, metric="days").excluded.startswith("no rule for the metric 'days': one of step_time_s")
