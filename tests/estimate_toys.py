"""Coefficients, machines and a model with round numbers, so that expectations fit on the back of an envelope."""

from __future__ import annotations

from typing import Any

import toys

from planner.estimate.coefficients import Coefficients, Spread
from planner.estimate.model import Transformer, transformer
from planner.problem import Machine

CONSTANTS = {
    "training_gemm_16": 0.5,
    "training_gemm_8": 0.5,
    "training_gemm_4": 0.5,
    "training_of_measured_16": 0.8,
    "training_of_measured_8": 0.8,
    "training_attention": 1.0,
    "training_elementwise": 1.0,
    "training_overlap": 1.0,
    "training_launch_s": 0.0,
    "training_moe": 1.0,
    "training_group_s": 0.0,
    "training_hidden_tensor": 0.4,
    "training_hidden_experts": 0.0,
    "training_moe_pace": 0.0,
    "training_moe_year": 2026.0,
    "training_scale_up_share": 1.0,
    "training_scale_out_share": 1.0,
    "training_error": 1.0,
    "training_moe_error": 1.0,
    "serving_compute": 0.5,
    "serving_bandwidth": 1.0,
    "serving_layer_s": 0.0,
    "serving_sequence_s": 0.0,
    "serving_step_s": 0.0,
    "serving_hop_s": 1e-5,
    "serving_8bit": 1.0,
    "serving_4bit": 1.0,
    "serving_narrow": 1.0,
    "serving_group": 0.0,
    "serving_odd_group": 1.0,
    "serving_prefill": 1.0,
    "serving_attention": 1.0,
    "serving_moe": 1.0,
    "serving_stall": 1.0,
    "serving_first_prefill": 1.0,
    "serving_first_decode": 1.0,
    "serving_first_queue": 0.5,
    "serving_request_s": 0.0,
    "serving_targets": 1.0,
    "serving_memory_share": 1.0,
    "serving_error": 1.0,
    "serving_moe_error": 1.0,
    "serving_under_arrivals": 0.9,
    "service_load": 0.7,
    "memory_share": 1.0,
    "largest_batch": 64.0,
    "serving_stages": 4.0,
    "power_vision": 0.8,
    "power_embedding": 0.9,
    "power_tuned": 0.8,
    "power_tuned_throughput": 0.7,
    "power_per_tdp": 1.5,
    "power_board_floor": 0.7,
    "power_board_memory": 0.5,
    "power_board_arithmetic": 5.0,
    "checkpoint_bytes_per_parameter": 10.0,
    "checkpoint_write_s": 50.0,
    "restart_s": 500.0,
    "broker_fill": 0.5,
    "broker_in_mib_per_s_core": 5.0,
    "broker_out_mib_per_s_core": 15.0,
    "broker_nic_share": 0.5,
    "stream_stateless_per_core": 1e6,
    "stream_heap_per_core": 1e5,
    "stream_rocksdb_per_core": 1e4,
    "disk_write_gb_per_s": 2.0,
}


def spread(value: float, low: float | None = None, high: float | None = None, basis: str = "calibrated") -> Spread:
    return Spread(value, value if low is None else low, value if high is None else high, basis)


def coefficients(services: dict[str, dict[str, Spread]] | None = None, **changes: float) -> Coefficients:
    values = {name: spread(value) for name, value in {**CONSTANTS, **changes}.items()}
    return Coefficients({"default": values}, services or {})


def accelerated(id: str = "pod", **changes: Any) -> Machine:
    """Four accelerators of 100 TFLOP/s (200 at 8 bits), 40 GB at 1 TB/s, 100 GB/s between them, four 100 Gb/s NICs."""
    figures = {
        "accelerator_bf16_tflops": 100.0,
        "accelerator_fp8_tflops": 200.0,
        "accelerator_mem_gb": 40.0,
        "accelerator_mem_gb_per_s": 1000.0,
        "accelerator_scale_up_gb_per_s": 100.0,
        "accelerator_scale_up_domain": 4.0,
        **changes.pop("performance", {}),
    }
    plain = {"accelerator": "chip", "accelerators": 4, "nics": 4, "nic_gbps": 100.0, "tags": ("accelerated",)}
    return toys.machine(id, performance=figures, **{**plain, **changes})


def row(**changes: Any) -> dict[str, Any]:
    """A dense model of 1.0 B parameters in 10 layers: 10 x (4 h^2 + 2 h 4h) + 2 h V."""
    plain = {
        "params_b": 1.0,
        "active_params_b": 1.0,
        "layers": 10,
        "hidden": 2048,
        "heads": 16,
        "kv_heads": 16,
        "head_dim": 128,
        "ffn": 8192,
        "vocab": 32768,
        "glu": False,
        "attention": "mha",
    }
    return {**plain, **changes}


def model(**changes: Any) -> Transformer:
    return transformer(row(**changes))
