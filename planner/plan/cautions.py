"""What a reader would take otherwise: runs shorter than their period, spot machines, generators in parts of units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.model import Model
from planner.options.types import Option, OptionSet
from planner.plan.schema import Measure
from planner.plan.tables import SHOWN
from planner.problem import Machine, Problem
from planner.solve.solution import Solution

FULL = 0.9
"""A run that takes this share of its period, or more, fills it."""
LITTLE = 0.01
SPOT = "spot"


def notes(m: Model, s: Solution, problem: Problem, options: OptionSet) -> list[str]:
    """A sentence for each such run and each spot machine in use, by name."""
    known, machines = {o.id: o for o in options.options}, {x.id: x for x in problem.machines}
    used = sorted(
        {
            (m.columns[at].keys["option"], m.columns[at].keys["period"], round(float(s.values[at]), 6))
            for _, at in m.family("work.units")
            if s.values[at] > SHOWN
        }
    )
    runs = [_run(known[id], machines[known[id].machine], period, units) for id, period, units in used]
    return list(dict.fromkeys([*filter(None, runs), *_spot({known[id].machine for id, _, _ in used}, machines)]))


def whole_units(stated: Sequence[Measure]) -> Iterator[str]:
    """A sentence for each generator that whole units would make dearer, from the measures of the plan."""
    found = {(r.measure, r.who, r.site, r.period): r.value for r in stated}
    for (measure, who, site, period), costs in found.items():
        if measure == "part_load_costs":
            more = costs + found.get(("least_load_costs", who, site, period), 0.0)
            stuck = found.get(("below_least_load_stuck", who, site, period), 0.0)
            if more >= 1.0 or stuck:
                hours = f", and in {stuck:,.0f} hours cannot run as low as it does here" if stuck else ""
                parts = f"{who} at {site} ({period}) runs here in any part of a unit at the efficiency of full load"
                yield f"{parts}: in whole units it costs at most {more:,.0f} USD a year more{hours}."


def _run(option: Option, machine: Machine, period: str, units: float) -> str:
    if option.duty >= FULL or not option.block_machines:
        return ""
    part = f"{option.duty:.0%}" if option.duty >= LITTLE else f"under {LITTLE:.0%}"
    runs = f"{option.workload} runs {part} of {period}"
    own = "make the period as long as the run (`periods`)"
    if machine.acquisition == "rent":
        return f"{runs} on {machine.id}, whose rent is paid for all of it: {own} to pay for no more."
    count = units * option.block_machines
    mean, full = (count * (option.idle_kw + option.busy_kw * share) for share in (option.duty, 1.0))
    counted = f"counts as {mean:,.1f} kW of IT in each of its hours, and draws {full:,.1f} kW while it runs"
    return f"{runs}, {counted}. Peaks that are billed, prices and carbon are of the mean: {own} where that matters."


def _spot(used: set[str], machines: dict[str, Machine]) -> Iterator[str]:
    names = [id for id in sorted(used) if SPOT in machines[id].tags and not machines[id].events]
    if names:
        yield (
            f"{', '.join(names)}: spot machines may be taken back at any time, and their availability counts failures "
            "alone. `failures: [{match: tag:spot, restart: {every: 12 h, takes: 10 min}}]` says how often yours are."
        )
