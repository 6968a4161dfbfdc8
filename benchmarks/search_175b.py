"""GPT-3 175B on 1,024 A100: the best of a space that Calculon searches too, and how long it takes.

    python benchmarks/search_175b.py

Space: tensor 1 to 8, pipeline 1 to 64, micro-batch 1 to 8, interleaving that divides the layers, recomputation full or
selective, optimiser state sharded; sequences of 2,048, 1,536 a batch. Calculon (calculon-ai/calculon@caa4b11, its A100
80 GB file) finds tensor 2, pipeline 16, data 32, micro-batch 1, interleaving 6, selective recomputation over a like
space of 2,688 configurations in 38.6 CPU seconds. It knows the software of 2022: attention not fused, exchanges waited
for, sequences split over tensor ranks; that is asked here first, then the software of today.
"""

from __future__ import annotations

import time
from itertools import product

import numpy as np

from planner.catalog import load
from planner.estimate.chip import Chip
from planner.estimate.coefficients import from_catalog
from planner.estimate.model import Transformer, transformer
from planner.estimate.training import hardware, rates
from planner.estimate.training_memory import bytes_needed
from planner.estimate.training_step import Hardware, Layouts, Rates, step_seconds
from planner.validate.books import books

ACCELERATORS, SEQUENCES, SEQUENCE = 1024, 1536, 2048
SHAPE = {"layers": 96, "hidden": 12288, "heads": 96, "kv_heads": 96, "head_dim": 128, "ffn": 49152, "vocab": 51200}
CALCULON = (2, 16, 32, 1, 6, 0.0)


def space() -> np.ndarray:
    """Rows of tensor, pipeline, data, micro-batch, interleaving, recomputation."""
    found = []
    for tp, pp, micro, again in product((1, 2, 4, 8), (1, 2, 4, 8, 16, 32, 64), (1, 2, 4, 8), (0.0, 1.0)):
        dp = ACCELERATORS // (tp * pp)
        if 96 % pp or SEQUENCES % (dp * micro):
            continue
        chunks = [v for v in range(1, 96 // pp + 1) if (96 // pp) % v == 0] if pp > 1 else [1]
        found += [(tp, pp, dp, micro, v, again) for v in chunks]
    return np.array(found, dtype=np.float64)


def main() -> None:
    known = books(load())
    chip = known.chip(known.accelerator("A100-80GB-SXM"))
    model = transformer({**SHAPE, "params_b": 175, "active_params_b": 175, "glu": False})
    c = from_catalog(known.catalog)
    for title, fused in (("software of 2022", False), ("software of today", True)):
        print(f"\n{title}")
        report(model, chip, hardware(chip, "bf16", 1.0, c), rates(c, chip.id), fused=fused)


def report(model: Transformer, chip: Chip, hw: Hardware, constants: Rates, *, fused: bool) -> None:
    """The five fastest configurations, and the seconds it took."""
    begun = time.process_time()
    tp, pp, dp, micro, vp, again = space().T
    one = np.ones_like(tp)
    lay = Layouts(tp, pp, one, one, vp, dp, micro, SEQUENCES / (dp * micro), again)
    fits = bytes_needed(model, lay, SEQUENCE) <= chip.memory
    step = np.where(fits, step_seconds(model, hw, constants, lay, SEQUENCE, fused=fused), np.inf)
    best = np.argsort(step)
    seconds = time.process_time() - begun
    print(f"{len(step)} configurations, {int(fits.sum())} fit, {seconds:.3f} CPU seconds")
    for i in best[:5]:
        row = tuple(float(a[i]) for a in (tp, pp, dp, micro, vp, again))
        mark = "   <- Calculon's best" if row == CALCULON else ""
        print(
            f"{step[i]:7.2f} s  tensor {row[0]:.0f} pipeline {row[1]:.0f} data {row[2]:.0f} micro-batch {row[3]:.0f} "
            f"interleaving {row[4]:.0f} recomputation {'full' if row[5] else 'selective'}{mark}"
        )


if __name__ == "__main__":
    main()
