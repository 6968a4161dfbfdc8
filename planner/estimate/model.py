"""What a transformer costs: bytes, KV cache, FLOPs. Architectures are catalog rows of kind `model`.

Layers with sliding windows of w tokens (`window`, in `windowed_layers` of them) keep min(t, w) tokens of a context t in
cache, and attend on average to w - w^2 / 2t of a sequence's t, not to t / 2. That is of serving: published training
runs of gpt-oss are no faster than with whole attention, and are predicted so.

A new token's attention to one in cache costs 4 heads x head dimension FLOPs; to a latent (MLA), which every head
multiplies as it is, 2 heads (2 rank + rotary part): some 500 a byte, where other attention takes a few dozen.

`mxfp4_experts`: weights of experts alone are published at four bits (MXFP4, gpt-oss), all others stay at 16.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

BYTES = {"fp32": 4.0, "tf32": 4.0, "fp16": 2.0, "bf16": 2.0, "fp8": 1.0, "int8": 1.0, "fp4": 0.5625, "int4": 0.5625}
"""Bytes per weight by precision; 4-bit formats carry one 8-bit scale per 16 weights (NVFP4, MXFP4 has 32)."""
MLA_QUERY_RANK = 1536
"""Rank of the query projection of multi-head latent attention (DeepSeek-V3 configuration, q_lora_rank)."""
MLA_NOPE_DIM = 128
"""Query and value dimension per head beside the rotary part (DeepSeek-V3 configuration)."""


@dataclass(frozen=True, slots=True)
class Transformer:
    """An architecture in plain numbers; parameters in units, not billions."""

    params: float
    active: float
    layers: int
    hidden: float
    vocab: float
    heads: float
    attention_width: float
    """Heads x head dimension."""
    kv_width: float
    """Elements cached per token and layer, keys and values together."""
    kv_heads: float
    """Heads of keys and values; 0 where a latent is cached instead (MLA)."""
    attention_params: float
    """Weights of one layer's attention projections."""
    ffn_active: float
    """Weights of one layer's feed-forward part that a token passes through."""
    ffn_params: float
    """Weights of one layer's feed-forward part, all experts."""
    ffn_width: float
    """Feed-forward intermediate elements per token and layer, summed over matrices that store one."""
    experts: int
    topk: int
    window: float = inf
    """Tokens back that windowed layers attend to, and keep in cache."""
    windowed: float = 0.0
    """Share of the layers that are windowed."""
    score_flops: float = 0.0
    """FLOPs of a layer's attention of one new token to one token in cache."""
    mxfp4: bool = False
    """Whether weights are narrow in experts alone, and multiply by wider activations there."""

    @property
    def fixed(self) -> float:
        """Weights that every token passes."""
        return self.params - self.routed

    def fixed_bytes(self, precision: str) -> float:
        """Bytes of weights that every token passes."""
        return self.fixed * (max(2.0, BYTES[precision]) if self.mxfp4 else BYTES[precision])

    def read_bytes(self, precision: str, hit: float) -> float:
        """Bytes of weights with a share `hit` of the experts."""
        return self.fixed_bytes(precision) + self.routed * hit * BYTES[precision]

    def weight_bytes(self, precision: str) -> float:
        return self.read_bytes(precision, 1.0)

    def kv_bytes_per_token(self, precision: str = "bf16") -> float:
        return self.layers * self.kv_width * BYTES[precision]

    def seen(self, context: float) -> float:
        """Tokens of a context that a layer attends to, and keeps in cache: mean over the layers."""
        return (1 - self.windowed) * context + self.windowed * min(context, self.window)

    def kv_copies(self, ways: float) -> float:
        """Times the cache is held over accelerators that split attention `ways`: a head of keys cannot be split.

        Latents (MLA) are held once: engines then split attention by sequence.
        """
        return max(1.0, ways / self.kv_heads) if self.kv_heads else 1.0

    @property
    def kv_group(self) -> float:
        """Heads of queries that share one of keys."""
        return self.heads / self.kv_heads if self.kv_heads else 1.0

    def attention_flops(self, tokens: float) -> float:
        """Forward FLOPs of a prompt's causal attention, all layers."""
        return 4 * self.layers * self.attention_width * tokens * self.attended(tokens)

    def attended(self, tokens: float) -> float:
        """Tokens before and at each of a sequence that a layer attends to: mean over the sequence and the layers."""
        near = min(tokens, self.window)
        return (1 - self.windowed) * tokens / 2 + self.windowed * near * (1 - near / max(tokens, 1.0) / 2)

    @property
    def routed(self) -> float:
        """Weights of experts that a router chooses from; 0 where every token takes all."""
        if not self.experts or self.topk >= self.experts:
            return 0.0
        return min(self.params, (self.params - self.active) / (1.0 - self.topk / self.experts))

    def hit(self, tokens: float) -> float:
        """Share of the experts that at least one of so many tokens goes to: they are hit at random."""
        if not self.routed:
            return 1.0
        return float(1.0 - (1.0 - self.topk / self.experts) ** max(1.0, tokens))

    def training_flops_per_token(self, sequence: float) -> float:
        """Forward and backward: 6 per active weight, and causal attention 6 L a s (half of the full 12 L a s)."""
        return 6 * self.active + 6 * self.layers * self.attention_width * sequence


