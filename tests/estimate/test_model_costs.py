from __future__ import annotations

import pytest
from estimate_toys import model, row
from hypothesis import given
from hypothesis import strategies as st

from planner.estimate.model import transformer

H, L, V = 2048, 10, 32768


def test_dense_layer_by_hand() -> None:
    made = model()
    assert made.attention_params == 4 * H * H
    assert made.ffn_params == made.ffn_active == 2 * H * 4 * H
    assert made.kv_bytes_per_token("bf16") == 2 * 2 * H * L
    assert made.weight_bytes("fp8") == 1e9


def test_grouped_query_attention_caches_less() -> None:
    made = model(kv_heads=4, attention="gqa")
    assert made.kv_width == 2 * 4 * 128
    assert made.attention_params == 2 * H * H + 2 * H * 512


def test_latent_attention_caches_rank_and_rotary_part() -> None:
    """DeepSeek-V3: 512 + 64 elements a token and layer; its attention has 187 M parameters a layer."""
    deepseek = {"hidden": 7168, "heads": 128, "layers": 61, "attention": "mla", "kv_lora_rank": 512, "qk_rope_dim": 64}
    made = model(**deepseek)
    assert made.kv_width == 576
    assert made.attention_params == pytest.approx(187.1e6, rel=0.01)


def test_experts_by_hand() -> None:
    made = model(experts=8, topk=2, shared_experts=0, moe_ffn=1024, params_b=8.0, active_params_b=2.0, glu=True)
    assert made.ffn_params == 8 * 3 * H * 1024
    assert made.ffn_active == 2 * 3 * H * 1024 + 8 * H


def test_one_token_reads_the_active_weights_and_a_crowd_reads_all() -> None:
    made = model(experts=8, topk=2, moe_ffn=1024, params_b=8.0, active_params_b=2.0)
    assert made.read_bytes("fp8", made.hit(1)) == pytest.approx(2e9)
    assert made.read_bytes("fp8", made.hit(1000)) == pytest.approx(8e9)
    assert model().read_bytes("bf16", model().hit(1)) == 2e9


def test_weights_that_are_not_of_experts_stay_at_16_bits_where_a_model_is_published_so() -> None:
    """Six of 8 billion are not among the two of eight that a token takes: 6 / (1 - 2 / 8) = 8 of 9 are routed."""
    shape = {"experts": 8, "topk": 2, "moe_ffn": 1024, "params_b": 9.0, "active_params_b": 3.0}
    made = model(**shape, mxfp4_experts=True)
    assert made.fixed == pytest.approx(1e9)
    assert made.weight_bytes("fp4") == pytest.approx(2 * 1e9 + 0.5625 * 8e9)
    assert made.weight_bytes("bf16") == pytest.approx(model(**shape).weight_bytes("bf16"))
    assert model(**shape).weight_bytes("fp4") == pytest.approx(0.5625 * 9e9)


@given(st.floats(1, 1e4), st.floats(1, 2))
def test_more_tokens_never_read_fewer_weights(tokens: float, factor: float) -> None:
    made = model(experts=64, topk=4, moe_ffn=256, params_b=8.0, active_params_b=2.0)
    assert made.hit(tokens) <= made.hit(tokens * factor) + 1e-12


def test_flops_by_hand() -> None:
    made = model()
    assert made.attention_flops(1000) == 2 * L * H * 1e6
    assert made.training_flops_per_token(1000) == 6e9 + 6 * L * H * 1000


def test_windows_by_hand() -> None:
    """Half the layers see 128 tokens back: of 1,000 they keep 128, and attend to 128 - 128^2 / 2000 on average."""
    made, whole = model(window=128, windowed_layers=L / 2), model()
    assert made.seen(100) == 100
    assert made.seen(1000) == (1000 + 128) / 2
    assert made.attended(1000) == pytest.approx((500 + 128 - 128**2 / 2000) / 2)
    assert made.attention_flops(100) == pytest.approx(whole.attention_flops(100))
    assert made.attention_flops(1000) == pytest.approx(4 * L * H * 1000 * made.attended(1000))
    assert whole.seen(1000) == 1000


def test_every_head_multiplies_a_latent() -> None:
    """DeepSeek-V3: 128 heads, 512 + 64 cached, 512 of them values: 484 FLOPs a byte at eight bits."""
    made = model(hidden=7168, heads=128, layers=61, attention="mla", kv_lora_rank=512, qk_rope_dim=64)
    assert made.score_flops == 2 * 128 * (576 + 512)
    assert made.score_flops / made.kv_width == pytest.approx(484, rel=0.01)
    assert model().score_flops == 4 * H


def test_a_missing_figure_is_named() -> None:
    short = row()
    del short["heads"]
    with pytest.raises(KeyError, match="heads"):
        transformer(short)
