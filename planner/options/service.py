"""Services: throughput per machine from measurements, the scenario's own first."""

from __future__ import annotations

from collections.abc import Mapping

from planner.estimate.coefficients import Coefficients
from planner.estimate.service import TooSlow, throughput
from planner.options.alone import alone
from planner.options.power import busy_kw
from planner.options.types import Excuse, Option
from planner.problem import Machine, Problem, Workload


def options(problem: Problem, workload: Workload, machine: Machine, c: Coefficients) -> list[Option | Excuse]:
    """CPU or accelerator work by measured or catalog throughput."""
    spec = workload.spec
    work = str(spec.get("work") or "")
    away, limit = float((spec.get("routing") or {}).get("round_trip", 0.0)), spec.get("latency")
    limit = None if limit is None else float(limit) - away
    found = throughput(machine, work, _own(spec.get("throughput") or {}, machine), limit, c)
    if found is None:
        text = "nobody measured this work on it; give your own number under `throughput:`"
        return [Excuse(workload.id, machine.id, "no-figure", None, None, workload.unit, text)]
    if isinstance(found, TooSlow):
        text = "a request takes longer than the latency target, or was never measured under one as tight"
        return [Excuse(workload.id, machine.id, "latency", found.service_s, found.limit_s, "s", text)]
    details = {"measured_per_s": found.maximum, "planned_load": found.load, "source": found.source}
    return [
        alone(
            workload,
            machine,
            per_machine=found.planned,
            busy_kw=busy_kw(machine, work, c),
            details=details,
            basis=found.basis,
            low=found.low,
            high=found.high,
        )
    ]


def _own(given: Mapping[str, float], machine: Machine) -> float | None:
    """The scenario's number for the machine; for one that runs with members down, their share of the whole one's."""
    if machine.id in given or not machine.like:
        return None if machine.id not in given else float(given[machine.id])
    whole = given.get(machine.like)
    return None if whole is None else float(whole) * machine.least_members / machine.members
