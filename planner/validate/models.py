"""Which architecture a row means: the catalog's row of a written name, the row's own figures, or a common shape.

What a row does not say of a dense model of P parameters is taken in the proportions of published ones:

    hidden = (P LAYER_SHAPE / 12)^(1/3)        layers = P / (12 hidden^2)        heads of about 128
"""

from __future__ import annotations

import re
from typing import Any

from planner.catalog import Catalog, Row
from planner.estimate.model import Transformer, transformer
from planner.validate.entry import MOST, Entry, Excluded

_DROPPED = re.compile(
    r"[-.](instruct|chat|base|hf|it|fp8|fp4|nvfp4|mxfp4|bf16|fp16|int8|int4|w\da\d+|awq|gptq|gguf|kv|quantized|dynamic"
    r"|turbo|preview|thinking|99\.9|99|v0\.\d|\d{4}|\d+e|(?<=r1-|v3-)671b)(?=[-.]|$)"
)
"""Words that name a tuning, a format of weights or an accuracy target, and not an architecture."""
ALIKE = {
    "metallama": "llama",
    r"llama3(?=\d+b)": "llama3.1",
    r"llama4(scout|maverick)17b$": r"llama4\1",
    r"deepseek(r1|v3\.1)$": "deepseekv3",
    r"gptj$": "gptj6b",
    r"gpt3$": "gpt3175b",
    r"qwen3235b$": "qwen3235ba22b",
    r"qwen330b$": "qwen330ba3b",
}
"""Architectures that one row stands for: Llama 3 has the shape of 3.1, DeepSeek-R1 and V3.1 that of V3."""
COMMON_VOCABULARY = 50_304
"""GPT-2's, padded: where the source does not say."""
LAYER_SHAPE = 128.0
"""Hidden units per layer of decoders of common proportions (Kaplan et al. 2020: loss hardly depends on it)."""
GATED = 8 / 3
"""Width of a gated feed-forward part over the hidden size, its weights those of a plain one of four."""
SHAPE = ("layers", "hidden", "heads")


def named(entry: Entry) -> str:
    """The model's name, of a text or of a mapping that has one; empty where it has none. Raises Excluded."""
    return entry.part("model").text("name", "") if isinstance(entry.data.get("model"), dict) else entry.text("model")


def model_row(catalog: Catalog, name: str) -> Row:
    """The row of a model, whatever publisher, tuning or number format its name carries. Raises Excluded."""
    wanted = _plain(name)
    for row in catalog.rows("model"):
        if _plain(row.id) == wanted:
            return row
    raise Excluded(f"no model {name!r} in the catalogs: spell it out as a mapping (params, layers, hidden, heads)")


def architecture(entry: Entry, catalog: Catalog) -> Transformer:
    """The model of a row: named, spelled out in a mapping, or both. Raises Excluded.

    The catalog's where the name is known and no figure of the row's contradicts it; else the row's own figures.
    """
    if not isinstance(entry.data.get("model"), dict):
        return _of_row(model_row(catalog, entry.text("model")))
    model = entry.part("model")
    row = _known(catalog, model.text("name", ""), alike=not model.has(*SHAPE))
    if row is not None and all(not model.has(k) or model.whole(k) == row.get(k, 0) for k in ("layers", "hidden")):
        return _of_row(row)
    return transformer(_figures(model if model.has(*SHAPE) else _proportioned(model)))


def of_size(params: float) -> dict[str, float]:
    """Layers, hidden size and heads of a dense model of so many parameters, as published ones have them."""
    hidden = (params * LAYER_SHAPE / 12) ** (1 / 3)
    layers = max(1.0, round(params / (12 * hidden**2)))
    return {"layers": layers, "hidden": hidden, "heads": max(8.0, 8 * round(hidden / 1024))}


def _known(catalog: Catalog, name: str, *, alike: bool) -> Row | None:
    """The row of exactly that name or, `alike`, of one of its tunings; none where nobody knows it."""
    known = (row for row in catalog.rows("model") if name and _bare(name) in (_bare(row.id), _bare(row.name)))
    found = next(known, None)
    if found is None and alike and name:
        wanted = _plain(name)
        found = next((row for row in catalog.rows("model") if _plain(row.id) == wanted), None)
    return found


def _of_row(row: Row) -> Transformer:
    try:
        return transformer({**row.text, **{name: figure.value for name, figure in row.figures.items()}})
    except KeyError as missing:
        raise Excluded(f"model {row.id} has no figure {missing}: not a language model") from None


def _proportioned(model: Entry) -> Entry:
    """The row's figures, and what it does not say of its shape in common proportions. Raises Excluded."""
    if model.number("active_params", 0) or model.number("experts", 0):
        model.whole(next(k for k in SHAPE if not model.has(k)))
    size = of_size(model.positive("params"))
    size["ffn"] = (GATED if model.data.get("glu") else 4.0) * size["hidden"]
    return Entry({**size, **{k: v for k, v in model.data.items() if v is not None}}, model.line, model.index)


def _figures(model: Entry) -> dict[str, Any]:
    layers, hidden, heads = model.whole("layers"), model.positive("hidden"), model.whole("heads")
    optional = ("experts", "topk", "moe_ffn", "shared_experts", "dense_layers", "window", "windowed_layers")
    params = model.positive("params")
    return {
        **{k: min(MOST, model.number(k, 0)) for k in optional},
        "layers": layers,
        "hidden": hidden,
        "heads": heads,
        "kv_heads": model.whole("kv_heads", heads),
        "head_dim": model.positive("head_dim", hidden / heads),
        "ffn": model.whole("ffn", 4 * hidden),
        "vocab": model.whole("vocab", COMMON_VOCABULARY),
        "glu": bool(model.data.get("glu")),
        "mxfp4_experts": model.data.get("mxfp4_experts") is True,
        "params_b": params / 1e9,
        "active_params_b": model.positive("active_params", params) / 1e9,
    }


def _plain(name: str) -> str:
    words = re.sub(r"(?<=\d)_(?=\d[-_ ])", ".", name.strip().rpartition("/")[2].lower())
    words = re.sub(r"llama-?3([1-3])(?=-)", r"llama3.\1", re.sub(r"[\s_]+", "-", words))
    words = re.sub(r"[^a-z0-9.]", "", _DROPPED.sub("", words))
    for pattern, to in ALIKE.items():
        words = re.sub(f"^{pattern}", to, words)
    return words


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
