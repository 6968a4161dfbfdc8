"""Streams: brokers, and processors on the same machines."""

from __future__ import annotations

from typing import Any

from planner.estimate.coefficients import Coefficients
from planner.estimate.stream import ERROR, per_broker
from planner.options.power import busy_kw
from planner.options.types import Excuse, Option
from planner.problem import Machine, Problem, Workload


def options(problem: Problem, workload: Workload, machine: Machine, c: Coefficients) -> list[Option | Excuse]:
    """Brokers and stream processing on one kind of machine."""
    if machine.accelerators:
        text = "a broker has no use for accelerators"
        return [Excuse(workload.id, machine.id, "accelerated", float(machine.accelerators), 0.0, "accelerators", text)]
    needs = (("local drives", machine.nvme_tb), ("NICs", machine.nics * machine.nic_gbps), ("cores", machine.cores))
    lacking = [name for name, amount in needs if amount <= 0]
    if lacking:
        text = f"the catalog has no {' or '.join(lacking)} for it"
        return [Excuse(workload.id, machine.id, "no-figure", 0.0, None, "", text)]
    rates = per_broker(machine, workload.spec, c)
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
            basis="estimated",
            low=ERROR[0],
            high=ERROR[1],
            origin=workload.origin,
        )
    ]
