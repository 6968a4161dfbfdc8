"""Benchmarks of serving on the toy model: by hand, and what must hold whatever the figures."""

from __future__ import annotations

import pytest
from estimate_toys import accelerated, coefficients, model
from hypothesis import given
from hypothesis import strategies as st

from planner.estimate import bench
from planner.estimate.chip import chip_of
from planner.estimate.coefficients import Coefficients, Spread
from planner.estimate.serving import Engine, cache_bytes, decode_s, engine, first_s, prefill_s, room

H, L = 2048, 10
KV = 2 * 2 * H * L
FIGURES = {
    "bf16_tflops": 100.0,
    "fp8_tflops": 200.0,
    "mem_gb": 40.0,
    "mem_gb_per_s": 1000.0,
    "scale_up_gb_per_s": 100.0,
}
BETTER = st.sampled_from(["bf16_tflops", "mem_gb", "mem_gb_per_s", "scale_up_gb_per_s"])
PROMPTS, ANSWERS = st.floats(50, 4000), st.floats(10, 1000)


def made(
    n: int = 1,
    precision: str = "bf16",
    c: Coefficients | None = None,
    software: str = "",
    ways: float | None = None,
    **figures: float,
) -> Engine:
    chip = chip_of(accelerated(performance={f"accelerator_{k}": v for k, v in figures.items()}))
    assert chip is not None
    found = engine(chip, n, 1, precision, c or coefficients(), software, ways)
    assert found is not None
    return found


def software(**multiples: float) -> Coefficients:
    plain = coefficients()
    figures = {name: Spread(value, value, value, "calibrated") for name, value in multiples.items()}
    return Coefficients(plain.table, plain.services, {"other": figures})


def test_a_static_batch_is_read_and_then_decoded() -> None:
    e, m = made(), model()
    seconds = prefill_s(m, e, 100, 8) + 50 * decode_s(m, e, 8, 125)
    assert bench.static_tokens_per_s(m, e, 8, 100, 50) == pytest.approx(8 * 50 / seconds)


def test_a_full_queue_holds_what_memory_holds() -> None:
    e, m = made(mem_gb=4.0), model()
    batch = room(m, e, 1100)
    assert batch < e.largest_batch
    expected = batch / bench.step_s(m, e, batch, 1000, 100)
    assert bench.most_tokens_per_s(m, e, 1000, 100) == pytest.approx(expected)


def test_what_does_not_fit_serves_nothing() -> None:
    assert bench.most_tokens_per_s(model(params_b=100.0), made(), 1000, 100) == 0.0
    assert bench.targeted_tokens_per_s(model(params_b=100.0), made(), 1000, 100, 1.0, 1.0) == 0.0


def test_one_user_waits_for_nobody() -> None:
    e, m = made(), model()
    assert bench.closed_first_s(m, e, 1, 1000, 100) == pytest.approx(prefill_s(m, e, 1000) + decode_s(m, e, 1, 1050))


def test_a_first_token_alone_is_a_prefill_and_host_work() -> None:
    c = coefficients(serving_step_s=1e-3, serving_layer_s=1e-4)
    assert first_s(model(), made(c=c), 1000) == pytest.approx(prefill_s(model(), made(), 1000) + 1e-3 + L * 1e-4)


def test_a_latency_bound_costs_throughput() -> None:
    e, m = made(), model()
    free = bench.most_tokens_per_s(m, e, 1000, 100)
    assert bench.targeted_tokens_per_s(m, e, 1000, 100, 10.0, 1.0) == pytest.approx(free)
    tight = bench.targeted_tokens_per_s(m, e, 1000, 100, 0.003, 1.0)
    assert 0 < tight < free
    assert bench.targeted_tokens_per_s(m, e, 1000, 100, 1e-4, 1.0) == 0.0