def transformer(row: Mapping[str, Any]) -> Transformer:
    """An architecture from a catalog model's figures and texts. KeyError names a figure that is missing."""
    hidden, heads = float(row["hidden"]), float(row["heads"])
    width = heads * float(row["head_dim"])
    scores = 4 * width
    if row.get("attention") == "mla":
        rank, rope = float(row["kv_lora_rank"]), float(row["qk_rope_dim"])
        scores = 2 * heads * (2 * rank + rope)
        kv, kv_heads, attention = rank + rope, 0.0, _mla_params(hidden, heads, rank, rope)
        width = heads * (MLA_NOPE_DIM + rope / 2)
    else:
        kv_heads = float(row["kv_heads"])
        kv = 2 * kv_heads * float(row["head_dim"])
        attention = hidden * (2 * width + kv)
    matrices = 3 if row.get("glu") else 2
    experts, topk = int(row.get("experts") or 0), int(row.get("topk") or 0)
    ffn = float(row["ffn"])
    active_width = total_width = ffn
    if experts:
        each, shared = float(row.get("moe_ffn") or ffn), float(row.get("shared_experts") or 0)
        dense = float(row.get("dense_layers") or 0) / float(row["layers"])
        active_width = (1 - dense) * (topk + shared) * each + dense * ffn
        total_width = (1 - dense) * (experts + shared) * each + dense * ffn
    return Transformer(
        params=float(row["params_b"]) * 1e9,
        active=float(row["active_params_b"]) * 1e9,
        layers=int(row["layers"]),
        hidden=hidden,
        vocab=float(row["vocab"]),
        heads=heads,
        attention_width=width,
        kv_width=kv,
        kv_heads=kv_heads,
        attention_params=attention,
        ffn_active=matrices * hidden * active_width + experts * hidden,
        ffn_params=matrices * hidden * total_width,
        ffn_width=matrices * active_width,
        experts=experts,
        topk=topk,
        window=float(row.get("window") or inf),
        windowed=float(row.get("windowed_layers") or 0.0) / float(row["layers"]),
        score_flops=scores,
        mxfp4=bool(row.get("mxfp4_experts")),
    )


def _mla_params(hidden: float, heads: float, rank: float, rope: float) -> float:
    """Multi-head latent attention's projections (DeepSeek-V2, arXiv:2405.04434, section 2.1)."""
    query = MLA_QUERY_RANK * (hidden + heads * (MLA_NOPE_DIM + rope))
    return query + hidden * (rank + rope) + rank * heads * 2 * MLA_NOPE_DIM + heads * MLA_NOPE_DIM * hidden
