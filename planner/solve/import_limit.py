"""What bounds an import hour by hour, and what that bound is worth."""

from __future__ import annotations

from math import inf

import numpy as np

from planner.model import Bus, Import
from planner.solve.hourly import hour_months
from planner.solve.matrix import Floats, Ints


class ImportLimit:
    """What bounds an import in each hour: a constant, a column, the peaks of its months; the least of them."""

    def __init__(self, bus: Bus, part: Import, at: dict[int, int]) -> None:
        hours = len(bus.calendar)
        self.most = part.most
        self.limit = -1 if part.limit is None else at[part.limit]
        self.months: list[Ints] = []
        if part.monthly:
            self.months = [
                np.array([at[part.monthly[m]] if m in part.monthly else -1 for m in months])
                for months in hour_months(bus.calendar)
            ]
        self.hours = hours

    def at(self, x: Floats) -> tuple[Floats, Ints]:
        """The limit of every hour in kW, and the column that sets it (-1: the constant)."""
        kw, which = np.full(self.hours, self.most), np.full(self.hours, -1)
        named = [np.full(self.hours, self.limit)] if self.limit >= 0 else []
        for column in [*named, *self.months]:
            value = np.where(column >= 0, x[column], inf)
            lower = value < kw
            kw, which = np.where(lower, value, kw), np.where(lower, column, which)
        return kw, which

    def overrun(self, kw: Floats, peaks: Floats | None) -> tuple[Floats, Floats]:
        """What overrunning the peaks costs per kW of each hour, and by how much they may be; empty: they may not."""
        none = np.empty(0)
        if peaks is None or not self.months or self.limit >= 0:
            return none, none
        price = np.sum([np.where(column >= 0, peaks[column], 0.0) for column in self.months], axis=0)
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
