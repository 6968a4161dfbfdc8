"""The oracle of a bus with several stores: the same cut as `oracle.py`, its prices from a linear program.

The value of stored energy is a function of as many levels as there are stores, which no list of slopes holds. For a
given design the dispatch is a linear program all the same; `interior.py` solves a year of it in a tenth of a second or
two, no closer than the search needs to know it. Its prices make the cut, term by term as for one store; its dispatch is
trimmed until it holds exactly. What a store begins a stretch with is not given to it: it chooses what is best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from planner.model import Bus, Store
from planner.solve.hourly import may_discharge
from planner.solve.import_limit import Offer
from planner.solve.matrix import Flags, Floats, Ints
from planner.solve.oracle import BusOracle, Outcome
from planner.solve.solution import Dispatch

if TYPE_CHECKING:
    from planner.solve.interior import Interior

LEAST = 1e-7
"""Sizes below this part of the load stand for nothing at all, so that there is a point inside."""
MOST_STORES = 8
NEAR = 1e-6
"""Cost and bound this near, relative, are left alone where the interior point method comes no nearer."""
FIRST_CLOSE = 1e-3
"""How near the interior point method comes to what is best, relative, before it is seen whether that is near enough."""


@dataclass(slots=True)
class Stretch:
    """The hours of a stretch, searched in units of `kw` and `usd`."""

    search: Interior
    kw: float
    usd: float
    most: float
    """What a stored kWh may be worth."""
    steps: int
    need: Floats
    power: Floats
    energy: Floats
    phys: Floats
    bus: Floats
    may: Flags
    settled: bool = False

    @property
    def ended(self) -> bool:
        return self.search.ended

    def settle(self) -> None:
        """To the end by simplex."""
        from planner.solve.settle import settle

        settle(self.search, self.power / self.kw, self.energy / self.kw)
        self.settled = True

    def go(self, close: float) -> tuple[Floats, Floats, Floats, Floats, Floats, float]:
        """Nearer: bus prices (T,), values, charge, discharge, levels (K, T), what these miss their start by."""
        from planner.solve.mend import mend, within

        self.search.go(close)
        x = self.search.x
        put, out, end = (np.ascontiguousarray(x[:, self.steps + i :: 4].T) * self.kw for i in (0, 1, 3))
        lam, w = self.search.lam * self.usd, np.clip(self.search.w * self.usd, -self.most, self.most)
        # Both at once is noise of the interior point method, but where energy that a store holds is best lost.
        apart = (w >= 0.0) & (not self.settled)
        within(put, out, self.need, self.power, self.phys, self.bus, self.may, apart)
        level, missed = mend(put, out, self.power, self.energy, self.phys, end[:, -1])
        return lam, w, put, out, level, missed


def recursive(bus: Bus) -> bool:
    """Whether the recursion holds the bus's stores: one at most, whose kW are the same in and out."""
    one, few = np.ones(len(bus.calendar)), len(bus.stores) < 2
    return few and all(np.array_equal(*store.on_bus(one, one)) for store in bus.stores)


