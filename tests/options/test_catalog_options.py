"""The bundled catalog through the estimators: published anchors, complete excuses, speed."""

from __future__ import annotations

from typing import Any

import pytest
import toys
from estimate_toys import row

from planner.catalog import load
from planner.estimate.chip import chip_of
from planner.estimate.coefficients import Coefficients, from_catalog
from planner.estimate.model import transformer
from planner.estimate.serving import decode_s, engine, prefill_s, room
from planner.estimate.training import Run, frontier, hardware, rates
from planner.estimate.training_step import Layouts, step_seconds
from planner.options.enumerate import enumerate_options
from planner.problem import Machine
from planner.resolve.fabrics import fabrics
from planner.resolve.machines import Terms, machines

DAY_S = 86_400.0


@pytest.fixture(scope="module")
def books() -> Any:
    return load()


@pytest.fixture(scope="module")
def c(books: Any) -> Coefficients:
    return from_catalog(books)


@pytest.fixture(scope="module")
def offered(books: Any) -> tuple[Machine, ...]:
    return machines(books, Terms())


def architecture(books: Any, id: str) -> dict[str, Any]:
    found = books.row("model", id)
    return {**found.text, **{name: figure.value for name, figure in found.figures.items()}}


def by_id(offered: tuple[Machine, ...], id: str) -> Machine:
    return next(m for m in offered if m.id == id)


def test_llama_3_405b_on_16384_h100(books: Any, c: Coefficients, offered: tuple[Machine, ...]) -> None:
    """arXiv:2407.21783 Table 4: TP 8, PP 16, DP 128, 16 M tokens a batch of 8,192: 400 TFLOP/s a GPU, 41 % MFU."""
    chip = chip_of(by_id(offered, "dgx_h100"))
    assert chip is not None
    model = transformer(architecture(books, "llama-3.1-405b"))
    lay = Layouts(tp=8, pp=16, cp=1, ep=1, vp=8, dp=128, micro=1, count=16, recompute=0.0)
    seconds = float(step_seconds(model, hardware(chip, "bf16", 1.0, c), rates(c), lay, 8192))
    achieved = 16e6 * 1.048576 * model.training_flops_per_token(8192) / seconds / 16384 / 1e12
    assert achieved == pytest.approx(400, rel=0.15)


def test_gpt_310b_on_1920_a100(books: Any, c: Coefficients, offered: tuple[Machine, ...]) -> None:
    """Narayanan et al. 2021 (arXiv:2104.04473) Table 1: TP 8, PP 16, DP 15, 2,160 sequences of 2,048, recomputation in
    full, 155 TFLOP/s a GPU with it counted, which is 37.6 s a step; before fused attention."""
    chip = chip_of(by_id(offered, "dgx_a100_640gb"))
    assert chip is not None
    sizes = {"layers": 96, "hidden": 16384, "heads": 128, "kv_heads": 128, "ffn": 65536, "vocab": 51200}
    model = transformer(row(params_b=310.1, active_params_b=310.1, **sizes))
    lay = Layouts(tp=8, pp=16, cp=1, ep=1, vp=2, dp=15, micro=1, count=144, recompute=1.0)
    seconds = float(step_seconds(model, hardware(chip, "bf16", 1.0, c), rates(c), lay, 2048, fused=False))
    assert seconds == pytest.approx(37.6, rel=0.15)


@pytest.mark.parametrize(
    ("prompt", "answer", "published"), [(128, 2048, 6651), (500, 2000, 5222), (1000, 1000, 4205), (2048, 128, 762)]
)
def test_llama_70b_on_two_h100_at_full_load(
    books: Any, c: Coefficients, offered: tuple[Machine, ...], prompt: float, answer: float, published: float
) -> None:
    """TensorRT-LLM v1.0 performance overview, Llama 3.3 70B FP8, TP 2, tokens/s at full load, within our bounds."""
    chip = chip_of(by_id(offered, "dgx_h100"))
    assert chip is not None
    model = transformer(architecture(books, "llama-3.3-70b"))
    e = engine(chip, 2, 1, "fp8", c)
    assert e is not None
    context = prompt + answer / 2
    batch = min(1500.0, room(model, e, context))
    seconds = prefill_s(model, e, prompt, batch) + answer * decode_s(model, e, batch, context)
    error = c.of(chip.id, "serving_error")
    assert error.low <= published / (batch * answer / seconds) <= error.high


def test_every_pair_is_an_option_or_an_excuse(books: Any, c: Coefficients, offered: tuple[Machine, ...]) -> None:
    common = {"hardware_allow": [], "hardware_deny": [], "oversubscription": 1.0}
    serving = {"model": "llama-3.1-70b", "input_tokens": 1000, "output_tokens": 250, "ttft": 1.0, "tpot": 0.05}
    training = {"model": "llama-3.1-70b", "tokens": 2e12, "sequence": 8192, "batch": 4e6, "deadline": 60 * DAY_S}
    stream = {"replication": 3, "consumers": 3, "retention": 86_400.0, "event_size": 1e3, "processing": "heap"}
    specs = {"serving": serving, "training": training, "service": {"work": "vision"}, "stream": stream}
    workloads = tuple(toys.workload(k, kind=k, spec={**common, **s}) for k, s in specs.items())
    problem = toys.problem(
        machines=offered,
        fabrics=fabrics(books, offered, [1.0]),
        models={"llama-3.1-70b": architecture(books, "llama-3.1-70b")},
        workloads=workloads,
    )
    found = enumerate_options(problem, c)
    for kind in specs:
        settled = {o.machine for o in found.of(kind)} | {e.machine for e in found.excuses if e.workload == kind}
        assert settled >= {m.id for m in offered}
        assert found.of(kind), kind
    for option in found.options:
        assert option.per_machine > 0
        assert 0 < option.low <= 1 <= option.high
        assert option.busy_kw >= 0
        assert 0 < option.duty <= 1
        assert option.basis in ("measured", "calibrated", "estimated")
    assert found == enumerate_options(problem, c)


def test_every_coefficient_row_names_an_accelerator(books: Any) -> None:
    chips = {r.id for r in books.rows("accelerator")}
    assert {r.id for r in books.rows("coefficient")} <= chips | {"default"}
    for work in books.rows("service"):
        assert set(work.figures) <= chips | {"ssj_ops_per_request", "latency_s", "offline_ratio"}, work.id


def test_training_of_every_language_model_finishes_or_says_why(
    books: Any, c: Coefficients, offered: tuple[Machine, ...]
) -> None:
    chip = chip_of(by_id(offered, "dgx_b200"))
    assert chip is not None
    for entry in books.rows("model"):
        if entry.text["modality"] == "llm":
            model = transformer(architecture(books, entry.id))
            front = frontier(chip, model, Run(1e12, 4096, 4e6, "bf16"), 1.0, c)
            assert front.machines.size, entry.id
            assert all(0 < x.memory_gb < 180 for x in front.layouts)
