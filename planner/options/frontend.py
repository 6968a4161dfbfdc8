"""Machines that need no fabric between them still hang on the site's network."""

from __future__ import annotations

from dataclasses import replace

from planner.options.types import OptionSet
from planner.problem import Problem


def wire(problem: Problem, options: OptionSet) -> OptionSet:
    """Options on owned machines without a fabric take the `frontend` class, where the catalog offers one."""
    if all(f.id != "frontend" for f in problem.fabrics):
        return options
    owned = {m.id for m in problem.machines if m.acquisition == "buy"}
    made = tuple(
        replace(o, fabric="frontend") if o.fabric == "none" and o.machine in owned else o for o in options.options
    )
    return OptionSet(made, options.excuses)
