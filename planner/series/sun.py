"""Where the sun stands in the middle of every hour of the year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from planner.series.humidity import standard_pressure_pa
from planner.series.weather_types import HOURS_PER_YEAR, Series

SUN_YEAR_START_S = 1_672_531_200
"""2023-01-01T00:00Z in Unix time. Any year without a leap day does: the sun differs by less than half a degree."""
DELTA_T_S = 69.2
"""Terrestrial minus universal time in 2023 (IERS Bulletin A); a minute moves the sun by a quarter of a degree."""
REFRACTION_DEG = 0.5667
"""At sunrise and sunset (NREL SPA, Reda and Andreas 2004)."""
YEARLY_MEAN_C = 12.0
"""Temperature for refraction only: pvlib's default."""


@dataclass(frozen=True, slots=True, eq=False)
class Sun:
    """Degrees, each (8760,): true and refracted zenith, azimuth clockwise from north; `day` is 1..365."""

    zenith: Series
    apparent_zenith: Series
    azimuth: Series
    day: Series


@lru_cache(maxsize=8)
def position(latitude: float, longitude: float, elevation_m: float, utc_offset_hours: float) -> Sun:
    """The sun at half past every hour of local standard time (NREL SPA through pvlib)."""
    from pvlib import spa

    hour = np.arange(HOURS_PER_YEAR)
    seconds = SUN_YEAR_START_S + 3600.0 * (hour + 0.5 - utc_offset_hours)
    millibar = standard_pressure_pa(elevation_m) / 100.0
    found = spa.solar_position(
        seconds, latitude, longitude, elevation_m, millibar, YEARLY_MEAN_C, DELTA_T_S, REFRACTION_DEG
    )
    apparent, zenith, azimuth = (np.asarray(found[i], dtype=np.float64) for i in (0, 1, 4))
    return Sun(zenith, apparent, azimuth, (1 + hour // 24).astype(np.float64))
