"""What `aiplan estimate training` answers: arithmetic by hand, and what must hold of any machine."""

from __future__ import annotations

from dataclasses import replace

import pytest
from estimate_toys import accelerated, coefficients, model
from hypothesis import given
from hypothesis import strategies as st

from planner.estimate.ask_training import Answer, Node, NoLayout, answer
from planner.estimate.chip import chip_of
from planner.estimate.coefficients import Coefficients, Spread
from planner.estimate.training import Run

RUN = Run(1e9, 1024.0, 65_536.0, "bf16")


def knowing() -> Coefficients:
    c = coefficients()
    default = {**c.table["default"], "training_run_overhead": Spread(1.5, 1.2, 2.0, "calibrated")}
    default |= {"training_error": Spread(1.0, 0.8, 1.25, "calibrated")}
    return Coefficients({**c.table, "default": default}, {})


def node(failures: float = 0.001, **performance: float) -> Node:
    chip = chip_of(accelerated(performance=performance))
    assert chip is not None
    return Node("toy", chip, 500.0, Spread(2000.0, 1500.0, 2500.0, ""), failures)


def ask(run: Run = RUN, accelerators: int = 8, machine: Node | None = None) -> Answer:
    return answer(machine or node(), model(), run, accelerators, 1.0, knowing())


def test_days_energy_and_ranges_by_hand() -> None:
    a = ask()
    step, (low, base, high) = a.layout.step_s, a.days
    assert a.step_s[1] == pytest.approx(step)
    assert base == pytest.approx(1e9 / 65_536 * step / a.goodput / 86_400)
    assert (low, high) == (pytest.approx(base / 1.25), pytest.approx(base / 0.8))
    assert a.machines == 2
    assert a.energy_mwh[1] == pytest.approx(2 * 2000 * base * 24 / 1e6)
    assert a.energy_mwh[0] == pytest.approx(2 * 1500 * low * 24 / 1e6)
    assert 0 < a.mfu < 1
    assert a.allocation <= 1


@given(st.floats(1.0, 20.0))
def test_tokens_times_as_many_take_as_long(times: float) -> None:
    longer = ask(replace(RUN, tokens=RUN.tokens * times))
    assert longer.days[1] == pytest.approx(ask().days[1] * times)
    assert longer.energy_mwh[1] == pytest.approx(ask().energy_mwh[1] * times)


@given(
    st.sampled_from(["bf16_tflops", "mem_gb", "mem_gb_per_s", "scale_up_gb_per_s"]),
    st.floats(1.05, 4.0),
    st.integers(1, 32),
)
def test_a_better_machine_never_takes_longer(figure: str, factor: float, accelerators: int) -> None:
    base = {"bf16_tflops": 100.0, "mem_gb": 40.0, "mem_gb_per_s": 1000.0, "scale_up_gb_per_s": 100.0}[figure]
    better = ask(accelerators=accelerators, machine=node(**{f"accelerator_{figure}": base * factor}))
    assert better.days[1] <= ask(accelerators=accelerators).days[1] * (1 + 1e-9)


@given(st.integers(1, 63))
def test_one_accelerator_more_never_slows_a_step(accelerators: int) -> None:
    assert ask(accelerators=accelerators + 1).step_s[1] <= ask(accelerators=accelerators).step_s[1] * (1 + 1e-9)


def test_failures_lower_goodput() -> None:
    assert ask(machine=node(failures=5.0)).goodput < ask(machine=node(failures=0.001)).goodput


def test_what_does_not_fit_says_why() -> None:
    with pytest.raises(NoLayout, match="GB an accelerator at least"):
        ask(machine=node(accelerator_mem_gb=0.05))
