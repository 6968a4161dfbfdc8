"""Roofline and replica by hand: 1 B parameters of 16 bits on accelerators of 50 TFLOP/s achieved and 1 TB/s."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from estimate_toys import accelerated, coefficients, model
from hypothesis import given
from hypothesis import strategies as st

from planner.estimate.chip import chip_of
from planner.estimate.coefficients import Coefficients
from planner.estimate.network import Between, flat
from planner.estimate.queue import wait_95_s
from planner.estimate.replica import Job, Refusal, Replica, replica, timing
from planner.estimate.serving import LINK_SHARE, Engine, cache_bytes, decode_s, engine, prefill_s, room

H, L = 2048, 10
KV = 2 * 2 * H * L
BATCH_GRID = 0.02
"""What the grid of batches tried may cost a machine whose largest batch lies off it."""
JOB = Job(input_tokens=1000, output_tokens=100, ttft_s=1.0, tpot_s=0.05)


def made(
    n: int = 1, stages: int = 1, precision: str = "bf16", c: Coefficients | None = None, **figures: float
) -> Engine:
    chip = chip_of(accelerated(performance=figures))
    assert chip is not None
    found = engine(chip, n, stages, precision, c or coefficients())
    assert found is not None
    return found


def served(job: Job = JOB, **figures: Any) -> Replica:
    found = replica(model(), made(**figures), job, coefficients())
    assert isinstance(found, Replica)
    return found


def test_prefill_is_arithmetic_for_long_prompts_and_reading_for_short_ones() -> None:
    assert prefill_s(model(), made(), 1000) == pytest.approx((2e9 * 1000 + 2 * L * H * 1e6) / 50e12)
    assert prefill_s(model(), made(), 10) == pytest.approx(2e9 / 1e12)


def test_decode_reads_weights_and_caches() -> None:
    assert decode_s(model(), made(), 4, 1000) == pytest.approx((2e9 + 4 * 1000 * KV) / 1e12)


def test_decode_of_a_large_batch_is_arithmetic() -> None:
    assert decode_s(model(), made(), 100, 0) == pytest.approx(2e9 * 100 / 50e12)


def test_two_accelerators_halve_the_work_and_pay_for_all_reduces() -> None:
    reduce = 2 * L * 2 * (1 / 2) * 4 * H * 2 / (100e9 * LINK_SHARE) + 2 * L * 1e-5
    assert decode_s(model(), made(2), 4, 1000) == pytest.approx((2e9 + 4 * 1000 * KV) / 2e12 + reduce)


def test_eight_bits_read_half_and_multiply_twice_as_fast() -> None:
    assert decode_s(model(), made(precision="fp8"), 1, 0) == pytest.approx(1e9 / 1e12)
    assert decode_s(model(), made(precision="fp8"), 400, 0) == pytest.approx(2e9 * 400 / 100e12)


def test_the_host_works_by_the_layer_and_by_the_sequence() -> None:
    busy = made(c=coefficients(serving_layer_s=1e-5, serving_sequence_s=2e-6))
    assert decode_s(model(), busy, 4, 0) == pytest.approx(2e9 / 1e12 + L * 1e-5 + 4 * 2e-6)


def test_room_by_hand() -> None:
    assert room(model(), made(), 1100) == pytest.approx((40e9 - 2e9) / (KV * 1100))
    assert room(model(), made(stages=2), 1100) == pytest.approx((80e9 - 2e9) / (KV * 1100))


def test_the_batch_is_the_largest_within_tpot() -> None:
    tight = Job(1000, 100, 1.0, 0.004)
    found = served(tight)
    assert found.limit == "tpot"
    prompts = 8192 / 1000
    each = prefill_s(model(), made(), 1000, prompts) / prompts
    assert found.tpot_s <= 0.004
    beyond = decode_s(model(), made(), found.batch + 1, 1050) + (found.batch + 1) * each / 100
    assert beyond > 0.004


def test_the_rate_is_the_closed_loop_times_the_load() -> None:
    found = served()
    assert found.requests_per_s == pytest.approx(found.load * found.batch / (100 * found.tpot_s))
    assert found.ttft_p95_s <= JOB.ttft_s * (1 + 1e-9)


def test_waits_for_a_place_and_for_the_prefill_ahead_are_in_the_first_token() -> None:
    found = served()
    places = wait_95_s(found.batch, 100 * found.tpot_s, found.load)
    bound = timing(model(), made(), JOB).late(found.batch, found.load)
    assert found.prefill_s + places <= bound <= JOB.ttft_s * (1 + 1e-9)


def test_what_does_not_fit_says_by_how_much() -> None:
    found = replica(model(params_b=100.0), made(), JOB, coefficients())
    assert isinstance(found, Refusal)
    assert (found.reason, found.unit) == ("memory", "GB")
    assert found.value == pytest.approx(200 + 1100 * KV / 1e9)
    assert found.limit == 40.0


@pytest.mark.parametrize(
    ("job", "unit"), [(Job(1000, 100, 0.01, 1.0), "s TTFT"), (Job(1000, 100, 1.0, 0.001), "s TPOT")]
)
def test_too_slow_says_which_latency(job: Job, unit: str) -> None:
    found = replica(model(), made(), job, coefficients())
    assert isinstance(found, Refusal)
    assert (found.reason, found.unit) == ("latency", unit)
    assert found.value > found.limit


@given(
    st.sampled_from(["bf16_tflops", "mem_gb", "mem_gb_per_s", "scale_up_gb_per_s"]),
    st.floats(1.02, 4),
    st.sampled_from([1, 2, 4]),
    st.floats(50, 4000),
    st.floats(10, 1000),
)
def test_a_better_machine_never_serves_less(figure: str, factor: float, n: int, prompt: float, answer: float) -> None:
    base = {"bf16_tflops": 100.0, "mem_gb": 40.0, "mem_gb_per_s": 1000.0, "scale_up_gb_per_s": 100.0}[figure]
    job = Job(prompt, answer, 1.0, 0.05)
    worse = served(job, n=n)
    better = served(job, n=n, **{f"accelerator_{figure}": base * factor})
    assert better.requests_per_s >= worse.requests_per_s * (1 - BATCH_GRID)


@given(st.floats(1.05, 5))
def test_longer_answers_cost_at_least_in_proportion(factor: float) -> None:
    longer = Job(1000, 100 * factor, 1.0, 0.05)
    assert served(longer).requests_per_s <= served().requests_per_s * (1 + 1e-9)


def test_two_machines_of_one_replica_keep_one_machines_step_time() -> None:
    assert decode_s(model(), made(stages=2), 8, 1000) == decode_s(model(), made(), 8, 1000)
    assert served(stages=2).requests_per_s >= 2 * served().requests_per_s * (1 - 1e-9)


def test_percentiles_are_in_order_and_bursts_cost_rate() -> None:
    job = Job(1000, 100, 0.2, 0.05)
    found = served(job)
    assert found.ttft_p50_s <= found.ttft_p95_s <= found.ttft_p99_s
    assert found.tpot_p50_s <= found.tpot_s <= job.tpot_s
    bursts = served(Job(1000, 100, 0.2, 0.05, arrivals_cv2=16.0))
    assert bursts.requests_per_s <= found.requests_per_s
    assert bursts.ttft_p95_s <= job.ttft_s * (1 + 1e-9)


def test_what_crosses_between_machines_by_hand() -> None:
    """Stages hand over activations; a group over two machines reduces between them what each reduced inside."""
    chip = chip_of(accelerated())
    assert chip is not None
    net, c, batch = Between(flat(2.0)), coefficients(), 32.0
    out, far = net.rate(chip, 2), net.delay_s(chip, 2)
    assert out == pytest.approx(chip.scale_out / 2)
    sent = batch * model().hidden * 2

    def step(accelerators: int, stages: int, between: Between | None) -> float:
        e = engine(chip, accelerators, stages, "bf16", c, between=between)
        assert e is not None
        return decode_s(model(), e, batch, 500.0)

    handed = step(chip.count, 2, net) - step(chip.count, 2, None)
    assert handed == pytest.approx(sent / (chip.count * out) + far)
    wide = engine(chip, 2 * chip.count, 1, "bf16", c, between=net)
    assert wide is not None
    flat_group = replace(wide, machines=1)
    n = chip.count
    inside = 2 * (n - 1) / n * sent / wide.link - 2 * (2 * n - 1) / (2 * n) * sent / wide.link
    between = 2 * (1 / 2) * sent / (n * out) + wide.hop_s + 2 * far
    more = decode_s(model(), wide, batch, 500.0) - decode_s(model(), flat_group, batch, 500.0)
    assert more == pytest.approx(2 * model().layers * (inside + between))
    assert step(chip.count, 1, net) == step(chip.count, 1, None)


def test_attention_to_latents_is_bound_by_arithmetic() -> None:
    """484 FLOPs a byte at eight bits: on a chip of fewer FLOPs a byte than that, they bind."""
    latent = model(hidden=7168, heads=128, layers=61, attention="mla", kv_lora_rank=512, qk_rope_dim=64)
    e = replace(made(), score_flops=1e15, memory_rate=1e13)
    step = decode_s(latent, e, 64, 20_000) - decode_s(latent, e, 64, 10_000)
    assert step == pytest.approx(64 * 10_000 * 61 * 2 * 128 * 1088 / 1e15)
    plain = decode_s(model(), e, 64, 20_000) - decode_s(model(), e, 64, 10_000)
    assert plain == pytest.approx(64 * 10_000 * cache_bytes(model(), e) / 1e13)


def test_windows_leave_room_and_shorten_long_steps() -> None:
    half = model(window=128, windowed_layers=5)
    assert room(half, made(), 1100) == pytest.approx(room(model(), made(), 1100) * 1100 / ((1100 + 128) / 2))
    assert decode_s(half, made(), 8, 4000) < decode_s(model(), made(), 8, 4000)
    assert decode_s(half, made(), 8, 100) == pytest.approx(decode_s(model(), made(), 8, 100))
    whole = replace(made(), windows=False)
    assert room(half, whole, 1100) == room(model(), made(), 1100)
    assert decode_s(half, whole, 8, 4000) == decode_s(half, made(), 8, 4000)


def test_experts_in_mxfp4_multiply_at_eight_bits_and_the_rest_at_sixteen() -> None:
    """9 billion weights, 1 of them in no expert, 2 of the others for each token; units do 100, 200 and 400 TFLOP/s."""
    shape = {"experts": 8, "topk": 2, "moe_ffn": 1024, "params_b": 9.0, "active_params_b": 3.0}
    e, batch = made(precision="fp4", accelerator_fp4_tflops=400.0, accelerator_mem_gb_per_s=1e6), 1e4
    by_token = [
        (decode_s(m, e, 2 * batch, 1) - decode_s(m, e, batch, 1)) / batch
        for m in (model(**shape, mxfp4_experts=True), model(**shape))
    ]
    share = e.moe * e.flops / 400e12
    more = 2 * (1e9 / 100e12 + 2e9 / 200e12 - 3e9 / 400e12) / share
    assert by_token[0] - by_token[1] == pytest.approx(more, rel=1e-6)


def test_weights_of_four_bits_multiply_at_sixteen_where_units_cannot_do_four() -> None:
    shape = {"experts": 8, "topk": 2, "moe_ffn": 1024, "params_b": 9.0, "active_params_b": 3.0}
    older, mixed = made(precision="fp4"), model(**shape, mxfp4_experts=True)
    assert older.mixed_flops == older.flops == made().flops
    assert older.rates(mixed) == pytest.approx(older.rates(model(**shape)))
