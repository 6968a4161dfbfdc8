"""What bounds an import hour by hour, what of it is covered by contract, and what each of the two is worth.

An import of an hour costs `cost` per kW, less `relief` for each that a contract covers, and `over` for each above its
peaks: convex and piecewise linear, with bends at the cover and at the limit. For bus prices above its least cost by r:

    r <= column rent + constant rent + cover rent,   column rent <= over,   cover rent <= relief

bounds it from below; the narrowest of the three is served first, which makes the bound tight.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite

import numpy as np

from planner.model import Bus, Import
from planner.solve.matrix import Floats, Ints

NONE = np.empty(0)
ROUNDING = 1e-12
"""Of an hour's cost, what sums and differences of prices may be off by."""
Step = tuple[Floats, Floats, Floats]
"""Cost and width of a step by hour, and how much of the cost is for overrunning peaks (empty: nothing)."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An import at one design: its limit in kW, the column that sets it (-1: the constant), its cost.

    `over`, `room`: the price of overrunning peaks and by how much; empty where they may not be.
    `cover`, `relief`: kW covered by contract, and what a covered kW costs less; empty where nothing can be.
    """

    most: float
    kw: Floats
    which: Ints
    cost: Floats
    over: Floats
    room: Floats
    cover: Floats
    relief: Floats

    def steps(self) -> list[Step]:
        """The stack from the cheapest step up."""
        if not len(self.cover):
            first = (self.cost, self.kw, NONE)
            return [first, (self.cost + self.over, self.room, self.over)] if len(self.over) else [first]
        low, reach = self.cost - self.relief, np.minimum(self.cover, self.most)
        inside = reach < self.kw
        first = (low, np.minimum(reach, self.kw), NONE)
        if not len(self.over):
            return [first, (self.cost, np.maximum(self.kw - reach, 0.0), NONE)]
        cost, extra = np.where(inside, self.cost, low + self.over), np.where(inside, 0.0, self.over)
        top = np.maximum(self.most - np.maximum(self.kw, reach), 0.0)
        return [first, (cost, np.abs(reach - self.kw), extra), (self.cost + self.over, top, self.over)]

    def split(self, rent: Floats) -> tuple[Floats, Floats, Floats]:
        """Rent over the least cost, by what earns it: the column or constant that limits, the constant, the cover.

        A peak is worth no more than overrunning it; beyond that only the connection itself is scarce.
        """
        if not len(self.cover):
            beyond = np.maximum(rent - self.over, 0.0) if len(self.over) else NONE
            return (rent - beyond if len(self.over) else rent), beyond, NONE
        over = self.over if len(self.over) else np.full(len(rent), inf)
        first = self.cover < self.kw
        covered = np.where(first, np.minimum(rent, self.relief), 0.0)
        mine = np.minimum(rent - covered, over)
        late = np.where(~first & (self.cover < self.most), np.minimum(rent - mine, self.relief), 0.0)
        return mine, rent - covered - mine - late, covered + late


class ImportLimit:
    """What bounds an import in each hour: a constant, a column, the peaks that count it; the least of them."""

    def __init__(self, bus: Bus, part: Import, at: dict[int, int]) -> None:
        hours = len(bus.calendar)
        self.most = part.most
        self.limit = -1 if part.limit is None else at[part.limit]
        self.peaks = _layers(part, hours, at)
        self.hours = hours
        covers = part.cover.parts if part.cover else ()
        self.cover_at = np.array([at[column] for column, _ in covers], dtype=np.int64)
        self.covers = np.array([profile for _, profile in covers]).reshape(-1, hours)

    def offer(self, x: Floats, peaks: Floats | None, cost: Floats, relief: Floats) -> Offer:
        """The import at design `x`; `cost` and `relief` by hour in the objective's units, `peaks` by design column."""
        kw, which = self.at(x)
        over, room = self.overrun(kw, peaks)
        cover, saved = (self.covered(x), np.maximum(relief, 0.0)) if len(self.covers) else (NONE, NONE)
        return Offer(self.most, kw, which, cost, over, room, cover, saved)

    def covered(self, x: Floats) -> Floats:
        """kW that contracts can cover in each hour."""
        return np.asarray(x[self.cover_at] @ self.covers)

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
        if peaks is None or not self.peaks or self.limit >= 0:
            return NONE, NONE
        price = np.sum([np.where(column >= 0, peaks[column], 0.0) for column in self.peaks], axis=0)
        if not np.isfinite(price).all():
            return NONE, NONE
        return price, np.maximum(self.most - kw, 0.0)

    def post(self, offer: Offer, rents: tuple[Floats, Floats, Floats], begins: Ints, gradient: Floats) -> Floats:
        """Post what limit and cover are worth on their columns, segment by segment (segments, design).

        `begins`: the first hour of each segment. The constants' part is returned (segments,).
        """
        mine, beyond, cover = rents
        total = np.add.reduceat(self._scarce(offer, beyond), begins) if len(beyond) else np.zeros(len(begins))
        named = offer.which >= 0
        if named.any():
            segment = np.searchsorted(begins, np.flatnonzero(named), side="right") - 1
            np.subtract.at(gradient, (segment, offer.which[named]), mine[named])
            mine = np.where(named, 0.0, mine)
        total += np.add.reduceat(self._scarce(offer, mine), begins)
        if len(cover):
            for at, profile in zip(self.cover_at.tolist(), self.covers, strict=True):
                gradient[:, at] -= np.add.reduceat(profile * cover, begins)
        return np.multiply(-self.most, total, out=np.zeros(len(total)), where=total != 0.0)

    def _scarce(self, offer: Offer, rent: Floats) -> Floats:
        """The constant's rent (T,); where it is no limit, rounding in the last digits must not make it worth any."""
        if isfinite(self.most):
            return rent
        size = np.abs(offer.cost) + (np.abs(offer.over) if len(offer.over) else 0.0)
        return np.where(rent <= ROUNDING * size, 0.0, rent)


def _layers(part: Import, hours: int, at: dict[int, int]) -> list[Ints]:
    """The peaks' columns by hour, as few arrays (T,) as hold them; -1 fills where an hour has fewer."""
    layers: list[Ints] = []
    for peak in part.peaks:
        free = next((layer for layer in layers if (layer[peak.hours] < 0).all()), None)
        if free is None:
            layers.append(free := np.full(hours, -1, dtype=np.int64))
        free[peak.hours] = at[peak.column]
    return layers
