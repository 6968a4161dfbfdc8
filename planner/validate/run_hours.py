"""Accelerator-hours of a run of which little more is known than parameters and tokens."""

from __future__ import annotations

import re

from planner.catalog import Row
from planner.estimate.coefficients import DEFAULT, Spread
from planner.estimate.model import Transformer, transformer
from planner.estimate.training import error
from planner.validate.books import Books
from planner.validate.entry import Entry, Excluded
from planner.validate.models import COMMON_VOCABULARY, of_size
from planner.validate.training import RUN_ACCELERATORS, step_s
from planner.validate.training_rows import PRECISION, Case

SEQUENCE, BATCH_TOKENS = 2048, 2048 * 2048
"""Taken where a row does not say: the commonest of the GPT-3 generation, and the least taken of later ones."""
BATCH_SCALE, BATCH_POWER = 0.292, 0.3271
"""Tokens of the best batch of a run of C FLOPs: 0.292 C^0.3271 (DeepSeek LLM, arXiv:2401.02954, equation 1). Runs of
ten thousand accelerators have batches to match: with one of 2020 they would stand idle."""


def predicted_hours(entry: Entry, chip: Row, books: Books) -> Spread:
    """GPU-hours of the row's tokens by the planner's own layout. Raises Excluded."""
    model, made = _model(entry, books), books.chip(chip)
    count = int(entry.number("count", RUN_ACCELERATORS)) or RUN_ACCELERATORS
    tokens, precision = entry.positive("tokens"), PRECISION.get(entry.text("precision", "bf16").lower(), "")
    batch = max(BATCH_TOKENS, min(tokens, BATCH_SCALE * (6 * model.active * tokens) ** BATCH_POWER))
    sequences = float(round(batch / SEQUENCE))
    asked = Case(model, made, precision, SEQUENCE, count, sequences, None, True, False, False)
    if not made.flops(precision):
        raise Excluded(f"no peak of {made.id} at precision {entry.text('precision', 'bf16')!r}")
    hours = tokens / (sequences * SEQUENCE) * step_s(asked, books) * count / 3600
    spread = error(made, model, precision, books.coefficients)
    longer = books.coefficients.of(DEFAULT, "training_run_overhead")
    low, high = hours / spread.high * longer.low, hours / spread.low * longer.high
    return Spread(hours * longer.value, low, high, "estimated")


def _model(entry: Entry, books: Books) -> Transformer:
    """The catalog's model that the run's name begins with; else one of common proportions. Raises Excluded."""
    name = _plain(entry.text("run"))
    known = [row for row in books.catalog.rows("model") if row.get("layers", 0) and name.startswith(_plain(row.id))]
    if known:
        row = max(known, key=lambda r: len(r.id))
        return transformer({**row.text, **{k: f.value for k, f in row.figures.items()}})
    params = entry.positive("params")
    if "moe" in name or entry.has("active_params"):
        raise Excluded("no architecture of this mixture of experts in the catalogs")
    size = of_size(params)
    head = size["hidden"] / size["heads"]
    figures = {**size, "kv_heads": size["heads"], "head_dim": head, "ffn": 4 * size["hidden"]}
    sizes = {"vocab": COMMON_VOCABULARY, "params_b": params / 1e9, "active_params_b": params / 1e9}
    return transformer({**figures, **sizes, "glu": False})


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