class LpOracle(BusOracle):
    """A bus as arrays, any number of stores: `may` (K, T), `wear` (K, Q, T), `unit` (2, K, T) kW on the bus in and out.

    Levels at the segments' starts stand store by store.
    """

    most_stores = MOST_STORES
    dear = True

    def __init__(self, bus: Bus, quantities: Sequence[str], rank: Ints | None = None, *, months: int = 1) -> None:
        super().__init__(bus, quantities, rank, months=months)
        stores = bus.stores
        self.starts = len(stores) * len(self.segments)
        self.size = len(self.columns) + self.starts
        self.may = np.array([may_discharge(bus, s) for s in stores]).reshape(len(stores), self.hours)
        weight, money = bus.calendar.weight, self._money()
        worn = [np.outer(money, weight * s.wear * s.factor) for s in stores]
        self.wear: Floats = np.array(worn).reshape(len(stores), len(quantities), self.hours)
        one = np.ones(self.hours)
        self.unit: Floats = np.array([s.on_bus(one, one) for s in stores]).reshape(len(stores), 2, -1).swapaxes(0, 1)
        self.phys = np.array(
            [[1.0 - s.standing_loss, s.charge_efficiency, s.discharge_efficiency, s.power_out] for s in stores]
        )

    def evaluate(
        self, values: Floats, mult: Floats, voll: float, peaks: Floats | None = None, slip: float = 0.0
    ) -> Outcome:
        """Dispatch for the columns' `values`, and its cut; see BusOracle.evaluate."""
        x = np.maximum(values, 0.0)
        load, free, offers = self._supply(x, mult, peaks)
        cost, width, export = self._steps(mult, free, offers)
        width = np.where((cost < voll) | export, width, 0.0)
        need, wear = load + width[:, export].sum(axis=1), np.array([mult @ each for each in self.wear])
        searches = [self._search(x, slice(a, b), need, cost, width, wear, voll) for a, b in self.stretches]
        close = FIRST_CLOSE
        while True:
            parts = [search.go(close) for search in searches]
            near, w, put, out, level = (np.concatenate([part[i] for part in parts], axis=-1) for i in range(5))
            missed = sum(float(part[5]) for part in parts)
            lam = self._priced(x, near, w, load, cost, width, export, wear, voll)
            flow, unserved = _filled(need + (self.unit[0] * put - self.unit[1] * out).sum(axis=0), cost, width)
            dispatch, quantities, overrun = self._counted(flow, width, offers, (put, out, level))
            gradient, constant = self._cut(cost, lam, w, wear, offers)
            artificial = voll * float(unserved.sum()) + 10.0 * voll * missed + overrun
            bound = self._least(gradient @ self._without_levels(x) + constant, gradient, x)
            short = float(unserved.sum()) + missed
            outcome = Outcome(quantities, short, artificial, gradient, constant, bound, dispatch, overrun)
            open_ = float(mult @ quantities) + artificial - bound
            if open_ <= slip or all(search.settled for search in searches):
                return outcome
            if all(search.ended for search in searches):
                if open_ <= NEAR * max(1.0, abs(bound)):
                    return outcome
                for search in searches:
                    search.settle()
            close *= min(0.1, 0.5 * slip / open_)

    def _search(
        self, x: Floats, hour: slice, need: Floats, cost: Floats, width: Floats, wear: Floats, voll: float
    ) -> Stretch:
        """The search of one stretch in numbers of about one, not begun."""
        from planner.solve.interior import Interior

        power, energy = self._sizes(x)
        kw = max(float(need[hour].max(initial=0.0)), float(power.max()) / 100.0, float(energy.max()) / 1e5, LEAST)
        usd = max(float(np.abs(cost[hour]).mean()), 1e-9 * voll, 1e-300)
        most = np.maximum(np.array([power, energy]) / kw, LEAST)
        columns = self._columns_of(hour, cost / usd, width / kw, wear / usd, voll / usd, most[1])
        first = float(np.median(cost[hour].max(axis=1))) / usd
        bus = np.ascontiguousarray(self.unit[:, :, hour])
        search = Interior(need[hour] / kw, *columns, most[0], self.phys, bus, first)
        steps, may = cost.shape[1] + 1, self.may[:, hour]
        return Stretch(search, kw, usd, 10.0 * voll, steps, need[hour], power, energy, self.phys, bus, may)

    def _columns_of(
        self, hour: slice, cost: Floats, width: Floats, wear: Floats, voll: float, energy: Floats
    ) -> tuple[Floats, Floats]:
        """Cost and width (T, S + 1 + 4K): the stack, going short, each store's charge, discharge, rest and level."""
        hours, steps, stores = hour.stop - hour.start, cost.shape[1] + 1, len(energy)
        costs, widths = np.zeros((hours, steps + 4 * stores)), np.full((hours, steps + 4 * stores), inf)
        costs[:, : steps - 1], widths[:, : steps - 1], costs[:, steps - 1] = cost[hour], width[hour], voll
        widths[:, : steps - 1][widths[:, : steps - 1] < LEAST * LEAST] = 0.0
        for k in range(stores):
            at = steps + 4 * k
            costs[:, at + 1] = wear[k, hour]
            widths[:, at + 1] = np.where(self.may[k, hour], inf, 0.0)
            widths[:, at + 3] = energy[k]
        return costs, widths

    def _priced(
        self, x: Floats, near: Floats, w: Floats, load: Floats, cost: Floats, width: Floats, export: Flags,
        wear: Floats, voll: float,
    ) -> Floats:
        from planner.solve.mend import best_prices

        power, _ = self._sizes(x)
        bus = np.ascontiguousarray(self.unit)
        found = best_prices(near, w, load, cost, width, export, self.may, voll, power, wear, self.phys, bus)
        return np.asarray(found)

    def _sizes(self, x: Floats) -> tuple[Floats, Floats]:
        """kW and usable kWh of the stores (K,)."""
        stores = self.bus.stores
        power = np.array([x[self.at[s.power]] for s in stores])
        return power, np.array([x[self.at[s.energy]] * s.usable for s in stores])

    def _counted(
        self, flow: Floats, width: Floats, offers: list[Offer], stored: tuple[Floats, Floats, Floats]
    ) -> tuple[Dispatch, Floats, float]:
        """The dispatch, what it counts, and what overrunning peaks cost."""
        imported, sold, overrun = self._traded(flow, width, offers)
        quantities = self._quantities(imported, sold, offers)
        for wear, out in zip(self.wear, stored[1], strict=True):
            quantities = quantities + wear @ out
        taken = flow[:, 0] if self.bus.produced else None
        return Dispatch(taken, tuple(imported), tuple(sold), *(tuple(part) for part in stored)), quantities, overrun

    def _least(self, parts: Floats, gradient: Floats, x: Floats) -> float:
        """The cuts' sum at x with all levels between segments at their best."""
        worth = gradient[:, len(self.columns) :].sum(axis=0).reshape(len(self.bus.stores), -1)
        _, energy = self._sizes(x)
        return float(parts.sum() + (np.minimum(worth, 0.0).sum(axis=1) * energy).sum())

    def _price_store(self, store: Store, lam: Floats, w: Floats, wear: Floats, gradient: Floats) -> None:
        for k, each in enumerate(self.bus.stores):
            self._price_one(each, k, lam * self.unit[:, k], w[k], wear[k], self.may[k], gradient)


def _filled(need: Floats, cost: Floats, width: Floats) -> tuple[Floats, Floats]:
    """Each hour's need (T,) from its steps (T, S), the cheapest first -> flow (T, S), what no step gives (T,)."""
    order = np.argsort(cost, axis=1, kind="stable")
    sorted_width = np.take_along_axis(width, order, axis=1)
    before = np.zeros_like(width)
    np.cumsum(sorted_width[:, :-1], axis=1, out=before[:, 1:])
    given = np.clip(need[:, None] - before, 0.0, sorted_width)
    flow = np.empty_like(width)
    np.put_along_axis(flow, order, given, axis=1)
    return flow, np.maximum(need - sorted_width.sum(axis=1), 0.0)
