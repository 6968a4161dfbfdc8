"""The step by hand, and what must hold for any machine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from estimate_toys import accelerated, coefficients, model
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.estimate.chip import chip_of
from planner.estimate.training import Frontier, Run, frontier, hardware, rates
from planner.estimate.training_memory import bytes_needed
from planner.estimate.training_step import HOP_S, Hardware, Layouts, Rates, step_seconds

PLAIN = Rates(
    attention=1.0, elementwise=0.0, overlap=1.0, launch_s=0.0, moe=1.0, group_s=0.0, hidden_tensor=0.4,
    hidden_experts=0.0,
)  # fmt: skip
HW = Hardware(linear=50e12, wide=50e12, memory_rate=1e18, scale_up=100e9, scale_out=10e9, domain=4)
H, L, V, S = 2048, 10, 32768, 1024
ONE = {"tp": 1, "pp": 1, "cp": 1, "ep": 1, "vp": 1, "dp": 1, "micro": 1, "count": 1, "recompute": 0.0}


def lay(**changes: Any) -> Layouts:
    return Layouts(**{**ONE, **changes})


def step(layout: Layouts, hw: Hardware = HW, **changes: Any) -> float:
    return float(step_seconds(model(**changes), hw, PLAIN, layout, S))


def arithmetic() -> float:
    linear = 2 * (4 * H * H + 8 * H * H) * S * L * 3
    scores = 4 * S * H * S * L * 0.5 * 3.5
    logits = 2 * H * V * S * 3
    return (linear + scores + logits) / 50e12


def test_one_accelerator_is_arithmetic() -> None:
    assert step(lay()) == pytest.approx(arithmetic(), rel=1e-6)


def test_more_micro_batches_take_that_many_times_as_long() -> None:
    assert step(lay(count=7)) == pytest.approx(7 * arithmetic(), rel=1e-6)


def test_bubble_by_hand() -> None:
    """Two stages, four micro-batches: (4 + 1) / 4 of half the arithmetic each, and the hand-over of activations."""
    hand_over = 2 * S * H * 2 / 10e9 * 2
    expected = 5 * arithmetic() / 2 + hand_over / 2
    assert step(lay(pp=2, count=4)) == pytest.approx(expected, rel=1e-3)


def test_tensor_exchange_by_hand() -> None:
    """Five collectives a layer where sequences are split: what was gathered is gathered again for the weights."""
    once = 2 * (1 / 2) * S * H * 2 * L / 100e9 + L * HOP_S
    assert step(lay(tp=2)) == pytest.approx(arithmetic() / 2 + 0.6 * 5 * once, rel=1e-6)
    whole = float(step_seconds(model(), HW, PLAIN, lay(tp=2), S, sequence_parallel=False))
    assert whole == pytest.approx(arithmetic() / 2 + 0.6 * 4 * once, rel=1e-6)


def test_norms_that_tensor_ranks_do_not_share_are_moved_by_each() -> None:
    slow, rates = replace(HW, linear=1e30, wide=1e30, memory_rate=1e12, scale_up=1e30), replace(PLAIN, elementwise=1.0)
    shared, whole = (
        float(step_seconds(model(), slow, rates, lay(tp=4), S, sequence_parallel=split)) for split in (True, False)
    )
    assert whole - shared == pytest.approx(10 * S * H * L * 3 / 2 * (3 / 4) / 1e12 - 0.6 * L * HOP_S, rel=1e-6)


def test_gradients_summed_by_a_kernel_of_their_own_are_moved_every_micro_batch() -> None:
    slow = replace(HW, linear=1e30, wide=1e30, memory_rate=1e12)
    held = 10 * (4 + 8) * H * H + 2 * H * V

    def old(count: int, *, accumulated: bool) -> float:
        made = step_seconds(model(), slow, PLAIN, lay(count=count), S, fused=False, accumulated=accumulated)
        return float(made)

    assert old(5, accumulated=False) - old(5, accumulated=True) == pytest.approx(5 * held * 10 / 1e12, rel=1e-6)


def test_stages_of_old_stacks_wait_for_every_hand_over() -> None:
    """Each of 4 micro-batches of 3 chunks, forward and back, beside what today's stacks show."""
    fast = replace(HW, linear=1e30, wide=1e30, memory_rate=1e30)
    lays = lay(pp=2, vp=3, count=4)
    old, now = (float(step_seconds(model(), fast, PLAIN, lays, S, fused=fused)) for fused in (False, True))
    assert old - now == pytest.approx(2 * 3 * 4 * 2 * S * H / 10e9, rel=1e-6)


EXPERTS = {"experts": 16, "topk": 2, "moe_ffn": 1024, "ffn": 1024}


