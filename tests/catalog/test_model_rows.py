"""Model rows: the shape counts up to the parameters in the name."""

from __future__ import annotations

import re

import pytest

from planner.catalog import Row, load

BOOKS = load()
MODELS = BOOKS.rows("model")
LLMS = [row for row in MODELS if row.text["modality"] == "llm"]
NAMED = re.compile(r"(\d+(?:\.\d+)?)(B|T)\b")
BILLION = 1e9


def attention(row: Row) -> float:
    hidden, heads = row.number("hidden"), row.number("heads")
    if row.text["attention"] == "mla":
        rope, nope, v = (row.number(f) for f in ("qk_rope_dim", "qk_nope_dim", "v_head_dim"))
        kv, q = row.number("kv_lora_rank"), row.number("q_lora_rank")
        queries = hidden * q + q * heads * (nope + rope)
        return queries + hidden * (kv + rope) + kv * heads * (nope + v) + heads * v * hidden
    return 2 * hidden * row.number("head_dim") * (heads + row.number("kv_heads"))


def counted(row: Row, experts: float) -> float:
    """Weights with `experts` routed experts a layer; norms and biases left out."""
    hidden, layers, matrices = row.number("hidden"), row.number("layers"), 3 if row.text["glu"] else 2
    dense = matrices * hidden * row.number("ffn")
    total = layers * attention(row) + row.number("vocab") * hidden * (1 if row.text["tied_embeddings"] else 2)
    if not row.number("experts"):
        return total + layers * dense
    expert = matrices * hidden * row.number("moe_ffn")
    router, few = hidden * row.number("experts"), row.number("dense_layers")
    return total + few * dense + (layers - few) * ((experts + row.number("shared_experts")) * expert + router)


@pytest.mark.parametrize("row", [m for m in MODELS if m.text["modality"] != "vision"], ids=lambda r: r.id)
def test_parameters_are_what_the_shape_counts_up_to(row: Row) -> None:
    every, topk = row.number("experts"), row.get("topk", 0.0)
    assert row.number("params_b") == pytest.approx(counted(row, every) / BILLION, rel=1e-3)
    assert row.number("active_params_b") == pytest.approx(counted(row, topk) / BILLION, rel=1e-3)


@pytest.mark.parametrize("row", LLMS, ids=lambda r: r.id)
def test_parameters_are_those_of_the_name(row: Row) -> None:
    """`Qwen3 235B-A22B` has 235 and 22 billion; `Mixtral 8x7B` shares what is not expert."""
    named = NAMED.search(row.name.replace("8x7B", "47B").replace("8x22B", "141B"))
    assert named, row.name
    size = float(named[1]) * (1000 if named[2] == "T" else 1)
    assert row.number("params_b") == pytest.approx(size, rel=0.25 if size < 10 else 0.06)
    active = re.search(r"-A(\d+)B", row.name)
    if active:
        assert row.number("active_params_b") == pytest.approx(float(active[1]), rel=0.15)


def test_there_are_models_of_every_size_and_kind() -> None:
    sizes = [row.number("params_b") for row in LLMS]
    assert len(LLMS) >= 20
    assert min(sizes) < 1.5
    assert max(sizes) > 1000
    assert sum(row.number("experts") > 0 for row in LLMS) >= 8
    assert {row.text["attention"] for row in LLMS} == {"mha", "gqa", "mla"}
    assert {row.text["modality"] for row in MODELS} == {"llm", "vision", "embedding"}


def test_shapes_hang_together() -> None:
    for row in LLMS:
        assert row.number("heads") % row.number("kv_heads") == 0
        assert (row.text["attention"] == "gqa") == (row.number("kv_heads") < row.number("heads"))
        if row.number("experts"):
            assert 0 < row.number("topk") < row.number("experts")
            assert row.number("dense_layers") < row.number("layers")


def test_vision_rows_say_what_an_image_costs() -> None:
    """torchvision counts multiply-adds: 4.09 G for ResNet-50, 61.55 G for ViT-L/16."""
    assert BOOKS.row("model", "resnet-50").number("gflops_per_image") == 2 * 4.09
    assert BOOKS.row("model", "vit-l-16").number("gflops_per_image") == 2 * 61.55
