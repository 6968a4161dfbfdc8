"""What an engine answers: the value of every column, every bus hour by hour, and how good it is proven to be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planner.solve.effort import Effort

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A bus's parts by hour, kW (level: kWh), in the order the bus lists them."""

    taken: Floats | None
    imported: tuple[Floats, ...]
    exported: tuple[Floats, ...]
    charge: tuple[Floats, ...]
    discharge: tuple[Floats, ...]
    level: tuple[Floats, ...]


@dataclass(frozen=True, slots=True)
class Solution:
    """`values` by model column; `cost_usd`: the ledger's sum; `objective`, `bound`: of what was minimised first."""

    status: Literal["optimal", "limit", "interrupted"]
    engine: str
    solver: str
    values: Floats
    cost_usd: float
    objective: float
    bound: float
    dispatch: dict[tuple[str, str, str], Dispatch]
    duals: dict[str, float] = field(default_factory=dict)
    """Shadow price by row name, USD per unit of right-hand side, with the whole numbers fixed."""
    reduced: Floats = field(default_factory=lambda: np.empty(0))
    """Reduced cost by model column: what one unit of it costs beyond what its rows are worth; empty where unknown."""
    effort: Effort | None = None
    """What the search took; of the decomposed engine."""

    @property
    def gap(self) -> float:
        return max(0.0, (self.objective - self.bound) / abs(self.objective)) if self.objective else 0.0
