"""What goes over a bus's meter."""

from __future__ import annotations

import numpy as np

from planner.model import Bus
from planner.problem import Series
from planner.solve.solution import Dispatch


def bought(bus: Bus, dispatch: Dispatch) -> Series:
    """What comes over the meter, kW (T,)."""
    parts = zip(bus.imported, dispatch.imported, strict=True)
    mine = [kw for part, kw in parts if part.role == "imported"]
    return np.asarray(np.sum([np.zeros(len(bus.calendar)), *mine], axis=0))