def of_experts(layout: Layouts, hw: Hardware, rates: Rates = PLAIN, pace: float = 1.0) -> float:
    return float(step_seconds(model(**EXPERTS), hw, rates, layout, S, pace=pace))


def test_copies_of_tokens_by_hand() -> None:
    """Memory moves what dense layers move, and four bytes of every copy in three passes."""
    slow = replace(HW, linear=1e30, wide=1e30, memory_rate=1e12)
    logits_and_optimiser = step(lay(), slow) - (10 * 12 * H * H + 2 * H * V) * 24 / 1e12
    held = 10 * (4 * H * H + 16 * 2 * H * 1024) + 2 * H * V
    copies = 4 * 2 * S * H * L * 3 / 1e12
    assert of_experts(lay(), slow) == pytest.approx(logits_and_optimiser + copies + held * 24 / 1e12, rel=1e-6)


def test_every_expert_held_is_launched() -> None:
    fast = replace(HW, linear=1e30, wide=1e30, memory_rate=1e30, scale_up=1e30)
    launched = replace(PLAIN, group_s=1e-5)
    for ways in (1, 4):
        added = of_experts(lay(ep=ways, dp=4), fast, launched) - of_experts(lay(ep=ways, dp=4), fast)
        assert added == pytest.approx(16 / ways * L * 3 * 1e-5, rel=1e-6)


def test_software_sets_the_pace_of_expert_layers_alone() -> None:
    fast = replace(HW, wide=1e30, memory_rate=1e30, scale_up=1e30)
    slow, now = (of_experts(lay(), fast, pace=pace) for pace in (0.5, 1.0))
    assert slow - now == pytest.approx(2 * (2 * 2 * H * 1024 + 16 * H) * S * L * 3 / 50e12, rel=1e-6)
    dense = (float(step_seconds(model(), HW, PLAIN, lay(), S, pace=pace)) for pace in (0.5, 1.0))
    assert len(set(dense)) == 1


def test_the_exchange_of_experts_hides_behind_arithmetic() -> None:
    fast = replace(HW, linear=1e30, wide=1e30, memory_rate=1e30)
    open_, half = (
        float(step_seconds(model(**EXPERTS), fast, replace(PLAIN, hidden_experts=h), lay(ep=4, dp=4), S, frozen=True))
        for h in (0.0, 0.5)
    )
    assert open_ - half == pytest.approx(0.5 * 2 * S * H * 4 * L * 2 * (3 / 4) / 100e9, rel=1e-6)


def test_gradients_share_the_nics_of_a_node() -> None:
    """dp 8 over nodes of 4: each of the four members has four NICs' 10 GB/s; overlap hides the smaller part."""
    held = 10 * (4 + 8) * H * H + 2 * H * V
    reduce = held * 4 * 2 * 7 / 8 / 40e9
    slow = replace(HW, linear=1e18, wide=1e18)
    assert step(lay(dp=8), slow) == pytest.approx(reduce, rel=1e-3)
    capped = replace(slow, scale_up=20e9)
    assert step(lay(dp=8), capped) == pytest.approx(2 * reduce, rel=1e-3)


def test_tensors_beyond_a_domain_take_the_nics_of_all_its_accelerators() -> None:
    """tp 8 over domains of 4: rings over four NICs of 10 GB/s each, or the links where those are slower."""
    fast = replace(HW, linear=1e18, wide=1e18, memory_rate=1e18)
    halves = [step(lay(tp=8), replace(fast, scale_out=out)) for out in (1e9, 2e9)]
    assert halves[0] / halves[1] == pytest.approx(2, rel=0.05)
    four, eight = step(lay(tp=4), fast), step(lay(tp=8), replace(fast, scale_out=1e12))
    assert eight == pytest.approx(four * (7 / 8) / (3 / 4), rel=0.05)


def test_memory_by_hand() -> None:
    held = L * 12 * H * H + 2 * H * V
    block = 8 * H + 4 * H + 2 * 2 * H + 2 * 2 * 4 * H
    expected = held * 18 + S * (block * L + 6 * V)
    assert float(bytes_needed(model(), lay(), S)) == pytest.approx(expected)
    assert block == 32 * H


def test_frozen_weights_take_two_bytes_and_no_gradients() -> None:
    held = L * 12 * H * H + 2 * H * V
    states = float(bytes_needed(model(), lay(), S)) - held * 18
    assert float(bytes_needed(model(), lay(), S, frozen=True)) == pytest.approx(held * 2 + states)
    assert float(bytes_needed(model(), lay(dp=8), S, fsdp=True)) < float(bytes_needed(model(), lay(dp=8), S))
    linear = 2 * (4 * H * H + 8 * H * H) * S * L / 50e12
    logits = 2 * H * V * S / 50e12
    saved = step(lay()) - float(step_seconds(model(), HW, PLAIN, lay(), S, frozen=True))
    assert saved == pytest.approx(linear + logits, rel=1e-6)


