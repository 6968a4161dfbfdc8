"""Stages of pipelines: machines by measured throughput, or by events a core works off."""

from __future__ import annotations

from planner.estimate.coefficients import Coefficients
from planner.estimate.pipeline import per_machine
from planner.options.alone import alone, binding
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
    least, details = binding(rates, "bytes_per_s")
    basis = "measured" if "measured" in rates else "estimated"
    kw = busy_kw(machine, "stream", c)
    return [alone(workload, machine, per_machine=least, busy_kw=kw, details=details, basis=basis)]
