"""Streams: brokers, and processors on the same machines."""

from __future__ import annotations

from planner.estimate.coefficients import Coefficients
from planner.estimate.stream import ERROR, per_broker
from planner.options.alone import alone, binding
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
    least, details = binding(per_broker(machine, workload.spec, c), "bytes_per_s")
    kw, (low, high) = busy_kw(machine, "stream", c), ERROR
    return [alone(workload, machine, per_machine=least, busy_kw=kw, details=details, low=low, high=high)]
