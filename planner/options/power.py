"""What load adds to a machine's idle draw, by what the load is."""

from __future__ import annotations

from planner.estimate.coefficients import Coefficients
from planner.problem import Machine


def busy_kw(machine: Machine, work: str, c: Coefficients) -> float:
    """kW above idle at full load: the machine's sustained draw, scaled where this kind of work was metered lower.

    `work` is llm (the reference), vision, embedding or anything else, which counts as llm. Never from board power:
    eight times TDP is about half of what such a machine draws at the wall.
    """
    share = 1.0
    if machine.accelerators and work in ("vision", "embedding"):
        share = c.constant(f"power_{work}")
    return max(0.0, machine.busy_kw * share - machine.idle_kw)
