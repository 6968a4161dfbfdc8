"""Seconds of one training step: FLOPs, memory traffic, launches, collectives, pipeline bubble, optimiser.

Everything is arithmetic on floats or arrays of one shape, so thousands of layouts cost one pass. Per micro-batch of t
tokens on one accelerator, with l = ceil(L / pp) layers and r the share of the forward pass done again:

    linear       2 (attention + ffn / moe) t l (3 + r) / tp / (peak e)               2 + r where base weights are frozen
    attention    4 s a t l 0.5 (3 + 0.5) / tp / (peak16 e16 k_attention)                  causal and fused
    logits       2 h V t 3 / tp / pp / (peak16 e16)
    elementwise  34 t h l (3 + r) / 2 / tp k_elementwise / memory rate     34 bytes: Korthikanti 2022; ten of them are
                 not split by tp without sequence parallelism
    softmax      34 t V / tp / pp / memory rate                            of the logits, 32-bit inside
    launches     l (3 + r) launch
    groups       l (3 + r) experts / ep group                              each expert held is a matrix of its own
    copies       4 topk t h l (3 + r) / tp / memory rate                   tokens sorted by expert and put back
    tensor       (1 - hidden) (2 (tp - 1) / tp 2 t h n l / up + n l 15 us) n = 5 + 2 r collectives a layer, 4 + 2 r
                 without sequence parallelism; beyond a domain of D, D out for up: rings over all its NICs
    context      0.2 x 6 kv t l (cp - 1) / tp / up
    experts      (1 - hidden) 2 t h 4 l / tp (near / up + far / out)       copies of a token: topk (ep - 1) / ep in all;
                 what leaves for one of D domains goes once for all experts there, far = (D - 1) (1 - (1 - 1 / D)^topk)
                 on networks without links between rails, (R - 1) / R of far over the links of a domain first
                 on a torus of d dimensions near times d n / 2, n = (ep tp) ^ (1 / d), at least 1
    pace         of linear layers of experts, groups and copies: software of the row's date over that of the newest
    late         what messages take longer than two tiers: on exchanges of experts, hand-overs, steps of a ring
    step         micro-batch x m (1 + (pp - 1) / (v m)) , then max with the gradient exchange, then the optimiser

Stacks before fused attention (`fused` false): every score is computed and its probabilities stored, the core of
attention is done again in full and in selective recomputation, collectives and hand-overs between stages wait, and
gradients are summed by a kernel of their own, 10 bytes a parameter and micro-batch, unless `accumulated`: from
February 2022 the matrix multiplication does so (NVIDIA/Megatron-LM@83b1e42f30).

The gradient exchange is hierarchical: k members of the data-parallel group in one scale-up domain share its NICs, so
each sees k NICs' bandwidth, but never more than the scale-up link.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.estimate.model import Transformer

Array = Any
"""A float or a numpy array of the common shape."""
ELEMENT_BYTES = 34.0
"""Bytes per token, hidden unit and layer that pointwise operations move (Korthikanti et al. 2022, arXiv:2205.05198)."""
SCORE_BYTES = 5.0
"""Bytes per head and pair of tokens of an attention that is not fused (the same paper)."""
LOGIT_BYTES = 34.0
"""Bytes per token and vocabulary entry where the loss is not fused: logits written (2), cast (2 + 4), log-softmax
(4 + 4), its backward (4 + 4), cast back (4 + 2), read by two multiplications (2 + 2)."""
OPTIMISER_BYTES = 24.0
"""Bytes per parameter that an Adam step reads and writes: gradient, master weight, two moments."""
HOP_S = 15e-6
"""Latency of one collective inside a scale-up domain (confidence: memory)."""
CONTEXT_EXPOSED = 0.2
"""Share of context exchange not hidden behind arithmetic (confidence: memory)."""
NORM_BYTES = 10.0
"""Of ELEMENT_BYTES, what every tensor rank moves where norms are not split by sequence (the same paper)."""
COPY_BYTES = 4.0
"""Per copy of a token and hidden unit that is sorted by expert or put back: read and written once, 16 bits."""
SUM_BYTES = 10.0
"""Per parameter and micro-batch: a 16-bit gradient read, its 32-bit sum read and written."""
UNFUSED_SCORES = 4.0
"""Passes over the scores of an attention that is not fused: one forward, one again, two backward."""


@dataclass(frozen=True, slots=True)
class Hardware:
    """Rates of one accelerator: FLOP/s already times efficiency, bytes/s already times the links' share."""

    linear: Array
    """At the run's precision."""
    wide: Array
    """At 16 bits: attention and logits."""
    memory_rate: Array
    scale_up: Array
    scale_out: Array
    domain: Array
    late_s: Array = 0.0
    """Seconds that a message between domains takes longer than on a network of two tiers."""
    forwards: Array = 0.0
    """Share of messages between domains that change rails over the domain's own links."""
    dimensions: int = 0
    """Of a torus between accelerators, whose middle exchanges of experts crowd; 0 where switches join them."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Constants shared by all accelerators, fitted to published rows (catalog: coefficient/default)."""

    attention: float
    elementwise: float
    overlap: float
    launch_s: float
    moe: float
    """Rate of expert layers over dense ones."""
    group_s: float
    """Per expert that an accelerator holds, layer, pass and micro-batch."""
    hidden_tensor: float
    """Share of tensor exchange hidden behind arithmetic where attention is fused."""
    hidden_experts: float
    """The same of the exchange of experts."""


