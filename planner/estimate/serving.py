"""Seconds of prefill and decode of a language model on one replica: a roofline with fitted efficiencies.

A replica is `stages` groups of n accelerators, one group per machine; within a group weights are split (tensor
parallel), across groups layers are (pipeline). With F = n peak e_c and W = n memory rate e_m of one group, B sequences:

    prefill   max(linear FLOPs / (F e_p) + attention FLOPs / (F16 e_a), touched weights / W) + two all-reduces a layer
    decode    max(2 active B / F, touched weights / (W e_w)) + B max(KV(context) copies group^g / W, scores / F16)
              + two all-reduces a layer + step + layers o + B q
    between   (k - 1) (B hidden 16-bit / (n NIC rate) + delay)                on either, where a network is given;
              a group over m machines reduces between them too, 2 (m - 1) / m of activations / (n / m NIC rate)
    KV bytes  heads of keys are not split further than to one an accelerator: more ways hold copies

Experts spread over machines (`wide`; planner/estimate/wide.py) replace these terms by their own.

F16: 16-bit peak times e_c, at which attention runs; scores: FLOPs of attention to the cache, which bind where latents
are cached (MLA); group: heads of queries that share one of keys; g above zero where
kernels read keys more than once for them, as old ones did for groups that are no power of two. MoE reads the experts
that B tokens touch, and multiplies at `serving_moe` of the rate. Experts in MXFP4 multiply by activations of 8 bits
where units do four bits (TensorRT-LLM: MXFP8 on Blackwell, 16 bits on Hopper), and what is not experts at 16.
Efficiencies are catalog rows of kind `coefficient` (by accelerator) times those of kind `engine` (by serving software
and year), or a user's own for both: e_c compute, e_m bandwidth, e_w weights narrower than 16 bits, e_p prefill, e_a
attention, o layer, q sequence, g group.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, log2
from typing import TYPE_CHECKING

from planner.estimate import wide
from planner.estimate.chip import Chip
from planner.estimate.coefficients import Coefficients
from planner.estimate.model import Transformer

if TYPE_CHECKING:
    from planner.estimate.network import Between

LINK_SHARE = 0.7
"""Of a scale-up link's peak that an all-reduce reaches (confidence: memory; NCCL bus bandwidth over peak)."""
PCIE_HOPS = 3.0
"""Latency of an all-reduce over PCIe, over that on a scale-up fabric (confidence: memory)."""
CHUNK_TOKENS = 8192.0
"""Tokens of prompts that engines read in one pass (default of vLLM and TensorRT-LLM; confidence: memory)."""
FABRIC_BYTES_PER_S = 1e11
"""Links at least this fast are a scale-up fabric, slower ones PCIe."""
PLAIN = (
    "prefill",
    "moe",
    "step_s",
    "layer_s",
    "group",
    "odd_group",
    "stall",
    "first_prefill",
    "first_decode",
    "first_queue",
    "request_s",
)
"""Coefficients that a replica takes as they are."""
WIDTHS = {"fp8": "serving_8bit", "int8": "serving_8bit", "fp4": "serving_4bit"}
"""Coefficient of units that multiply narrower than 16 bits: of their peak, over what 16-bit units reach of theirs."""


