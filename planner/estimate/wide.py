"""Experts spread over all accelerators of some machines; attention, its weights and its cache apart on each.

With n accelerators on m machines, k experts a token takes, fixed weights (attention, shared experts, embeddings) and
routed ones, B sequences that are spread evenly:

    held      n fixed + routed                                             bytes, of the memory of all
    decode    (n fixed + routed hit by B tokens) / W                       instead of all touched weights / W
    prefill   dense FLOPs and attention on as many accelerators as there are prompts, experts' on all
    exchange  tokens / senders hidden (dispatch + combine bytes) (near / up + far / out) + 2 (hop + delay), each layer
              far = (m - 1) (1 - (1 - 1 / m)^k): a copy for each other machine that has one of its experts
              near = k (n - 1) / n - min(far, k (m - 1) / m)
    dispatch  a byte an element where weights are 8 bits or fewer, else two; combine two

Every exchange waits: engines that overlap two half batches hide a third of it. Experts are taken to be equally popular,
which published engines come near by copies of the busiest ones; a step still waits for the accelerator that chance
gives most of them. Of E / n experts on each, a share p is hit in the mean; the busiest of n accelerators reads

    p (1 + z sqrt((1 - p) n / (p E)))     z: normal quantile of (n - 0.375) / (n + 0.25), the expected largest of n

of its own (Blom 1958), at most all.
"""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

from planner.estimate.model import BYTES, Transformer

if TYPE_CHECKING:
    from planner.estimate.serving import Engine

COMBINE_BYTES = 2.0
"""Of an element that comes back from an expert: 16 bits (DeepSeek-V3, arXiv:2412.19437, section 3.2)."""


def held_bytes(model: Transformer, e: Engine) -> float:
    """Weights that all accelerators hold together."""
    return (e.accelerators - 1) * model.fixed_bytes(e.precision) + model.weight_bytes(e.precision)


def read_bytes(model: Transformer, e: Engine, tokens: float) -> float:
    """Weights that all accelerators read in a step over so many tokens, as if all read what the busiest does."""
    hit = busiest(model, e.accelerators, tokens)
    return (e.accelerators - 1) * model.fixed_bytes(e.precision) + model.read_bytes(e.precision, hit)


def busiest(model: Transformer, ranks: float, tokens: float) -> float:
    """Share of its experts that the busiest of `ranks` accelerators, each with whole experts, reads for a step."""
    hit = model.hit(tokens)
    if ranks <= 1 or not model.routed:
        return hit
    largest = NormalDist().inv_cdf((ranks - 0.375) / (ranks + 0.25))
    return min(1.0, hit * (1 + largest * sqrt((1 - hit) * ranks / (hit * model.experts))))


def prefill_s(model: Transformer, e: Engine, tokens: float, prompts: float, cached: float) -> float:
    """Seconds to read `prompts` prompts of `tokens`, each on one accelerator, its experts on all."""
    used = min(float(e.accelerators), max(1.0, prompts))
    fixed, routed = e.rates(model)
    experts = min(model.active, model.layers * model.ffn_active) if model.experts else 0.0
    dense = (model.active - experts) * e.accelerators / used
    linear = 2 * (experts / routed + dense / fixed) * tokens * prompts / e.prefill
    scores = (model.attention_flops(cached + tokens) - model.attention_flops(cached)) * prompts
    attention = scores / (e.attention_flops * used / e.accelerators)
    read = read_bytes(model, e, tokens * prompts) / e.memory_rate
    return max(linear + attention, read) + exchange_s(model, e, tokens * prompts, used)


def exchange_s(model: Transformer, e: Engine, tokens: float, senders: float) -> float:
    """Seconds in which tokens go to their experts and come back, all layers."""
    n, m, k = e.accelerators, e.machines, model.topk
    far = (m - 1) * (1 - (1 - 1 / m) ** k)
    near = k * (n - 1) / n - min(far, k * (m - 1) / m)
    each = tokens / max(1.0, senders) * model.hidden * (min(2.0, max(1.0, BYTES[e.precision])) + COMBINE_BYTES)
    return model.layers * (each * (near / e.link + far / e.out) + 2 * (e.hop_s + e.far_s))