@dataclass(frozen=True, slots=True)
class Layouts:
    """Ways to spread a model: degrees, sequences per micro-batch, micro-batches per step, share recomputed."""

    tp: Array
    pp: Array
    cp: Array
    ep: Array
    vp: Array
    dp: Array
    micro: Array
    count: Array
    recompute: Array


def step_seconds(
    model: Transformer,
    hw: Hardware,
    rates: Rates,
    lay: Layouts,
    sequence: Array,
    *,
    fused: Array = True,
    fsdp: Array = False,
    frozen: Array = False,
    sequence_parallel: Array = True,
    accumulated: Array = True,
    pace: Array = 1.0,
) -> Array:
    """Seconds per optimiser step.

    `fused` false for stacks before fused attention and overlapped gradients; `fsdp` where weights are sharded over the
    data-parallel group; `frozen` where only adapters are trained (LoRA): no weight gradients, nothing to exchange;
    `sequence_parallel` where tensor ranks split norms and dropouts too; `accumulated` where matrix multiplications
    add up gradients themselves; `pace` is the rate of the software's expert layers over that of the newest.
    """
    tokens = lay.micro * sequence / lay.cp
    layers = np.ceil(model.layers / lay.pp)
    each = _arithmetic(model, hw, rates, lay, tokens, layers, sequence, fused, frozen, sequence_parallel)
    each = each + _experts(model, hw, rates, lay, tokens, layers, frozen) / pace
    each = each + _exchange(model, hw, rates, lay, tokens, layers, fused, sequence_parallel)
    held = np.where(frozen, 0.0, held_params(model, lay))
    apart = np.logical_not(np.logical_or(fused, accumulated))
    each = each + np.where(apart, held * SUM_BYTES, 0.0) / hw.memory_rate
    bubble = np.where(lay.pp > 1, (lay.pp - 1) / lay.vp, 0.0)
    hand_over = 2 * tokens * model.hidden / lay.tp / hw.scale_out + hw.late_s
    passed = np.where(fused, lay.pp, lay.pp + 2 * lay.vp * lay.count)
    step = each * (lay.count + bubble) + np.where(lay.pp > 1, hand_over * passed, 0.0)
    reduce = _gradients(hw, lay, held, fused, fsdp)
    hidden = np.maximum(step, reduce) + (1 - rates.overlap) * np.minimum(step, reduce)
    step = np.where(fused, hidden, step + reduce)
    sharded = np.where(np.logical_or(fsdp, fused), lay.dp, 1)
    return step + held / sharded * OPTIMISER_BYTES / hw.memory_rate


def held_params(model: Transformer, lay: Layouts) -> Array:
    """Parameters that one accelerator holds, embeddings spread over the stages."""
    experts = model.layers * model.ffn_params / (lay.ep if np.any(model.experts) else 1.0)
    return (model.layers * model.attention_params + experts + 2 * model.hidden * model.vocab) / (lay.tp * lay.pp)