def test_recomputation_and_sharding_save_memory() -> None:
    base = float(bytes_needed(model(), lay(), S))
    assert float(bytes_needed(model(), lay(recompute=1.0), S)) < base
    assert float(bytes_needed(model(), lay(dp=8), S)) < base
    assert float(bytes_needed(model(), lay(tp=2), S)) < base


def found(tokens_per_batch: float = 65_536.0, **performance: float) -> Frontier:
    chip = chip_of(accelerated(performance=performance))
    assert chip is not None
    return frontier(chip, model(), Run(1e9, S, tokens_per_batch, "bf16"), 1.0, coefficients())


def fastest(front: Frontier, machines: int) -> float:
    return float(front.step_s[front.machines <= machines].min())


def test_the_frontier_rises_in_machines_and_falls_in_time() -> None:
    front = found()
    assert front.machines.size > 2
    assert (np.diff(front.machines) > 0).all()
    assert (np.diff(front.step_s) < 0).all()
    assert [x.machines for x in front.layouts] == front.machines.tolist()


@given(
    st.sampled_from(["bf16_tflops", "mem_gb", "mem_gb_per_s", "scale_up_gb_per_s"]),
    st.floats(1.05, 4),
    st.integers(1, 8),
)
def test_a_better_machine_is_never_slower(figure: str, factor: float, machines: int) -> None:
    base = {"bf16_tflops": 100.0, "mem_gb": 40.0, "mem_gb_per_s": 1000.0, "scale_up_gb_per_s": 100.0}[figure]
    better = found(**{f"accelerator_{figure}": base * factor})
    assert fastest(better, machines) <= fastest(found(), machines) * (1 + 1e-9)


@given(st.floats(1.0, 8.0))
def test_oversubscription_never_helps(ratio: float) -> None:
    chip = chip_of(accelerated())
    assert chip is not None
    run = Run(1e9, S, 65_536.0, "bf16")
    tight = frontier(chip, model(), run, ratio, coefficients())
    assert fastest(tight, 8) >= fastest(found(), 8) * (1 - 1e-9)


def test_a_model_too_large_for_the_memory_has_no_layout() -> None:
    front = found(accelerator_mem_gb=0.1)
    assert front.machines.size == 0
    assert front.least_gb > 0.1


def test_layouts_fit_the_memory_and_the_machines() -> None:
    for layout in found().layouts:
        assert layout.memory_gb <= 40.0
        assert layout.tensor * layout.pipeline * layout.data <= layout.machines * 4


@given(st.sampled_from([1, 2, 3, 4, 6, 8]), st.integers(3, 9))
def test_a_larger_batch_never_lowers_throughput(machines: int, power: int) -> None:
    """Twice the sequences, on machines that share them evenly, in less than twice the time."""
    once, twice = (fastest(found(float(S * many)), machines) for many in (3 * 2**power, 6 * 2**power))
    assert twice <= 2 * once * (1 + 1e-9)


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from([14, 28, 60]), st.sampled_from([1, 2, 4]), st.sampled_from([1, 2, 4, 8]),
    st.sampled_from([1, 2, 4]), st.integers(0, 8), st.integers(1, 6), st.sampled_from([1.0, 25.0]),
)  # fmt: skip
def test_no_even_layout_is_faster_than_the_one_found(
    layers: int, tp: int, ep: int, vp: int, which: int, count: int, gbps: float
) -> None:
    """Any stages of as many layers each, any split of experts: what is found on so many machines is no slower."""
    even = [p for p in range(1, 33) if layers % (p * vp) == 0 and (p > 1 or vp == 1)]
    pp = even[which % len(even)] if even else 1
    vp = vp if even else 1
    sequences, mixture = 64.0, model(layers=layers, experts=8, topk=2, ffn=2048)
    count = max(count, pp if vp > 1 else 1)
    dp = float(np.ceil(sequences / count))
    chip = chip_of(accelerated(nic_gbps=gbps))
    assert chip is not None
    made = lay(tp=tp, pp=pp, ep=ep, vp=vp, dp=dp, count=float(count))
    if ep > dp or float(bytes_needed(mixture, made, S)) > chip.memory:
        return
    front = frontier(chip, mixture, Run(1e9, S, sequences * S, "bf16"), 1.0, coefficients())
    hw = hardware(chip, "bf16", 1.0, coefficients())
    mine = float(step_seconds(mixture, hw, rates(coefficients()), made, S))
    assert fastest(front, int(np.ceil(tp * pp * dp / 4))) <= mine * (1 + 1e-9)
