"""Coefficients fitted to a user's rows: what was put in comes out, few rows are refused, and theirs wins over ours."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest

from planner.catalog import load
from planner.estimate.coefficients import Spread
from planner.validate import overlay
from planner.validate.books import Books, books
from planner.validate.calibrate import FEWEST, Calibration, calibrate
from planner.validate.entry import Entry
from planner.validate.run import validate

SERVED = {
    "source": "our own TensorRT-LLM v1.0", "system": "lab", "accelerator": "H200-SXM", "count": 1, "tp": 1,
    "model": "llama3.1-8b", "precision": "fp8", "scenario": "offline-max-load", "metric": "output_throughput_per_gpu",
    "unit": "tok/s",
}  # fmt: skip
LENGTHS = ((128, 128), (128, 2048), (1000, 1000), (2048, 128), (5000, 500), (20000, 2000))
CHIP = "nvidia_h200_sxm_141gb"
MODEL = {
    "name": "ours", "params": 7.0e9, "layers": 32, "hidden": 4096, "heads": 32, "kv_heads": 32, "ffn": 16384,
    "vocab": 50432, "seq_len": 2048, "glu": False,
}  # fmt: skip


@lru_cache(maxsize=1)
def ours() -> Books:
    return books(load())


def served(speed: float, lengths: tuple[tuple[int, int], ...] = LENGTHS) -> list[Entry]:
    """Rows of an accelerator `speed` times as fast as ours is predicted."""
    rows = [{**SERVED, "isl": i, "osl": o, "value": 1.0} for i, o in lengths]
    made = validate([Entry(r) for r in rows], ours()).results
    return [
        Entry({**r, "value": speed * (p.predicted or 0)}, 10 + n)
        for n, (r, p) in enumerate(zip(rows, made, strict=True))
    ]


def trained(gemm: float, machines: tuple[int, ...], **changes: Any) -> list[Entry]:
    """Rows of a dense model as fast as an efficiency of `gemm` makes it."""
    rows = [
        {
            "id": f"run-{n}", "source": "us", "model": {**MODEL, **changes}, "accelerator": "H100-80GB-SXM",
            "count": 8 * n, "precision": "bf16", "recompute": "none", "metric": "tokens_per_s_per_gpu", "value": 1.0,
            "parallelism": {"tp": 1, "pp": 1, "microbatch": 2, "global_batch": 512, "fsdp": True},
        }
        for n in machines
    ]  # fmt: skip
    known = ours()
    row = {
        **known.coefficients.table["nvidia_h100_sxm_80gb"],
        "training_gemm_16": Spread(gemm, gemm, gemm, "calibrated"),
    }
    theirs = replace(known.coefficients, table={**known.coefficients.table, "nvidia_h100_sxm_80gb": row})
    made = validate([Entry(r) for r in rows], replace(known, coefficients=theirs)).results
    return [Entry({**r, "value": p.predicted}, n + 1) for n, (r, p) in enumerate(zip(rows, made, strict=True))]


def mean_error(rows: list[Entry], with_: Calibration | None) -> float:
    known = replace(ours(), coefficients=with_.coefficients) if with_ else ours()
    group = validate(rows, known).groups[0]
    assert group.mape is not None
    assert group.excluded == 0
    return group.mape


@pytest.mark.parametrize("gemm", [0.3, 0.55, 0.7])
def test_the_efficiency_that_made_the_rows_is_found(gemm: float) -> None:
    rows = trained(gemm, (1, 2, 4, 8))
    made = calibrate(rows, ours())
    (fitted,) = made.fitted
    assert fitted.values["training_gemm_16"] == pytest.approx(gemm, rel=0.02)
    assert fitted.after < 0.01
    assert fitted.left_out < 0.02
    assert mean_error(rows, made) < 0.01


@pytest.mark.parametrize("speed", [0.5, 1.0, 1.25])
def test_serving_as_fast_as_measured_is_predicted_so(speed: float) -> None:
    rows = served(speed)
    made = calibrate(rows, ours())
    (fitted,) = made.fitted
    assert fitted.before == pytest.approx(abs(1 / speed - 1), abs=0.01)
    assert fitted.after < 0.06
    assert mean_error(rows, made) == pytest.approx(fitted.after, abs=0.01)


def test_a_peak_is_never_beaten() -> None:
    made = calibrate(served(4.0), ours())
    values = made.fitted[0].values
    assert values["serving_compute"] <= 1
    assert values["serving_bandwidth"] <= 1


def test_too_few_rows_are_named_and_left_alone() -> None:
    rows = served(2.0, LENGTHS[: FEWEST - 1])
    made = calibrate(rows, ours())
    assert not made.fitted
    assert [len(g.members) for g in made.few] == [FEWEST - 1]
    assert f"{FEWEST - 1} of at least {FEWEST} measurements" in overlay.table(made)
    assert made.coefficients == ours().coefficients


def test_what_cannot_be_used_is_named_with_its_line() -> None:
    rows = [*served(2.0), Entry({**SERVED, "isl": 1, "osl": 1, "value": -3.0}, 77), Entry({"what": 1}, 99)]
    made = calibrate(rows, ours())
    assert [line for line, _ in made.aside] == [77, 99]
    assert "line 99" in overlay.table(made)


def test_other_software_and_other_accelerators_keep_their_figures() -> None:
    made = calibrate(served(0.5), ours())
    other = [Entry({**SERVED, "source": "vllm 0.12", "isl": 100, "osl": 100, "value": 1.0})]
    other += [Entry({**SERVED, "accelerator": "B200", "isl": 100, "osl": 100, "value": 1.0})]
    before = [r.predicted for r in validate(other, ours()).results]
    after = [r.predicted for r in validate(other, replace(ours(), coefficients=made.coefficients)).results]
    assert before == after


def test_the_overlay_cites_the_rows() -> None:
    text = overlay.catalog(calibrate(served(1.25), ours()), "lab.yaml", "2026-11-25")
    assert "lab.yaml, lines 10, 11, 12, 13, 14, 15: serving by trtllm_2025" in text
    assert f"  - id: {CHIP}.trtllm_2025" in text
    assert f"  - id: {CHIP}.plans" in text
    assert text == overlay.catalog(calibrate(served(1.25), ours()), "lab.yaml", "2026-11-25")