def _arithmetic(
    model: Transformer,
    hw: Hardware,
    rates: Rates,
    lay: Layouts,
    tokens: Array,
    layers: Array,
    sequence: Array,
    fused: Array,
    frozen: Array,
    sequence_parallel: Array,
) -> Array:
    passes = 3 + lay.recompute
    ffn = 0.0 if np.any(model.experts) else model.ffn_active
    linear = (
        2 * (model.attention_params + ffn) * tokens * layers / lay.tp * (passes - np.where(frozen, 1, 0)) / hw.linear
    )
    share = np.where(fused, 0.5 * 3.5, UNFUSED_SCORES)
    scores = 4 * sequence * model.attention_width * tokens * layers / lay.tp * share / (hw.wide * rates.attention)
    logits = 2 * model.hidden * model.vocab * tokens * (3 - np.where(frozen, 1, 0)) / lay.tp / lay.pp / hw.wide
    whole = np.where(sequence_parallel, ELEMENT_BYTES, ELEMENT_BYTES + NORM_BYTES * (lay.tp - 1))
    moved = whole * tokens * model.hidden + np.where(fused, 0.0, SCORE_BYTES * model.heads * sequence * tokens)
    pointwise = moved / lay.tp * layers * passes / 2 * rates.elementwise / hw.memory_rate
    softmax = LOGIT_BYTES * tokens * model.vocab / lay.tp / lay.pp / hw.memory_rate
    return linear + scores + logits + pointwise + softmax + rates.launch_s * layers * passes


def _experts(
    model: Transformer, hw: Hardware, rates: Rates, lay: Layouts, tokens: Array, layers: Array, frozen: Array
) -> Array:
    if not np.any(model.experts):
        return 0.0
    passes = 3 + lay.recompute
    linear = 2 * model.ffn_active * tokens * layers / lay.tp * (passes - np.where(frozen, 1, 0)) / hw.linear / rates.moe
    moved = COPY_BYTES * model.topk * tokens * model.hidden / lay.tp * layers * passes / hw.memory_rate
    return linear + moved + rates.group_s * model.experts / lay.ep * layers * passes


def _exchange(
    model: Transformer,
    hw: Hardware,
    rates: Rates,
    lay: Layouts,
    tokens: Array,
    layers: Array,
    fused: Array,
    sequence_parallel: Array,
) -> Array:
    inside = np.where(lay.tp <= hw.domain, hw.scale_up, np.minimum(hw.scale_up, hw.scale_out * hw.domain))
    times = 4 + 2 * lay.recompute + np.where(sequence_parallel, 1, 0)
    tensor = 2 * (lay.tp - 1) / lay.tp * tokens * model.hidden * 2 * times * layers / inside + times * layers * HOP_S
    tensor = np.where(lay.tp > 1, tensor * np.where(fused, 1 - rates.hidden_tensor, 1.0), 0.0)
    inside = np.where(lay.tp * lay.cp <= hw.domain, hw.scale_up, hw.scale_out)
    context = CONTEXT_EXPOSED * 6 * model.kv_width * tokens * layers / lay.tp * (lay.cp - 1) / inside
    if not np.any(model.experts):
        return tensor + context
    domains = np.maximum(1.0, lay.ep * lay.tp / hw.domain)
    far = (domains - 1) * (1 - (1 - 1 / domains) ** model.topk)
    near = model.topk * (lay.ep - 1) / lay.ep - np.minimum(far, model.topk * (domains - 1) / domains)
    each = 2 * tokens * model.hidden * 4 * layers / lay.tp
    if hw.dimensions:
        from planner.estimate.torus import crowding

        near = near * crowding(np.minimum(lay.ep * lay.tp, hw.domain), hw.dimensions)
    late = np.where(domains > 1, 4 * layers * hw.late_s, 0.0)
    spread = each * ((near + hw.forwards * far) / hw.scale_up + far / hw.scale_out) + late
    return tensor + context + spread * (1 - rates.hidden_experts)


def _gradients(hw: Hardware, lay: Layouts, held: Array, fused: Array, fsdp: Array) -> Array:
    """Seconds of reduction and gathering: 4-byte gradients where fused stacks accumulate, weights too under FSDP."""
    members = np.maximum(1.0, np.minimum(hw.domain, lay.dp * lay.tp * lay.cp) / (lay.tp * lay.cp))
    alone = lay.dp * lay.tp * lay.pp * lay.cp <= hw.domain
    rate = np.where(alone, hw.scale_up, np.minimum(hw.scale_up, hw.scale_out * members))
    ring = (lay.dp - 1) / lay.dp
    replicated = held * np.where(fused, 4, 2) * 2 * ring
    sharded = held * 2 * 3 * ring * np.where(lay.pp == 1, lay.count, 1)
    hops = np.maximum(0.0, np.ceil(lay.dp / members) - 1) * np.where(fsdp, 3, 2)
    return np.where(lay.dp > 1, np.where(fsdp, sharded, replicated) / rate + hops * hw.late_s, 0.0)
