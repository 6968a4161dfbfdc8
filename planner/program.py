"""A scenario's mixed-integer program, every modelled hour written out, for any solver to read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import BadInput

if TYPE_CHECKING:
    from planner.scenario.change import Change


def mps(scenario: Path, *, weeks: int | None = None, hours: int | None = None, changes: Sequence[Change] = ()) -> str:
    """The program of the reference engine as free MPS; every hour where neither `weeks` nor `hours` is given.

    With several objectives it is the first one's. Raises BadInput, also for outages: their rows are too many to write,
    and engines add those that an answer breaks.
    """
    from planner.blocks import assemble
    from planner.driver import prepare
    from planner.solve.expand import expand
    from planner.solve.monolithic import goal
    from planner.solve.mps import render

    made = prepare(scenario, weeks=0 if weeks is None else weeks, hours=hours, changes=changes)
    problem = made.problem
    m = assemble(problem, made.options)
    for bus in m.buses.values():
        for outage in bus.outages:
            told = f"{outage.origin}: the outage of {bus.site} has more rows than a file can hold"
            raise BadInput(f"{told}: engines add those that an answer breaks\n  fix: Leave `outage` out for this.")
    expanded = expand(m)
    cost = expanded.matrix.dense(goal(expanded, problem.objective[0]))
    said = [
        f"{problem.name}: scenario sha256 {problem.scenario_sha256}, catalogs sha256 {problem.catalog_sha256}",
        f"minimise {problem.objective[0]}, {'USD levelised' if problem.objective[0] == 'cost' else 'kgCO2e'}",
        f"{max(len(bus.calendar) for bus in m.buses.values())} hours of each period; t is the hour's place among them",
    ]
    return render(expanded.matrix, cost, expanded.column_names, expanded.row_names, said)
