"""Bytes one accelerator needs during training: weights, gradients, optimiser state, activations.

    states       6 p + 12 p / dp            16-bit weights, 32-bit gradients; master weights and two moments, ZeRO-1
                 16 p / dp + 4 p / l        fully sharded (FSDP, ZeRO-3), two layers gathered at a time
                 2 p                        frozen (LoRA), adapters left out; 2 p / dp + 4 p / l fully sharded
    activations  per token and layer 8 h + 4 a + 2 kv + 2 ffn bytes over tp, selective recomputation; 2 h under full
    in flight    min(pp, micro-batches) (1 + (pp - 1) / (pp v)) micro-batches of a stage's layers (interleaved 1F1B)

Korthikanti et al. 2022 (arXiv:2205.05198) count 34 h for a GELU block; the terms here give 32 h for it, and 33.5 h for
Llama 3 70B. Rajbhandari et al. 2020 (arXiv:1910.02054) for the states.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from planner.estimate.model import Transformer
from planner.estimate.training_step import Layouts, held_params

Array = Any
HELD_BYTES, SHARDED_BYTES = 6.0, 12.0
FULLY_SHARDED_BYTES, GATHERED_BYTES, FROZEN_BYTES = 16.0, 4.0, 2.0
LOGIT_BYTES = 6.0
"""Per token and vocabulary entry: 16-bit logits and their 32-bit softmax."""


def bytes_needed(
    model: Transformer, lay: Layouts, sequence: Array, *, fsdp: bool = False, frozen: bool = False
) -> Array:
    """Bytes on the fullest accelerator of a layout.

    `fsdp` where weights and gradients are sharded too, `frozen` where only adapters are trained.
    """
    held, sharing = held_params(model, lay), _sharing(model, lay)
    whole, kept, shared = FULLY_SHARDED_BYTES, HELD_BYTES, SHARDED_BYTES
    if frozen:
        whole, kept, shared = FROZEN_BYTES, FROZEN_BYTES, 0.0
    states = held * (kept + shared / sharing)
    if fsdp:
        states = held * (whole / sharing + GATHERED_BYTES / np.ceil(model.layers / lay.pp))
    tokens = lay.micro * sequence / lay.cp
    block = 8 * model.hidden + 4 * model.attention_width + 2 * model.kv_width + 2 * model.ffn_width
    layers = np.ceil(model.layers / lay.pp)
    flying = np.minimum(lay.pp, lay.count) * (1 + (lay.pp - 1) / (lay.pp * lay.vp))
    flying = np.where(lay.pp > 1, flying, 1.0)
    kept = np.where(lay.recompute >= 1, 2 * model.hidden * layers * flying + block, block * layers * flying)
    logits = np.where(lay.pp == 1, LOGIT_BYTES * model.vocab, 0.0)
    return states + tokens / lay.tp * (kept + logits)


def _sharing(model: Transformer, lay: Layouts) -> Array:
    """Accelerators that share one optimiser state; experts are already spread over ep of them."""
    return np.maximum(1.0, lay.dp * lay.cp / (lay.ep if model.experts else 1.0))
