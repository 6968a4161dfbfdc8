"""Which engine answers a model, and where it keeps its cuts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from planner.errors import BadInput

if TYPE_CHECKING:
    from planner.model import Model
    from planner.solve.memory import Memory
    from planner.solve.solution import Solution

Run = Callable[..., "Solution"]
"""Solves a model."""
ENGINES = ("auto", "decomposed", "monolithic")
FEW_HOURS = 1000
"""Up to this many hours `auto` writes them all out: exact, and quick enough."""


def choose(engine: str, m: Model, objective: tuple[str, ...]) -> tuple[Run, str]:
    """The engine to use, and why it is not the one that was wanted: empty where it is. Raises BadInput."""
    from planner.solve import decomposed, monolithic
    from planner.solve.condense import condense
    from planner.solve.oracle import NotDecomposable

    hours = max(len(bus.calendar) for bus in m.buses.values())
    if engine == "monolithic" or (engine == "auto" and hours <= FEW_HOURS):
        return monolithic.solve, ""
    try:
        condense(m, objective)
    except NotDecomposable as beyond:
        if engine == "decomposed":
            raise BadInput(f"the decomposed engine cannot hold this: {beyond}; use --engine auto") from None
        return monolithic.solve, str(beyond)
    return decomposed.solve, ""


def memory(run: Run, m: Model, kept: Memory | None) -> Memory | None:
    """Where the engine keeps cuts: in what earlier solves `kept`, or its own rounds where a bus must bear an outage."""
    from planner.solve.memory import Memory

    if not run.__module__.endswith(".decomposed"):
        return None
    if kept is not None:
        return kept
    return Memory() if any(bus.outages for bus in m.buses.values()) else None
