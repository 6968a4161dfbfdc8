from __future__ import annotations

import pytest
import toys
from estimate_toys import accelerated, coefficients, spread

from planner.estimate.chip import Chip, chip_of
from planner.estimate.coefficients import Coefficients


def chip(**performance: float) -> Chip:
    found = chip_of(accelerated(performance=performance))
    assert found is not None
    return found


def test_figures_become_base_units() -> None:
    made = chip()
    assert (made.memory, made.memory_rate, made.scale_up, made.scale_out) == (40e9, 1e12, 100e9, 12.5e9)
    assert made.flops("bf16") == 100e12
    assert made.flops("fp8") == 200e12


def test_weights_narrower_than_the_units_multiply_at_sixteen_bits() -> None:
    made = chip(accelerator_fp8_tflops=0.0)
    assert made.flops("fp8") == made.flops("bf16") == 100e12
    assert made.multiplies("fp8") == "bf16"
    assert chip().multiplies("fp4") == "bf16"  # widened in registers, not to eight bits


def test_wide_precisions_need_a_figure_of_their_own() -> None:
    assert chip().flops("fp32") == chip().flops("tf32") == 0.0
    assert chip(accelerator_tf32_tflops=50.0).flops("tf32") == 50e12


def test_no_figures_no_chip() -> None:
    assert chip_of(toys.machine()) is None
    assert chip_of(accelerated(performance={"accelerator_mem_gb_per_s": 0.0})) is None


def test_processors_count_as_one_where_the_node_has_figures() -> None:
    node = toys.machine(performance={"bf16_tflops": 20.0, "mem_gb_per_s": 600.0})
    made = chip_of(node)
    assert made is not None
    assert (made.count, made.memory, made.memory_rate, made.flops("bf16")) == (1, 256e9, 600e9, 20e12)


def test_machines_larger_than_the_link_domain_talk_over_pcie() -> None:
    made = chip(accelerator_scale_up_domain=2.0, accelerator_pcie_generation=5.0)
    assert made.scale_up == pytest.approx(63e9, rel=0.01)
    assert made.domain == 4


def test_efficiency_prefers_own_then_measured_ceiling_then_default() -> None:
    c = coefficients()
    assert c.efficiency("chip", "training_gemm_16", "training_of_measured_16", 0.0).value == 0.5
    assert c.efficiency("chip", "training_gemm_16", "training_of_measured_16", 0.5).value == pytest.approx(0.4)
    own = Coefficients({**c.table, "chip": {"training_gemm_16": spread(0.6)}}, {})
    found = own.efficiency("chip", "training_gemm_16", "training_of_measured_16", 0.5)
    assert (found.value, found.basis) == (0.6, "calibrated")
    assert c.of("chip", "training_gemm_16").basis == "estimated"


def test_the_ceiling_is_the_measured_rate_over_the_peak() -> None:
    assert chip(accelerator_mamf_bf16_tflops=80.0).ceiling("bf16") == pytest.approx(0.8)
    assert chip().ceiling("bf16") == 0.0
