"""What bounds an import hour by hour, and what that bound is worth."""

from __future__ import annotations

from math import inf

import numpy as np

from planner.model import Bus, Import
from planner.solve.matrix import Floats, Ints


class ImportLimit:
    """What bounds an import in each hour: a constant, a column, the peaks that count it; the least of them."""

    def __init__(self, bus: Bus, part: Import, at: dict[int, int]) -> None:
        hours = len(bus.calendar)
        self.most = part.most
        self.limit = -1 if part.limit is None else at[part.limit]
        self.peaks = _layers(part, hours, at)
        self.hours = hours

    def at(self, x: Floats) -> tuple[Floats, Ints]:
        """The limit of every hour in kW, and the column that sets it (-1: the constant)."""
        kw, which = np.full(self.hours, self.most), np.full(self.hours, -1)
        named = [np.full(self.hours, self.limit)] if self.limit >= 0 else []
        for column in [*named, *self.peaks]:
            value = np.where(column >= 0, x[column], inf)
            lower = value < kw
            kw, which = np.where(lower, value, kw), np.where(lower, column, which)
        return kw, which

    def overrun(self, kw: Floats, peaks: Floats | None) -> tuple[Floats, Floats]:
        """What overrunning the peaks costs per kW of each hour, and by how much they may be; empty: they may not."""
        none = np.empty(0)
        if peaks is None or not self.peaks or self.limit >= 0:
            return none, none
        price = np.sum([np.where(column >= 0, peaks[column], 0.0) for column in self.peaks], axis=0)
        if not np.isfinite(price).all():
            return none, none
        return price, np.maximum(self.most - kw, 0.0)

    def fixed(self, rent: Floats) -> float:
        """What the constant limit is worth at hourly `rent`."""
        total = float(rent.sum())
        return -self.most * total if total else 0.0

    def price(self, over: Floats, which: Ints, gradient: Floats) -> float:
        """Post what the limit is worth on the columns that set it; the constant's part is returned."""
        named = which >= 0
        np.subtract.at(gradient, which[named], over[named])
        return self.fixed(over[~named])


def _layers(part: Import, hours: int, at: dict[int, int]) -> list[Ints]:
    """The peaks' columns by hour, as few arrays (T,) as hold them; -1 fills where an hour has fewer."""
    layers: list[Ints] = []
    for peak in part.peaks:
        free = next((layer for layer in layers if (layer[peak.hours] < 0).all()), None)
        if free is None:
            layers.append(free := np.full(hours, -1, dtype=np.int64))
        free[peak.hours] = at[peak.column]
    return layers
