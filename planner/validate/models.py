"""Which catalog row a written model name means."""

from __future__ import annotations

import re

from planner.catalog import Catalog, Row
from planner.validate.entry import Excluded

_DROPPED = re.compile(
    r"[-.](instruct|chat|base|hf|it|fp8|fp4|nvfp4|mxfp4|bf16|fp16|int8|int4|w\da\d+|awq|gptq|gguf|kv|quantized|dynamic"
    r"|turbo|preview|99\.9|99|v0\.\d|\d{4}|\d+e|(?<=r1-|v3-)671b)(?=[-.]|$)"
)
"""Words that name a tuning, a format of weights or an accuracy target, and not an architecture."""
ALIKE = {r"llama3(?=\d+b)": "llama3.1", r"deepseekr1$": "deepseekv3", r"gptj$": "gptj6b", "metallama": "llama"}
"""Architectures that one row stands for: Llama 3 has the shape of 3.1, DeepSeek-R1 that of V3."""


def model_row(catalog: Catalog, name: str) -> Row:
    """The row of a model, whatever publisher, tuning or number format its name carries. Raises Excluded."""
    wanted = _plain(name)
    for row in catalog.rows("model"):
        if _plain(row.id) == wanted:
            return row
    raise Excluded(f"no model {name!r} in the catalogs")


def _plain(name: str) -> str:
    words = re.sub(r"(?<=\d)_(?=\d[-_ ])", ".", name.strip().rpartition("/")[2].lower())
    words = re.sub(r"llama-?3([1-3])(?=-)", r"llama3.\1", re.sub(r"[\s_]+", "-", words))
    words = re.sub(r"[^a-z0-9.]", "", _DROPPED.sub("", words))
    for pattern, to in ALIKE.items():
        words = re.sub(f"^{pattern}", to, words)
    return words
