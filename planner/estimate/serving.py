"""Serving throughput under latency targets: a roofline of prefill and decode, first version.

    prefill    t_p = max(FLOPs / (t peak e_c), weights / (t BW e_m))                  one prompt on t accelerators
    decode     t_d = max(2 active B / (t peak e_c), touched weights / (t BW e_m)) + B KV / (t BW e_m) + layers o
    TPOT       = t_d + B t_p / output                                                 prefills interleave with decoding
    requests/s = B / (output t_d + B t_p)
    arrivals   rho = rate t_p;  TTFT(95) = t_p (1 + 3 rho / (1 - rho)) <= target       one prefill at a time, M/M/1

e_c, e_m, o: catalog rows of kind `coefficient`. B is the largest batch that memory and TPOT allow.
Published rows: 29 % mean, 16 % median error with these two efficiencies; `low` and `high` say so.
"""

from __future__ import annotations

from dataclasses import dataclass

from planner.estimate.coefficients import Coefficients
from planner.estimate.model import Transformer
from planner.problem import Machine

ERROR = (0.70, 1.35)
"""Low and high over base: the spread of the fit's published rows, 29 % mean error."""
UNMEASURED = (0.50, 1.60)
"""The same where the accelerator has no rows of its own."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked: tokens per request, latency targets in s."""

    input_tokens: float
    output_tokens: float
    ttft_s: float
    tpot_s: float


@dataclass(frozen=True, slots=True)
class Replica:
    """One replica on `accelerators`: requests/s it can plan on, and the latencies there."""

    accelerators: int
    precision: str
    batch: int
    requests_per_s: float
    ttft_p95_s: float
    tpot_s: float
    prefill_s: float
    basis: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a replica cannot be: the number that failed and its limit."""

    reason: str
    value: float
    limit: float
    unit: str


def replica(
    machine: Machine, model: Transformer, job: Job, accelerators: int, precision: str, c: Coefficients
) -> Replica | Refusal:
    """The best replica of a model on some accelerators of a machine at a precision."""
    p, chip = machine.performance, machine.accelerator
    peak_tflops = p.get(f"accelerator_{'fp8' if precision == 'fp8' else 'bf16'}_tflops", 0.0)
    compute = accelerators * peak_tflops * 1e12 * c.of(chip, "serving_compute").value
    bandwidth = accelerators * p.get("accelerator_mem_gb_per_s", 0.0) * 1e9 * c.of(chip, "serving_bandwidth").value
    memory = accelerators * p.get("accelerator_mem_gb", 0.0) * 1e9 * c.constant("memory_share")
    weights = model.weight_bytes(precision)
    if not compute or not bandwidth:
        return Refusal("no-figure", 0.0, 0.0, "TFLOP/s")
    per_sequence = model.kv_bytes_per_token() * (job.input_tokens + job.output_tokens)
    room = (memory - weights) / per_sequence
    if room < 1:
        return Refusal("memory", (weights + per_sequence) / 1e9, memory / 1e9, "GB")
    prefill = max(model.prefill_flops(job.input_tokens) / compute, weights / bandwidth)
    if prefill > job.ttft_s:
        return Refusal("latency", prefill, job.ttft_s, "s TTFT")
    overhead = model.layers * c.constant("serving_layer_s")
    context = model.kv_bytes_per_token() * (job.input_tokens + job.output_tokens / 2)

    def tpot(batch: float) -> float:
        read = weights * model.touched(batch) / bandwidth
        step = max(2 * model.active * batch / compute, read) + batch * context / bandwidth + overhead
        return step + batch * prefill / job.output_tokens

    most = int(min(room, c.constant("largest_batch")))
    batch = _largest(most, job.tpot_s, tpot)
    if batch < 1:
        return Refusal("latency", tpot(1), job.tpot_s, "s TPOT")
    closed = batch / (job.output_tokens * tpot(batch))
    rate = min(closed * c.constant("serving_under_arrivals"), _arrivals(prefill, job.ttft_s))
    rho = rate * prefill
    return Replica(
        accelerators,
        precision,
        batch,
        rate,
        prefill * (1 + 3 * rho / (1 - rho)),
        tpot(batch),
        prefill,
        c.of(chip, "serving_compute").basis,
    )


def _largest(most: int, limit: float, tpot: object) -> int:
    """The largest batch within a TPOT limit; TPOT rises with the batch."""
    assert callable(tpot)
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if tpot(middle) <= limit else (low, middle - 1)
    return low


def _arrivals(prefill: float, ttft: float) -> float:
    """The rate at which the 95th percentile of TTFT meets its target: t (1 + 3 rho / (1 - rho)) = ttft.

    In an M/M/1 queue the 95th percentile of the wait is below 3 mean service times x rho / (1 - rho) (-ln 0.05 = 3.0).
    """
    spare = (ttft / prefill - 1) / 3
    return spare / (1 + spare) / prefill
