"""What load adds to a machine's idle draw, by what the load is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.estimate.power import working_w

if TYPE_CHECKING:
    from planner.estimate.coefficients import Coefficients
    from planner.machine import Machine


def busy_kw(machine: Machine, work: str, c: Coefficients) -> float:
    """kW above idle at full load: the machine's sustained draw, scaled where this kind of work was metered lower.

    `work` is llm (the reference), a kind of measured work (vision, embedding …) or anything else, which counts as llm.
    """
    kind = work if machine.accelerators else ""
    return max(0.0, working_w(machine.busy_kw, kind, False, c) - machine.idle_kw)