def test_software_multiplies_and_none_changes_nothing() -> None:
    c = software(serving_compute=0.5, serving_bandwidth=0.25)
    slow, plain = made(c=c, software="other"), made(c=c)
    assert slow.flops == pytest.approx(plain.flops / 2)
    assert slow.memory_rate == pytest.approx(plain.memory_rate / 4)
    assert made(c=c, software="unknown") == plain


def test_nothing_is_faster_than_its_peak() -> None:
    c = software(serving_compute=5.0, serving_bandwidth=5.0)
    fast = made(c=c, software="other")
    assert fast.flops == pytest.approx(100e12)
    assert fast.memory_rate == pytest.approx(1e12)


def test_heads_of_keys_are_held_in_copies_where_there_are_fewer_than_ways() -> None:
    few = model(kv_heads=2, attention="gqa")
    assert cache_bytes(few, made(2)) == pytest.approx(KV * 2 / 16)
    assert cache_bytes(few, made(4)) == pytest.approx(2 * KV * 2 / 16)
    assert cache_bytes(few, made(2, ways=8.0)) == pytest.approx(4 * KV * 2 / 16)


def test_kernels_that_read_keys_again_for_each_head_take_longer() -> None:
    grouped, odd = model(kv_heads=4, attention="gqa"), model(kv_heads=16 / 3, attention="gqa")
    c = coefficients(serving_group=0.5, serving_odd_group=2.0)
    reads = 1e9 * 2 / 1e12
    plain = (decode_s(grouped, made(), 8, 1000) - reads) / (decode_s(odd, made(), 8, 1000) - reads)
    slowed = (decode_s(grouped, made(c=c), 8, 1000) - reads) / (decode_s(odd, made(c=c), 8, 1000) - reads)
    assert slowed / plain == pytest.approx(4**0.5 / 3**1.0)


@given(BETTER, st.floats(1.02, 4), st.sampled_from([1, 2, 4]), PROMPTS, ANSWERS)
def test_a_better_accelerator_never_serves_less(figure: str, by: float, n: int, prompt: float, answer: float) -> None:
    worse, better, m = made(n), made(n, **{figure: FIGURES[figure] * by}), model()
    for rate in (bench.most_tokens_per_s, lambda m, e, i, o: bench.static_tokens_per_s(m, e, 8, i, o)):
        assert rate(m, better, prompt, answer) >= rate(m, worse, prompt, answer) * (1 - 1e-9)
    for seconds in (bench.closed_step_s, bench.closed_first_s):
        assert seconds(m, better, 8, prompt, answer) <= seconds(m, worse, 8, prompt, answer) * (1 + 1e-9)
    assert first_s(m, better, prompt) <= first_s(m, worse, prompt) * (1 + 1e-9)


@given(st.floats(1, 500), st.floats(1.01, 8), PROMPTS, ANSWERS)
def test_a_larger_batch_never_serves_less(batch: float, by: float, prompt: float, answer: float) -> None:
    e, m = made(2), model()
    small = bench.static_tokens_per_s(m, e, batch, prompt, answer)
    assert bench.static_tokens_per_s(m, e, batch * by, prompt, answer) >= small * (1 - 1e-9)


@given(st.floats(0.001, 0.05), st.floats(1.01, 4), PROMPTS, ANSWERS)
def test_a_looser_bound_never_serves_less(bound: float, by: float, prompt: float, answer: float) -> None:
    e, m = made(), model()
    tight = bench.targeted_tokens_per_s(m, e, prompt, answer, bound, 1.0)
    assert bench.targeted_tokens_per_s(m, e, prompt, answer, bound * by, 1.0) >= tight * (1 - 1e-6)


@given(PROMPTS, ANSWERS, st.floats(1.1, 4))
def test_longer_answers_are_no_more_requests(prompt: float, answer: float, by: float) -> None:
    e, m = made(), model()
    short, long = (bench.most_tokens_per_s(m, e, prompt, o) / o for o in (answer, answer * by))
    assert long <= short * (1 + 1e-9)
