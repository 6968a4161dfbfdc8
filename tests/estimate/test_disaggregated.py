"""Prompts and tokens on engines of their own, prefix caches, stated speed-ups: by hand, and in the right direction."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from estimate_toys import accelerated, coefficients, model
from hypothesis import given
from hypothesis import strategies as st

from planner.estimate.chip import Chip, chip_of
from planner.estimate.disaggregated import MACHINES, disaggregated
from planner.estimate.replica import Job, Refusal, Replica, beside_draft, replica, running, timing
from planner.estimate.serving import CHUNK_TOKENS, LINK_SHARE, Engine, cache_bytes, decode_s, engine, prefill_s, room

L, H = 10, 2048
JOB = Job(input_tokens=4096, output_tokens=100, ttft_s=2.0, tpot_s=0.05)
KV = 2 * 2 * H * L
"""Bytes of cache for a token."""


def pod(**figures: float) -> tuple[Chip, Engine]:
    chip = chip_of(accelerated(performance=figures))
    assert chip is not None
    made = engine(chip, 1, 1, "bf16", coefficients())
    assert made is not None
    return chip, made


def apart(job: Job = JOB, **figures: float) -> Replica:
    chip, e = pod(**figures)
    found = disaggregated(model(), chip, e, job, coefficients())
    assert isinstance(found, Replica)
    return found


def together(job: Job = JOB) -> Replica:
    found = replica(model(), pod()[1], job, coefficients())
    assert isinstance(found, Replica)
    return found


def test_a_cached_prefix_is_attended_to_and_not_read_again() -> None:
    _, e = pod()
    cached, new = 3000, 1000
    arithmetic = 2e9 * new + 2 * L * H * ((cached + new) ** 2 - cached**2)
    assert prefill_s(model(), e, new, cached=cached) == pytest.approx(arithmetic / 50e12)
    whole = prefill_s(model(), e, cached) + prefill_s(model(), e, new, cached=cached)
    assert whole == pytest.approx(prefill_s(model(), e, cached + new))


def test_the_rate_of_a_split_by_hand() -> None:
    found = apart()
    split, e = found.split, found.engine
    assert split is not None
    assert split.prefill_engines + split.decode_engines == 4 * split.machines
    each = prefill_s(model(), e, 4096, CHUNK_TOKENS / 4096) / (CHUNK_TOKENS / 4096)
    step = decode_s(model(), e, found.batch, JOB.context)
    reading, decoding = split.prefill_engines / each, split.decode_engines * found.batch / (100 * step)
    assert found.requests_per_s == pytest.approx(found.load * min(reading, decoding))
    assert found.tpot_s == pytest.approx(step)


def test_the_cache_of_a_prompt_crosses_the_link() -> None:
    found = apart()
    assert found.split is not None
    link = 100e9 * LINK_SHARE if found.split.machines == 1 else 100e9 / 8
    assert found.split.transfer_s == pytest.approx(4096 * KV / link)


def test_a_slow_link_bounds_the_rate() -> None:
    chip, e = pod()
    found = disaggregated(model(), replace(chip, scale_up=1e9, scale_out=1e9), e, JOB, coefficients())
    assert isinstance(found, Replica)
    assert found.split is not None
    least = min(found.split.prefill_engines, found.split.decode_engines)
    fastest = 1e9 if found.split.machines > 1 else 1e9 * LINK_SHARE
    assert found.requests_per_s <= least * fastest / (4096 * KV) * (1 + 1e-9)
    assert found.requests_per_s / found.split.machines < apart().requests_per_s / apart().split.machines  # type: ignore[union-attr]


def test_targets_hold_and_percentiles_are_in_order() -> None:
    found = apart()
    assert found.split is not None
    assert found.split.machines in MACHINES
    assert found.ttft_p50_s <= found.ttft_p95_s <= min(found.ttft_p99_s, JOB.ttft_s * (1 + 1e-6))
    assert found.tpot_p50_s <= found.tpot_p95_s <= found.tpot_p99_s <= found.tpot_s <= JOB.tpot_s


def test_no_link_no_memory_and_no_time_are_refused() -> None:
    chip, e = pod()
    one = replace(chip, count=1, scale_out=0.0)
    assert isinstance(disaggregated(model(), one, e, JOB, coefficients()), Refusal)
    small = disaggregated(model(params_b=100.0, active_params_b=100.0), chip, e, JOB, coefficients())
    assert isinstance(small, Refusal)
    assert small.reason == "memory"
    slow = disaggregated(model(), chip, e, replace(JOB, tpot_s=1e-4), coefficients())
    assert isinstance(slow, Refusal)
    assert slow.unit == "s TPOT"
    late = disaggregated(model(), chip, e, replace(JOB, ttft_s=1e-3), coefficients())
    assert isinstance(late, Refusal)
    assert late.unit == "s TTFT"


@given(st.sampled_from(["accelerator_bf16_tflops", "accelerator_mem_gb_per_s", "accelerator_mem_gb"]), st.floats(1, 3))
def test_a_better_machine_never_serves_less(figure: str, times: float) -> None:
    plain = {"accelerator_bf16_tflops": 100.0, "accelerator_mem_gb_per_s": 1000.0, "accelerator_mem_gb": 40.0}
    better, worse = apart(**{figure: plain[figure] * times}), apart()
    assert better.split is not None
    assert worse.split is not None
    each = better.requests_per_s / better.split.machines, worse.requests_per_s / worse.split.machines
    assert each[0] >= each[1] / 1.1


@given(st.floats(0, 0.95), st.floats(0, 0.95))
def test_more_hits_never_serve_less(some: float, other: float) -> None:
    few, many = sorted((some, other))
    rates = [together(replace(JOB, prefix_hits=hits)).requests_per_s for hits in (few, many)]
    assert rates[1] >= rates[0] * (1 - 0.02)


@given(st.floats(1, 5))
def test_faster_decoding_never_serves_less(speedup: float) -> None:
    assert together(replace(JOB, decode_speedup=speedup)).requests_per_s >= together().requests_per_s * (1 - 0.02)


def test_a_speed_up_divides_the_steps_alone() -> None:
    _, e = pod()
    plain = timing(model(), e, JOB)
    fast = timing(model(), e, replace(JOB, decode_speedup=2.0))
    step = decode_s(model(), e, 8, JOB.context)
    assert plain.tpot(8) - fast.tpot(8) == pytest.approx(step / 2)
    assert plain.ttft(8) == fast.ttft(8)


@given(st.integers(1, 500), st.floats(0.05, 0.99), st.floats(1, 20))
def test_rarer_moments_and_bursts_run_more_at_once(batch: int, load: float, bursts: float) -> None:
    at = [running(batch, load, bursts, late) for late in (0.5, 0.05, 0.01)]
    assert 1 <= at[0] <= at[1] <= at[2] <= max(1, batch)
    assert running(batch, load, bursts, 0.05) >= running(batch, load, 1.0, 0.05)


def test_what_a_scenario_says_reaches_the_options() -> None:
    import toys
    from estimate_toys import row

    from planner.options.serve import options

    def offered(**stated: Any) -> Any:
        spec = {
            "model": "m",
            "input_tokens": 4096,
            "output_tokens": 100,
            "ttft": 2.0,
            "tpot": 0.05,
            "precision": "bf16",
        }
        asked = toys.workload("w", kind="serving", spec={**spec, **stated})
        problem: Any = type("P", (), {"models": {"m": row()}, "fabrics": ()})()
        return options(problem, asked, accelerated(), coefficients())[0]

    plain = offered()
    assert offered(burstiness=1.0, prefix_hits=0.0, decode_speedup=1.0, disaggregated="never") == plain
    assert offered(burstiness=20.0).per_machine < plain.per_machine
    assert offered(prefix_hits=0.8).per_machine > plain.per_machine
    assert offered(decode_speedup=2.0).per_machine > plain.per_machine
    split = offered(disaggregated="always")
    assert split.details["prefill_engines"] + split.details["decode_engines"] == 4 * split.replica_machines
    assert split.basis == "estimated"
    either = offered(disaggregated="either").per_machine
    assert either == max(split.per_machine, plain.per_machine)


def test_a_draft_takes_memory_from_the_cache() -> None:
    """10 GB of 16-bit weights beside the model: by hand, that much less for the cache of every replica."""
    _, e = pod()
    drafted = beside_draft(e, replace(JOB, draft_parameters=5e9))
    assert e.memory - drafted.memory == pytest.approx(10e9)
    assert beside_draft(e, JOB) == e
    whole = JOB.input_tokens + JOB.output_tokens
    plain = room(model(), e, whole)
    assert plain - room(model(), drafted, whole) == pytest.approx(10e9 / (cache_bytes(model(), e) * whole))
    tight = replace(JOB, decode_speedup=2.0, draft_parameters=(plain - 1.5) * cache_bytes(model(), e) * whole / 2)
    assert together(tight).batch == 1
    assert together(tight).requests_per_s < together(replace(tight, draft_parameters=0.0)).requests_per_s


def test_a_draft_that_does_not_fit_is_refused() -> None:
    chip, e = pod()
    asked = replace(JOB, decode_speedup=2.0, draft_parameters=5e11)
    for refused in (replica(model(), e, asked, coefficients()), disaggregated(model(), chip, e, asked, coefficients())):
        assert isinstance(refused, Refusal)
        assert refused.reason == "memory"
