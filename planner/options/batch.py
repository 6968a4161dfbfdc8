"""Services and streams: throughput per machine from measurements, the scenario's own first."""

from __future__ import annotations

from typing import Any

from planner.estimate.coefficients import Coefficients
from planner.estimate.stream import per_broker
from planner.options.types import Excuse, Option
from planner.problem import Machine, Problem, Workload

SERVICE_LOAD = 0.7
"""Share of measured throughput planned on, so that queues stay short: the usual planning utilisation of latency-bound
services (confidence: memory)."""


def service(problem: Problem, workload: Workload, machine: Machine, c: Coefficients) -> list[Option | Excuse]:
    """CPU or accelerator work by measured or catalog throughput."""
    own = (workload.spec.get("throughput") or {}).get(machine.id)
    figures = c.services.get(str(workload.spec.get("work") or ""), {})
    if own is not None:
        rate, basis, source = float(own), "measured", "scenario"
    elif machine.accelerators and machine.accelerator in figures:
        rate = figures[machine.accelerator] * machine.accelerators
        basis, source = "measured", f"service/{workload.spec['work']}.{machine.accelerator}"
    elif not machine.accelerators and "ssj_ops_per_request" in figures and machine.performance.get("ssj_ops"):
        rate = machine.performance["ssj_ops"] / figures["ssj_ops_per_request"]
        basis, source = "estimated", f"service/{workload.spec['work']}.ssj_ops_per_request"
    else:
        text = "no measured throughput for this work; give one under `throughput:`"
        return [Excuse(workload.id, machine.id, "no-figure", None, None, "", text)]
    details = {"measured_per_s": rate, "planned_load": SERVICE_LOAD, "source": source}
    return [_option(workload, machine, rate * SERVICE_LOAD, basis, details)]


def stream(problem: Problem, workload: Workload, machine: Machine, c: Coefficients) -> list[Option | Excuse]:
    """Brokers and stream processing on one kind of machine."""
    if machine.accelerators:
        return [Excuse(workload.id, machine.id, "accelerated", None, None, "", "a broker has no use for accelerators")]
    if machine.nvme_tb <= 0 or machine.nics <= 0:
        return [Excuse(workload.id, machine.id, "no-figure", None, None, "", "no local drives or NICs in the catalog")]
    rates = per_broker(machine, workload.spec, c)
    binding = min(rates, key=lambda k: (rates[k], k))
    details: dict[str, Any] = {"binding": binding, **{f"{k}_bytes_per_s": v for k, v in sorted(rates.items())}}
    return [_option(workload, machine, rates[binding], "estimated", details)]


def _option(workload: Workload, machine: Machine, rate: float, basis: str, details: dict[str, Any]) -> Option:
    return Option(
        id=f"{workload.id}/{machine.id}",
        workload=workload.id,
        machine=machine.id,
        fabric="none",
        storage="",
        per_machine=rate,
        block_machines=0,
        replica_machines=1,
        idle_kw=machine.idle_kw,
        busy_kw=machine.busy_kw - machine.idle_kw,
        duty=1.0,
        storage_read_gb_per_s=0.0,
        storage_write_gb_per_s=0.0,
        details=details,
        basis=basis,
        low=1.0 if basis == "measured" else 0.5,
        high=1.0 if basis == "measured" else 2.0,
        origin=workload.origin,
    )
