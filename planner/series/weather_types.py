"""What a year of weather is, and how a file that is not one says so."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

HOURS_PER_YEAR = 8760

Series = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Weather:
    """One year of hours at a place, each series of shape (8760,) and read-only.

    Hour 0 is 00:00-01:00 on 1 January in the local standard time `utc_offset_hours`; there is no leap day and no
    summer time. Irradiance is the mean over the hour. `latitude`, `longitude` and `elevation_m` are those of the
    data, not of the site it may stand in for. A series that the source lacks is None: without `ghi_w_m2` there is
    no solar power to be had from this weather, without `wind_m_s` no wind power.
    """

    temperature_c: Series
    wetbulb_c: Series
    relative_humidity: Series
    """Percent, 0..100."""
    ghi_w_m2: Series | None
    dni_w_m2: Series | None
    dhi_w_m2: Series | None
    wind_m_s: Series | None
    pressure_pa: Series
    wind_height_m: float
    utc_offset_hours: float
    place: str
    latitude: float
    longitude: float
    elevation_m: float
    source: str
    stood_in: str = ""
    """Empty, or the sentence that says which place's weather stands in and from how far away."""
    notes: tuple[str, ...] = ()
    typical: bool = False
    """Whether it is a typical year: each month taken from an ordinary one of many years."""


@dataclass(frozen=True, slots=True)
class WeatherProblem:
    """One thing wrong with a weather file or request; `line` 0 where no line is to blame."""

    file: str
    line: int
    message: str
    fix: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.message}. {self.fix}"


class WeatherError(ValueError):
    """Everything wrong with a weather file or request, all at once."""

    def __init__(self, problems: tuple[WeatherProblem, ...]) -> None:
        super().__init__("\n".join(str(p) for p in problems))
        self.problems = problems


def refuse(file: str, message: str, fix: str, line: int = 0) -> WeatherError:
    return WeatherError((WeatherProblem(file, line, message, fix),))


def did_you_mean(word: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(word.lower(), known, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known)}."
