"""How near a plan's hours come to the year: typical weeks checked against every hour, or what was left unchecked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.model import Model
    from planner.plan.schema import Accuracy
    from planner.solve.clock import Clock
    from planner.solve.solution import Solution


def accuracy(
    m: Model,
    answer: Solution,
    every: Callable[[], Model],
    say: Callable[[str], None] | None,
    clock: Clock,
    *,
    typical: bool,
    first: bool,
) -> Accuracy:
    """What typical weeks cost in accuracy: the same machines over every hour; not asked where `say` is none.

    `every` makes the same model on all hours. `typical`: the model had typical weeks; `first`: the first hours only.
    Else it had every hour of its periods.
    """
    from planner.places import HOURS_PER_YEAR
    from planner.plan.encode import tidy
    from planner.plan.schema import FIRST, OF_THOSE, Accuracy
    from planner.solve.year import year_cost

    modelled = max(len(bus.calendar) for bus in m.buses.values())
    cost = None
    note = f"{modelled:,} hours modelled; the rest of the year was not checked"
    if first:
        note = f"{FIRST} {modelled:,} hours of a period are modelled: {OF_THOSE}"
    if say is not None and clock.out:
        note = f"{modelled:,} hours modelled; the time limit left none to check the rest of the year"
    elif say is not None:
        say("checking the machines against all 8,760 hours")
        cost = year_cost(m, answer, every, clock)
        note = "the same machines over all 8,760 hours, sizes of generation and storage free, to 0.01 %"
        if cost is None:
            note = "no dispatch of these machines over all 8,760 hours was found within the limits: use more --weeks"
    elif not typical and not first:
        note = "every hour is modelled"
    return Accuracy(
        hours=HOURS_PER_YEAR if cost is not None else modelled,
        weeks_usd=tidy(answer.cost_usd),
        year_usd=None if cost is None else tidy(cost),
        difference=None if cost is None else tidy(cost / answer.cost_usd - 1),
        note=note,
    )
