"""Stages of pipelines: machines by measured throughput, or by events a core works off."""

from __future__ import annotations

from typing import Any

from planner.estimate.coefficients import Coefficients
from planner.estimate.pipeline import per_machine
from planner.options.power import busy_kw
from planner.options.types import Excuse, Option
from planner.problem import Machine, Problem, Workload


def options(problem: Problem, workload: Workload, machine: Machine, c: Coefficients) -> list[Option | Excuse]:
    """A stage on one kind of machine."""
    spec = workload.spec
    rates = per_machine(machine, spec, float(spec.get("event_size") or 0.0), c)
    if not rates or min(rates.values()) <= 0:
        text = "nobody measured this stage on it; give your own number under `throughput:`"
        return [Excuse(workload.id, machine.id, "no-figure", None, None, workload.unit, text)]
    binding = min(rates, key=lambda k: (rates[k], k))
    details: dict[str, Any] = {"binding": binding, **{f"{k}_bytes_per_s": v for k, v in sorted(rates.items())}}
    return [
        Option(
            id=f"{workload.id}/{machine.id}",
            workload=workload.id,
            machine=machine.id,
            fabric="none",
            storage="",
            per_machine=rates[binding],
            block_machines=0,
            replica_machines=1,
            idle_kw=machine.idle_kw,
            busy_kw=busy_kw(machine, "stream", c),
            duty=1.0,
            storage_read_gb_per_s=0.0,
            storage_write_gb_per_s=0.0,
            details=details,
            basis="measured" if "measured" in rates else "estimated",
            origin=workload.origin,
        )
    ]
