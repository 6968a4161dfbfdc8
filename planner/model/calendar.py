"""The modelled hours of a period, and a profile over them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Profile = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The hours that stand for a period.

    `hour`: hour of the year (0..8759) each modelled hour is taken from; `weight`: hours of the period it stands for;
    `stretches`: half-open ranges of consecutive hours, each a cycle for stores; `months`: the months (0..11) each
    stretch stands for. Stretches over every hour of the period (one, or one for each of several years) take each hour's
    month from `hour`.
    """

    hour: NDArray[np.int64]
    weight: Profile
    stretches: tuple[tuple[int, int], ...]
    months: tuple[tuple[int, ...], ...]
    at: NDArray[np.int64] | None = None
    """Where each modelled hour stands in a series of several years; none: at its `hour`."""

    def __len__(self) -> int:
        return len(self.hour)

    def take(self, year: Profile) -> Profile:
        """The year's series (8760,), or that of several years, at the modelled hours."""
        return np.asarray(year, dtype=np.float64)[self.hour if self.at is None else self.at]
