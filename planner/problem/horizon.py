"""When: the periods of the horizon, their hours, and what money costs over it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from planner.model import Calendar

Series = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Period:
    """A dated stretch of the horizon; `begin` and `years` count from the horizon's start, 365 days to the year."""

    name: str
    start: date
    end: date
    begin: float
    years: float
    calendar: Calendar
    value_factor: float
    """Worth of one USD spent evenly over this period, in levelised horizon USD."""


@dataclass(frozen=True, slots=True)
class Finance:
    """Cost of capital (per year, real) and the horizon in years."""

    cost_of_capital: float
    horizon_years: float
    origin: str