@dataclass(frozen=True, slots=True)
class Engine:
    """One replica, its rates already times efficiency."""

    accelerators: int
    """Of one stage."""
    ways: float
    """Ways attention heads are split: the accelerators, or their cores where those hold heads of their own."""
    stages: int
    flops: float
    attention_flops: float
    """16-bit FLOP/s of attention over prompts."""
    score_flops: float
    """16-bit FLOP/s of new tokens' attention to the cache, and of weights that stay at 16 bits."""
    mixed_flops: float
    """FLOP/s of narrow weights by activations of at least eight bits."""
    prefill: float
    """Rate of prompts' linear layers over `flops`."""
    moe: float
    """Rate of expert layers over `flops`."""
    memory_rate: float
    memory: float
    """Bytes of one stage that weights and cache may fill."""
    link: float
    hop_s: float
    step_s: float
    layer_s: float
    sequence_s: float
    narrow: float
    """Bandwidth of weights narrower than 16 bits over that of others; 1 where weights are not."""
    group: float
    """Exponent of the heads that share one of keys."""
    odd_group: float
    """That exponent times this where their number is no power of two."""
    stall: float
    """Of the prefill of others that a closed loop's decoding waits for."""
    first_prefill: float
    """Of a prompt's prefill alone, what a first token in a closed loop takes for it."""
    first_decode: float
    """Steps of others that it waits for."""
    first_queue: float
    """Of the prefill of all others, what is ahead of it."""
    request_s: float
    """Host work per user that asks at the same time."""
    largest_batch: float
    """Sequences the software decodes together at most."""
    precision: str
    kv_precision: str
    basis: str
    machines: int = 1
    """Over which the accelerators of one stage spread."""
    out: float = inf
    """Bytes/s of one accelerator to those of other machines."""
    far_s: float = 0.0
    """Delay of a message between machines."""
    wide: bool = False
    """Whether each accelerator has sequences and attention weights of its own, and experts are spread over all."""
    ranks: int = 1
    """Accelerators that hold whole experts, where attention is split over all; 1 where experts are split too."""
    windows: bool = True
    """Whether windowed layers keep their window in cache alone; else they keep all, and read their window."""

    def rates(self, model: Transformer) -> tuple[float, float]:
        """FLOP/s of weights that every token passes, and of experts."""
        moe = self.moe if model.experts else 1.0
        fixed, routed = (self.score_flops, self.mixed_flops) if model.mxfp4 else (self.flops, self.flops)
        return fixed * moe, routed * moe


def engine(
    chip: Chip,
    accelerators: int,
    stages: int,
    precision: str,
    c: Coefficients,
    software: str = "",
    ways: float | None = None,
    between: Between | None = None,
    *,
    wide: bool = False,
    ranks: int = 1,
    windows: bool = True,
) -> Engine | None:
    """A replica of `stages` x `accelerators` under a serving software (an `engine` row; none: what is current).

    `between`: what joins its machines; none: as if nothing there took time. `wide`: experts over all of them, sequences
    apart; `ranks`: whole experts on each of so many; `windows`: windowed layers keep no more than that.
    None where the catalog has no peak at a precision.
    """
    span = 1 if between is None else max(1, ceil(accelerators / chip.count))
    whole = span * stages
    peak, unit = chip.flops(precision), chip.multiplies(precision)
    if peak <= 0:
        return None
    compute = c.serving(chip.id, software, "serving_compute")

    def of(name: str) -> float:
        return c.serving(chip.id, software, name).value

    achieved = of("serving_compute")
    share = achieved * (of(WIDTHS[unit]) if unit in WIDTHS else 1.0)
    scores = achieved * (chip.flops("bf16") or peak)
    flops = accelerators * peak * min(1.0, share)
    eight = accelerators * chip.flops("fp8") * min(1.0, achieved * of("serving_8bit"))
    return Engine(
        accelerators=accelerators,
        ways=1.0 if wide else accelerators if ways is None else ways,
        stages=stages,
        flops=flops,
        attention_flops=accelerators * scores * of("serving_attention"),
        score_flops=accelerators * min(scores, chip.flops("bf16") or peak),
        mixed_flops=min(flops, eight) if unit == "fp4" and eight > 0 else flops,
        memory_rate=accelerators * chip.memory_rate * min(1.0, of("serving_bandwidth")),
        memory=accelerators * chip.memory * c.constant("serving_memory_share"),
        link=chip.scale_up * LINK_SHARE,
        hop_s=of("serving_hop_s") * (1.0 if chip.scale_up >= FABRIC_BYTES_PER_S else PCIE_HOPS),
        sequence_s=of("serving_sequence_s") / (accelerators if wide else 1),
        narrow=of("serving_narrow") if unit in WIDTHS else 1.0,
        largest_batch=of("largest_batch") * (accelerators if wide else 1),
        precision=precision,
        kv_precision="fp8" if unit in WIDTHS else "bf16",
        basis=compute.basis,
        machines=span,
        out=inf if between is None or whole == 1 else between.rate(chip, whole),
        far_s=0.0 if between is None or whole == 1 else between.delay_s(chip, whole),
        wide=wide,
        ranks=ranks,
        windows=windows,
        **{name: of(f"serving_{name}") for name in PLAIN},
    )


