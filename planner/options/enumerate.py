"""Every workload on every machine: options for what works, excuses for what does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from planner.estimate.coefficients import Coefficients
from planner.options import serve, service, stage, stream, train
from planner.options.dominance import prune
from planner.options.types import Excuse, Option, OptionSet
from planner.problem import Machine, Problem, Workload

Try = Callable[[Problem, Workload, Machine, Coefficients], "list[Option | Excuse]"]
MOST_MACHINES = 200_000
"""More than the largest fleets of 2026 for one purpose: what asks for more is a slip of the pen."""
KINDS: dict[str, Try] = {
    "serving": serve.options,
    "training": train.options,
    "service": service.options,
    "stream": stream.options,
    "stage": stage.options,
}


def enumerate_options(problem: Problem, coefficients: Coefficients) -> OptionSet:
    """Options and excuses of a problem, dominated options pruned, in a fixed order."""
    kept: list[Option] = []
    excuses: list[Excuse] = []
    for workload in problem.workloads:
        attempt = KINDS.get(workload.kind)
        if attempt is None:
            continue
        found: list[Option] = []
        for machine in problem.machines:
            if not _permitted(workload, machine):
                excuses.append(Excuse(workload.id, machine.id, "denied", None, None, "", "the scenario rules it out"))
                continue
            for result in attempt(problem, workload, machine, coefficients):
                result = _of_this_world(result, workload)
                if isinstance(result, Option):
                    found.append(_per_kw(result, workload))
                else:
                    excuses.append(result)
        if workload.kind == "training":
            excuses += train.notes(problem, workload)
        good, worse = prune(problem, workload, found)
        kept += good
        excuses += worse
    order = {w.id: i for i, w in enumerate(problem.workloads)}
    kept.sort(key=lambda o: (order[o.workload], o.id))
    excuses.sort(key=lambda e: (order[e.workload], e.machine, e.reason))
    return OptionSet(tuple(kept), tuple(excuses))


WORK = {"req/s": "requests_per_s", "B/s": "bytes_per_s"}
"""Names of rates by the unit of a workload's demand; training counts tokens."""


def _per_kw(option: Option, workload: Workload) -> Option:
    """The option with its work per kW of the machines at full load, at their wall."""
    kw = option.idle_kw + option.busy_kw
    if option.block_machines:
        name, rate = "tokens_per_s", option.details["tokens_per_s"] / option.block_machines
    else:
        name, rate = WORK[workload.unit], option.per_machine
    return replace(option, details={**option.details, f"{name}_per_kw": rate / kw}) if kw > 0 else option


def _of_this_world(result: Option | Excuse, workload: Workload) -> Option | Excuse:
    """An option, or the excuse that it would take more machines than anybody ever put up."""
    if isinstance(result, Excuse) or result.block_machines:
        return result
    count = max(workload.demand) / max(result.per_machine, 1e-300)
    if count <= MOST_MACHINES:
        return result
    text = f"{count:,.4g} machines, {MOST_MACHINES:,} at most are planned for one workload"
    return Excuse(workload.id, result.machine, "size", count, float(MOST_MACHINES), "machines", text)


def _permitted(workload: Workload, machine: Machine) -> bool:
    """The workload's own allow and deny lists."""
    allow, deny = workload.spec.get("hardware_allow") or (), workload.spec.get("hardware_deny") or ()
    if any(machine.matches(p) for p in deny):
        return False
    return not allow or any(machine.matches(p) for p in allow)
