"""Seconds of prefill and decode of a language model on one replica: a roofline, four fitted numbers per accelerator.

A replica is `stages` groups of n accelerators, one group per machine; within a group weights are split (tensor
parallel), across groups layers are (pipeline). With F = n peak e_c, W = n memory rate e_m of one group:

    prefill   max(FLOPs(prompt) / F, weights / W) + sum over layers of two all-reduces
    decode    max(2 active B / F, touched weights / W) + B KV(context) / W + two all-reduces a layer + layers o + B q
    requests  B k / (output decode(B) + B prefill)      k stages work on k batches of B at once

MoE reads the experts that B tokens touch. e_c, e_m, o, q: catalog rows of kind `coefficient`.
"""

from __future__ import annotations

from dataclasses import dataclass

from planner.estimate.chip import Chip
from planner.estimate.coefficients import Coefficients
from planner.estimate.model import Transformer

LINK_SHARE = 0.7
"""Of a scale-up link's peak that an all-reduce reaches (confidence: memory; NCCL bus bandwidth over peak)."""
HOP_S = {True: 10e-6, False: 30e-6}
"""Latency of one all-reduce over a scale-up fabric, or over PCIe (confidence: memory)."""
FABRIC_BYTES_PER_S = 1e11
"""Links at least this fast are a scale-up fabric, slower ones PCIe."""
EIGHT_BIT = ("fp8", "fp4", "int8")


@dataclass(frozen=True, slots=True)
class Engine:
    """One replica, its rates already times efficiency."""

    accelerators: int
    """Of one stage."""
    stages: int
    flops: float
    memory_rate: float
    memory: float
    """Bytes of one stage that weights and cache may fill."""
    link: float
    hop_s: float
    layer_s: float
    sequence_s: float
    precision: str
    kv_precision: str
    basis: str


def engine(chip: Chip, accelerators: int, stages: int, precision: str, c: Coefficients) -> Engine | None:
    """A replica of `stages` x `accelerators`; none where the catalog has no peak at a precision."""
    peak = chip.flops(precision)
    if peak <= 0:
        return None
    compute = c.efficiency(chip.id, "serving_compute", "serving_of_measured", chip.ceiling(precision))
    return Engine(
        accelerators=accelerators,
        stages=stages,
        flops=accelerators * peak * compute.value,
        memory_rate=accelerators * chip.memory_rate * c.of(chip.id, "serving_bandwidth").value,
        memory=accelerators * chip.memory * c.constant("memory_share"),
        link=chip.scale_up * LINK_SHARE,
        hop_s=HOP_S[chip.scale_up >= FABRIC_BYTES_PER_S],
        layer_s=c.of(chip.id, "serving_layer_s").value,
        sequence_s=c.of(chip.id, "serving_sequence_s").value,
        precision=precision,
        kv_precision="fp8" if chip.multiplies(precision) in EIGHT_BIT else "bf16",
        basis=compute.basis,
    )


def prefill_s(model: Transformer, e: Engine, tokens: float, prompts: float = 1.0) -> float:
    """Seconds to read `prompts` prompts of `tokens` through one stage's worth of compute and all layers."""
    read = model.weight_bytes(e.precision) * model.touched(tokens * prompts) / e.memory_rate
    return max(model.prefill_flops(tokens) * prompts / e.flops, read) + _reduce_s(model, e, tokens * prompts)


def decode_s(model: Transformer, e: Engine, batch: float, context: float) -> float:
    """Seconds between two tokens of each of `batch` sequences with `context` tokens in cache."""
    read = model.weight_bytes(e.precision) * model.touched(batch) / e.memory_rate
    cache = batch * context * model.kv_bytes_per_token(e.kv_precision) / e.memory_rate
    hops = 2 * model.layers * e.hop_s if e.accelerators > 1 else 0.0
    arithmetic = max(2 * model.active * batch / e.flops, read)
    host = model.layers * e.layer_s + batch * e.sequence_s
    return arithmetic + cache + _reduce_s(model, e, batch) + hops + host


def room(model: Transformer, e: Engine, tokens: float) -> float:
    """Sequences of `tokens` each whose cache fits beside the weights, all stages together; negative if they do not."""
    free = e.stages * e.memory - model.weight_bytes(e.precision)
    return free / (model.kv_bytes_per_token(e.kv_precision) * tokens)


def _reduce_s(model: Transformer, e: Engine, tokens: float) -> float:
    """Two ring all-reduces a layer over 16-bit activations."""
    n = e.accelerators
    return 2 * model.layers * 2 * (n - 1) / n * tokens * model.hidden * 2 / e.link if n > 1 else 0.0
