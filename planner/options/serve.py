"""Serving options: how many accelerators a replica takes, and what a machine then serves."""

from __future__ import annotations

from planner.estimate.coefficients import Coefficients
from planner.estimate.model import transformer
from planner.estimate.serving import ERROR, UNMEASURED, Job, Refusal, Replica, replica
from planner.options.types import Excuse, Option
from planner.problem import Machine, Problem, Workload


def options(problem: Problem, workload: Workload, machine: Machine, c: Coefficients) -> list[Option | Excuse]:
    """The best replica shape of a workload on a machine, or why there is none."""
    if not machine.accelerators:
        text = "no accelerator: serving a language model on CPUs is not estimated yet"
        return [Excuse(workload.id, machine.id, "no-figure", None, None, "", text)]
    model = transformer(problem.models[workload.spec["model"]])
    s = workload.spec
    job = Job(s["input_tokens"], s["output_tokens"], s["ttft"], s["tpot"])
    fp8 = machine.performance.get("accelerator_fp8_tflops", 0.0) > 0
    precision = s.get("precision") or ("fp8" if fp8 else "bf16")
    if precision == "fp8" and not fp8:
        precision = "bf16"
    tried = [(t, replica(machine, model, job, t, precision, c)) for t in _degrees(machine)]
    good = [(t, r) for t, r in tried if isinstance(r, Replica)]
    if not good:
        return [_excuse(workload, machine, tried[-1][1])]
    _, made = max(good, key=lambda tr: (tr[1].requests_per_s / tr[0], -tr[0]))
    return [_option(workload, machine, made)]


def _degrees(machine: Machine) -> list[int]:
    """Tensor-parallel degrees that divide the machine evenly, within its scale-up domain."""
    domain = int(machine.performance.get("accelerator_scale_up_domain", 1))
    most = min(machine.accelerators, max(domain, 2), 16)
    return [t for t in (1, 2, 4, 8, 16) if t <= most and machine.accelerators % t == 0]


def _excuse(workload: Workload, machine: Machine, refused: Replica | Refusal) -> Excuse:
    assert isinstance(refused, Refusal)
    text = {
        "memory": "the model does not fit the machine's accelerators",
        "latency": "too slow for the latency target",
        "no-figure": "the catalog has no throughput figure for its accelerator at this precision",
    }[refused.reason]
    return Excuse(workload.id, machine.id, refused.reason, refused.value, refused.limit, refused.unit, text)


def _option(workload: Workload, machine: Machine, made: Replica) -> Option:
    copies = machine.accelerators // made.accelerators
    error = ERROR if made.basis == "calibrated" else UNMEASURED
    return Option(
        id=f"{workload.id}/{machine.id}/tp{made.accelerators}-{made.precision}",
        workload=workload.id,
        machine=machine.id,
        fabric="none",
        storage="",
        per_machine=made.requests_per_s * copies,
        block_machines=0,
        replica_machines=1,
        idle_kw=machine.idle_kw,
        busy_kw=machine.busy_kw - machine.idle_kw,
        duty=1.0,
        storage_read_gb_per_s=0.0,
        storage_write_gb_per_s=0.0,
        details={
            "accelerators_per_replica": made.accelerators,
            "batch": made.batch,
            "precision": made.precision,
            "prefill_s": made.prefill_s,
            "replicas_per_machine": copies,
            "tpot_s": made.tpot_s,
            "ttft_p95_s": made.ttft_p95_s,
        },
        basis=made.basis,
        low=error[0],
        high=error[1],
        origin=workload.origin,
    )