def prefill_s(model: Transformer, e: Engine, tokens: float, prompts: float = 1.0, cached: float = 0.0) -> float:
    """Seconds to read `prompts` prompts of `tokens` through one stage's worth of compute and all layers.

    `cached` tokens of each come before them, in cache already: attended to, not read again.
    """
    if e.wide:
        return wide.prefill_s(model, e, tokens, prompts, cached)
    read = model.read_bytes(e.precision, model.hit(tokens * prompts)) / e.memory_rate
    linear = 2 * model.active * tokens * prompts / (_flops(model, e) * e.prefill)
    attention = (model.attention_flops(cached + tokens) - model.attention_flops(cached)) * prompts / e.attention_flops
    return max(linear + attention, read) + _reduce_s(model, e, tokens * prompts) + _hand_s(model, e, tokens * prompts)


def among_others_s(model: Transformer, e: Engine, tokens: float, most: float = inf, cached: float = 0.0) -> float:
    """Seconds of one prompt's prefill where a chunk of them, at most `most`, is read together."""
    prompts = max(1.0, min(most, CHUNK_TOKENS / tokens)) * (e.accelerators if e.wide else 1)
    return prefill_s(model, e, tokens, prompts, cached) / prompts


def decode_s(model: Transformer, e: Engine, batch: float, context: float) -> float:
    """Seconds between two tokens of each of `batch` sequences with `context` tokens in cache."""
    weights = wide.read_bytes if e.wide else _read_bytes
    read = weights(model, e, batch) / (e.memory_rate * e.narrow)
    cache = batch * model.seen(context) * _attention_s(model, e)
    arithmetic = max(2 * model.active * batch / _flops(model, e), read)
    host = e.step_s + model.layers * e.layer_s + batch * e.sequence_s
    return arithmetic + cache + _reduce_s(model, e, batch) + _hand_s(model, e, batch) + host


def first_s(model: Transformer, e: Engine, tokens: float) -> float:
    """Seconds from a prompt to its first token on an idle replica: its prefill and one step's host work."""
    return prefill_s(model, e, tokens) + e.step_s + model.layers * e.layer_s


def cache_bytes(model: Transformer, e: Engine) -> float:
    """Bytes a stage's accelerators together hold for one token of one sequence, all layers."""
    return model.kv_bytes_per_token(e.kv_precision) * model.kv_copies(e.ways)


def room(model: Transformer, e: Engine, tokens: float) -> float:
    """Sequences of `tokens` each whose cache fits beside the weights, all stages together; negative if they do not."""
    held = wide.held_bytes(model, e) if e.wide else model.weight_bytes(e.precision)
    free = e.stages * e.memory - held
    return free / (cache_bytes(model, e) * (model.seen(tokens) if e.windows else tokens))


def _read_bytes(model: Transformer, e: Engine, tokens: float) -> float:
    """Weights that a step reads: of experts, as if all accelerators read what the busiest does."""
    return model.read_bytes(e.precision, wide.busiest(model, e.ranks, tokens))


def _attention_s(model: Transformer, e: Engine) -> float:
    """Seconds of a step for each token in cache, all layers: read, and multiplied."""
    read = cache_bytes(model, e) * _reads(model, e) / e.memory_rate
    return max(read, model.layers * model.score_flops / e.score_flops)


def _reads(model: Transformer, e: Engine) -> float:
    """Times a step reads the cache."""
    odd = log2(model.kv_group) % 1 > 0
    return float(model.kv_group ** (e.group * (e.odd_group if odd else 1.0)))


def _flops(model: Transformer, e: Engine) -> float:
    """FLOP/s of linear layers."""
    fixed, routed = e.rates(model)
    return fixed if fixed == routed else model.active / (model.fixed / fixed + (model.active - model.fixed) / routed)


def _reduce_s(model: Transformer, e: Engine, tokens: float) -> float:
    """Two ring all-reduces a layer over 16-bit activations: inside each machine, then between those that there are."""
    n, m = e.accelerators / e.machines, e.machines
    if e.wide:
        return wide.exchange_s(model, e, tokens, min(e.accelerators, tokens))
    if e.accelerators == 1:
        return 0.0
    sent = tokens * model.hidden * 2
    each = 2 * (n - 1) / n * sent / e.link + e.hop_s
    if m > 1:
        each += 2 * (m - 1) / m * sent / (n * e.out) + e.hop_s + 2 * (m - 1) * e.far_s
    return 2 * model.layers * each


def _hand_s(model: Transformer, e: Engine, tokens: float) -> float:
    """16-bit activations from stage to stage, over the NICs of all accelerators of one."""
    return (e.stages - 1) * (tokens * model.hidden * 2 / (e.accelerators * e.out) + e.far_s)
