"""Demands too small to tell from none: planned at the least that a whole machine can be told from no machine by.

A solver takes 1e-6 of a machine for none. A workload of less than `LEAST` of the smallest way to run it is planned at
that much, and a dataset of less than a gigabyte as one; a note in the plan says so.
"""

from __future__ import annotations

from dataclasses import replace

from planner.options.types import OptionSet
from planner.problem import Problem, Workload

LEAST = 1e-4
LEAST_BYTES = 1e9


def raised(problem: Problem, options: OptionSet) -> Problem:
    """The problem with such demands raised, and a note for each."""
    made = [_raised(w, _least(w, options)) for w in problem.workloads]
    notes = [note for _, note in made if note]
    return replace(problem, workloads=tuple(w for w, _ in made), notes=(*problem.notes, *notes)) if notes else problem


def _least(workload: Workload, options: OptionSet) -> float:
    if workload.kind == "dataset":
        return LEAST_BYTES
    each = [o.per_machine * o.replica_machines for o in options.of(workload.id) if not o.block_machines]
    return LEAST * max(each, default=0.0)


def _raised(workload: Workload, least: float) -> tuple[Workload, str]:
    if workload.kind == "load" or min(workload.demand) >= least:
        return workload, ""
    note = f"{workload.id} is planned at {least:.3g} {workload.unit}: less cannot be told from nothing."
    return replace(workload, demand=tuple(max(d, least) for d in workload.demand)), note
