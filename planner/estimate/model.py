"""What a transformer costs: bytes, KV cache, FLOPs. Architectures are catalog rows of kind `model`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

BYTES = {"fp16": 2.0, "bf16": 2.0, "fp8": 1.0, "int8": 1.0, "fp4": 0.5}
"""Bytes per weight by precision."""


@dataclass(frozen=True, slots=True)
class Transformer:
    """An architecture in plain numbers; parameters in units, not billions."""

    params: float
    active: float
    layers: int
    attention_width: float
    """Heads x head dimension."""
    kv_width: float
    """Elements cached per token and layer, keys and values together."""
    experts: int
    topk: int

    def weight_bytes(self, precision: str) -> float:
        return self.params * BYTES[precision]

    def kv_bytes_per_token(self, precision: str = "bf16") -> float:
        return self.layers * self.kv_width * BYTES[precision]

    def touched(self, tokens: float) -> float:
        """Share of the weights a step over `tokens` reads: experts are hit at random, everything else always."""
        if not self.experts:
            return 1.0
        routed = (self.params - self.active) / max(1e-12, 1.0 - self.topk / self.experts)
        hit = 1.0 - (1.0 - self.topk / self.experts) ** max(1.0, tokens)
        return float((self.params - routed + routed * hit) / self.params)

    def prefill_flops(self, tokens: float) -> float:
        """Forward FLOPs of a prompt: two per active weight and token, and causal attention."""
        return 2 * self.active * tokens + 2 * self.layers * self.attention_width * tokens**2

    def training_flops_per_token(self, sequence: float) -> float:
        """Forward and backward: 6 per active weight, and causal attention 6 L a s (half of the full 12 L a s)."""
        return 6 * self.active + 6 * self.layers * self.attention_width * sequence


def transformer(row: Mapping[str, Any]) -> Transformer:
    """An architecture from a catalog model's figures and texts."""
    head = float(row["head_dim"])
    if row.get("attention") == "mla":
        kv = float(row["kv_lora_rank"]) + float(row["qk_rope_dim"])
    else:
        kv = 2 * float(row["kv_heads"]) * head
    return Transformer(
        params=float(row["params_b"]) * 1e9,
        active=float(row["active_params_b"]) * 1e9,
        layers=int(row["layers"]),
        attention_width=float(row["heads"]) * head,
        kv_width=kv,
        experts=int(row.get("experts", 0)),
        topk=int(row.get("topk", 0)),
    )
