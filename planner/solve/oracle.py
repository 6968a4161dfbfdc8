"""The oracle of one hourly bus: its cheapest dispatch for given columns, and a cut that holds for all columns.

A bus counts *quantities*: money, and every tally that some row or price names. For any multipliers `mult` of them, bus
prices `lam` and stored-energy values `w`, linear duality bounds what every design x must spend:

    mult . quantities(x) >= sum_t lam draws(x) - lam+ produced(x) - (lam - cost)+ import limit(x)
                            - cover rent x cover(x)
                            - (sale - lam)+ export limit - power(x) gain - energy(x) max(0, keep w(t+1) - w(t))
                            + start (w(T) - keep w(1))

The right-hand side is linear in x: `gradient . x + constant`. The recursion in `kernel.py` only supplies good `lam`
and `w`.

A stretch is cut into *segments*, the months of a year. Each has quantities and a cut of its own, which is far more than
one cut for their sum; what a store holds between two segments is a column that the cuts of both share. The recursion
runs over whole stretches: only the first level of a stretch is given to it.

A peak may be *overrun* at the price of its columns, for every hour of it. Raising the column instead costs no
more, so nothing is won by it at the optimum, and a trial with low peaks has a sane price instead of a shortage's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite

import numpy as np

from planner.model import Bus, Export, Import, Store
from planner.solve.hourly import may_discharge
from planner.solve.import_limit import ImportLimit, Offer
from planner.solve.matrix import Flags, Floats, Ints
from planner.solve.segments import segments
from planner.solve.solution import Dispatch

MONEY = "money"
NOTHING = 1e-7
"""kWh a store may hold, per kW, that are none."""


class NotDecomposable(Exception):
    """The bus has parts that the recursion cannot hold; the message names them."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One dispatch: quantities (Q,), what was unserved (kWh), the cut's gradient and constant, its value here."""

    quantities: Floats
    unserved: float
    artificial: float
    gradient: Floats
    """(segments, design)."""
    constant: Floats
    """(segments,)."""
    bound: float
    dispatch: Dispatch
    overrun: float
    """What overrunning peaks cost, in the objective's units; part of `artificial`."""


class BusOracle:
    """A bus as arrays. `columns`: the model columns on it, in order, then its store's level at each segment's start.

    `rank` orders the columns (by default as they were declared), so that the order of blocks leaves no trace.
    """

    most_stores = 1
    dear = False
    """Whether a dispatch takes so long that a search asks for no more of them, and no closer, than its gap needs."""

    def __init__(self, bus: Bus, quantities: Sequence[str], rank: Ints | None = None, *, months: int = 1) -> None:
        _refuse(bus, self.most_stores)
        self.bus, self.quantities = bus, tuple(quantities)
        self.hours = len(bus.calendar)
        self.store: Store | None = bus.stores[0] if bus.stores else None
        order = (lambda c: int(rank[c])) if rank is not None else (lambda c: c)
        self.columns = tuple(sorted(_columns(bus), key=order))
        self.at = {c: i for i, c in enumerate(self.columns)}
        self.stretches = bus.calendar.stretches
        self.segments, self.first_of, self.next_of = segments(bus.calendar, months)
        self.begins = np.array([a for a, _ in self.segments])
        self.ends = np.array([b - 1 for _, b in self.segments])
        self.starts = len(self.segments) if self.store else 0
        self.size = len(self.columns) + self.starts
        draws = sorted(bus.draws, key=lambda d: (self.at[d.column], d.who))
        self.drawn, self.draw_at = _stack([(d.column, d.profile) for d in draws], self.at, self.hours)
        produced = sorted(bus.produced, key=lambda p: (self.at[p.column], p.who))
        self.made, self.made_at = _stack([(p.column, p.profile) for p in produced], self.at, self.hours)
        self.bought = np.array([self._worth(p, 1.0) for p in bus.imported]).reshape(-1, len(quantities), self.hours)
        self.sold = np.array([self._worth(p, -1.0) for p in bus.exported]).reshape(-1, len(quantities), self.hours)
        self.saved = np.array([self._saved(p) for p in bus.imported]).reshape(-1, len(quantities), self.hours)
        self.limits = [ImportLimit(bus, p, self.at) for p in bus.imported]
        self.may = may_discharge(bus, self.store) if self.store else np.zeros(self.hours, dtype=bool)
        self.unit = np.ones(self.hours)
        """kW on the bus (T,) for a kW of the store: what the recursion measures an hour's power in."""
        if self.store is not None and self.store.takes is not None:
            self.unit = np.asarray(self.store.takes)
        self.scaled = bool((self.unit != 1.0).any())
        weight, store = bus.calendar.weight, self.store
        wear = weight * store.wear * store.factor if store else np.zeros(self.hours)
        self.wear = np.outer(self._money(), wear)

    def _money(self) -> Flags:
        """Which of the quantities is money (Q,)."""
        return np.array([q == MONEY for q in self.quantities], dtype=bool)

    def _worth(self, part: Import | Export, sign: float) -> Floats:
        """Units of every quantity for each kW of every hour (Q, T); of a sale, money comes in."""
        weight = self.bus.calendar.weight
        nothing = np.zeros(self.hours)
        rows = [
            sign * part.price * part.factor if q == MONEY else part.tallies.get(q, nothing) for q in self.quantities
        ]
        return np.array(rows).reshape(len(self.quantities), self.hours) * weight

    def _saved(self, part: Import) -> Floats:
        """Units of every quantity that a kW of every hour counts less where a contract covers it (Q, T)."""
        tallies = part.cover.tallies if part.cover else {}
        nothing = np.zeros(self.hours)
        rows = np.array([tallies.get(q, nothing) for q in self.quantities])
        return np.asarray(rows.reshape(len(self.quantities), self.hours) * self.bus.calendar.weight)

    def evaluate(
        self, values: Floats, mult: Floats, voll: float, peaks: Floats | None = None, slip: float = 0.0
    ) -> Outcome:
        """Dispatch for the columns' `values` at `mult` per quantity, shortage at `voll` per kW and hour; and its cut.

        `peaks`: by design column, what one more kW of a peak costs where it may be overrun; infinite elsewhere.
        `slip`: by how much cost and bound may differ; one store's never do.
        """
        from planner.solve import kernel

        x = np.maximum(values, 0.0)
        load, free, offers = self._supply(x, mult, peaks)
        cost, width, export = self._steps(mult, free, offers)
        width = np.where((cost < voll) | export, width, 0.0)  # what is dearer than going short is not bought
        base = -(free + width[:, 1 : 1 + len(self.sold)].sum(axis=1)) if len(self.sold) else -free
        power, energy, starts = self._size(x)
        end, wear = 10.0 * voll, mult @ self.wear
        keep, charge, discharge, out = self._physics()
        parts = []
        for k, (a, b) in enumerate(self.stretches):
            start = min(float(starts[self.first_of[k]]), energy) if self.store else 0.0
            hour = slice(a, b)
            bus = [load[hour], free[hour], base[hour], cost[hour], width[hour]]
            if self.scaled:
                bus = self._per_unit(bus, hour)
            made = kernel.cheapest(
                *bus, export, self.may[hour], voll, power, power * out, energy, start, keep, charge, discharge,
                wear[hour], end,
            )
            parts.append((start, self._in_kw(made, hour) if self.scaled else made))
        return self._outcome(x, voll, free, cost, width, wear, offers, parts)

    def _per_unit(self, bus: list[Floats], hour: slice) -> list[Floats]:
        """Load, free power, base, cost, width of some hours, power in kW of the store."""
        unit, (load, free, base, cost, width) = self.unit[hour], bus
        return [load / unit, free / unit, base / unit, cost * unit[:, None], width / unit[:, None]]

    def _in_kw(self, made: tuple[Floats, ...], hour: slice) -> tuple[Floats, ...]:
        """A dispatch of some hours with its power on the bus in kW, and its prices by them."""
        unit, (flow, unserved, *between, lam, w) = self.unit[hour], made
        return (flow * unit[:, None], unserved * unit, *between, lam / unit, w)

    def _supply(self, x: Floats, mult: Floats, peaks: Floats | None) -> tuple[Floats, Floats, list[Offer]]:
        """What is drawn and what is free, kW (T,), and what may be bought."""
        load = x[self.draw_at] @ self.drawn if len(self.draw_at) else np.zeros(self.hours)
        free = x[self.made_at] @ self.made if len(self.made_at) else np.zeros(self.hours)
        offers = [
            limit.offer(x, peaks, mult @ worth, mult @ saved)
            for limit, worth, saved in zip(self.limits, self.bought, self.saved, strict=True)
        ]
        return load, free, offers

    def least(self, reach: float = inf) -> Floats:
        """The least each quantity can be in each segment (segments, Q), where no more than `reach` kW are bought."""
        hourly = np.zeros((len(self.quantities), self.hours))
        mosts = [min(part.most, reach) for part in self.bus.imported] + [part.most for part in self.bus.exported]
        for worth, most in zip([*self.bought, *self.sold], mosts, strict=True):
            below = np.minimum(worth, 0.0)
            hourly[below < 0] += below[below < 0] * most
        return np.array([hourly[:, a:b].sum(axis=1) for a, b in self.segments])

    def _physics(self) -> tuple[float, float, float, float]:
        """What an hour keeps of the store's level, its efficiencies, kW discharged per kW charged."""
        s = self.store
        if s is None:
            return 1.0, 1.0, 1.0, 1.0
        return 1.0 - s.standing_loss, s.charge_efficiency, s.discharge_efficiency, s.power_out

    def _steps(self, mult: Floats, free: Floats, offers: list[Offer]) -> tuple[Floats, Floats, Flags]:
        """The stack of every hour: free power, sales given up, imports, their dearer steps -> cost, width (T, S).

        And which steps are sales (S,).
        """
        sales, steps = [-(mult @ worth) for worth in self.sold], [offer.steps() for offer in offers]
        bought = [s[0] for s in steps] + [dearer for s in steps for dearer in s[1:]]
        cost = [np.zeros(self.hours), *sales, *(step[0] for step in bought)]
        # Nobody sells at a loss: curtailing is free.
        sold = [np.where(r >= 0, p.most, 0.0) for r, p in zip(sales, self.bus.exported, strict=True)]
        export = np.array([False] + [True] * len(sales) + [False] * len(bought))
        return np.column_stack(cost), np.column_stack([free, *sold, *(step[1] for step in bought)]), export

    def _without_levels(self, x: Floats) -> Floats:
        kept = x.copy()
        kept[len(self.columns) :] = 0.0
        return kept

    def _least(self, parts: Floats, gradient: Floats, x: Floats) -> float:
        """The cuts' sum at x with the levels between segments at their best, those that begin stretches as given."""
        total = float(parts.sum())
        if self.store is not None:
            worth = gradient[:, len(self.columns) :].sum(axis=0)
            energy = x[self.at[self.store.energy]] * self.store.usable
            level = np.where(worth < 0, energy, 0.0)
            begins = list(self.first_of)
            level[begins] = np.minimum(x[len(self.columns) :][begins], energy)
            total += float(worth @ level)
        return total

    def peaks(self, shares: Floats, outcomes: Sequence[Outcome]) -> Floats:
        """By design column: the highest import of its hours in a mix of dispatches; zero for other columns."""
        top = np.zeros(self.size)
        for i, limit in enumerate(self.limits):
            kw = sum(w * o.dispatch.imported[i] for w, o in zip(shares, outcomes, strict=True))
            for column in limit.peaks:
                np.maximum.at(top, column[column >= 0], np.asarray(kw)[column >= 0])
        return top

    def _size(self, x: Floats) -> tuple[float, float, Floats]:
        if self.store is None:
            return 0.0, 0.0, np.empty(0)
        power, energy = x[self.at[self.store.power]], x[self.at[self.store.energy]] * self.store.usable
        if energy < NOTHING * max(1.0, power):
            energy = 0.0  # less than the recursion's tolerances: it could tell neither full from empty
        return float(power), float(energy), x[len(self.columns) :]

    def _outcome(
        self,
        x: Floats,
        voll: float,
        free: Floats,
        cost: Floats,
        width: Floats,
        wear: Floats,
        offers: list[Offer],
        parts: list[tuple[float, tuple[Floats, ...]]],
    ) -> Outcome:
        several = len(parts) > 1
        flow, unserved, put, out, level, lam, w = (
            np.concatenate([made[i] for _, made in parts]) if several else parts[0][1][i] for i in range(7)
        )
        ends = 0.0
        if self.store is not None:
            ends = sum(abs(float(made[4][-1]) - start) for start, made in parts)
        imported, sold, overrun = self._traded(flow, width, offers)
        quantities = self.wear @ out + self._quantities(imported, sold, offers)
        gradient, constant = self._cut(cost, lam, w, wear, offers)
        store = self.store is not None
        dispatch = Dispatch(
            flow[:, 0] if self.bus.produced else None,
            tuple(imported),
            tuple(sold),
            (put,) if store else (),
            (out,) if store else (),
            (level,) if store else (),
        )
        artificial = voll * float(unserved.sum()) + 10.0 * voll * ends + overrun
        bound = self._least(gradient @ self._without_levels(x) + constant, gradient, x)
        short = float(unserved.sum()) + ends
        return Outcome(quantities, short, artificial, gradient, constant, bound, dispatch, overrun)

    def _traded(
        self, flow: Floats, width: Floats, offers: list[Offer]
    ) -> tuple[list[Floats], list[Floats], float]:
        """What is bought and sold, kW (T,) each, and what overrunning peaks costs."""
        first, overrun = 1 + len(self.sold), 0.0
        imported, at = [flow[:, first + i] for i in range(len(offers))], first + len(offers)
        for i, offer in enumerate(offers):
            for _, _, extra in offer.steps()[1:]:
                imported[i] = imported[i] + flow[:, at]
                overrun += float(extra @ flow[:, at]) if len(extra) else 0.0
                at += 1
        return imported, [width[:, 1 + j] - flow[:, 1 + j] for j in range(len(self.sold))], overrun

    def _quantities(self, imported: list[Floats], sold: list[Floats], offers: list[Offer]) -> Floats:
        """What is bought and sold comes to (Q,)."""
        found = np.zeros(len(self.quantities))
        for worth, kw in [*zip(self.bought, imported, strict=True), *zip(self.sold, sold, strict=True)]:
            found = found + worth @ kw
        for saved, offer, kw in zip(self.saved, offers, imported, strict=True):
            if len(offer.cover):
                found = found - saved @ np.minimum(kw, offer.cover)
        return found

    def _cut(
        self, cost: Floats, lam: Floats, w: Floats, wear: Floats, offers: list[Offer]
    ) -> tuple[Floats, Floats]:
        """Gradients and constants of the segments' cuts at bus prices `lam` and stored-energy values `w`."""
        gradient, constant = np.zeros((len(self.segments), self.size)), np.zeros(len(self.segments))
        first, positive = 1 + len(self.sold), np.maximum(lam, 0.0)
        rents = [offer.split(np.maximum(lam - cost[:, first + i], 0.0)) for i, offer in enumerate(offers)]
        lost = sum(
            (part.most * np.maximum(cost[:, 1 + j] - lam, 0.0) for j, part in enumerate(self.bus.exported)),
            np.zeros(self.hours),
        )
        if len(self.draw_at):
            gradient[:, self.draw_at] += np.add.reduceat(self.drawn * lam, self.begins, axis=1).T
        if len(self.made_at):
            gradient[:, self.made_at] -= np.add.reduceat(self.made * positive, self.begins, axis=1).T
        if len(self.sold):
            constant -= np.add.reduceat(lost, self.begins)
        for limit, offer, rent in zip(self.limits, offers, rents, strict=True):
            constant += limit.post(offer, rent, self.begins, gradient)
        if self.store is not None:
            self._price_store(self.store, lam, w, wear, gradient)
        return gradient, constant

    def _price_store(self, store: Store, lam: Floats, w: Floats, wear: Floats, gradient: Floats) -> None:
        self._price_one(store, 0, np.array([lam * self.unit] * 2), w, wear, self.may, gradient)

    def _price_one(
        self, store: Store, place: int, worth: Floats, w: Floats, wear: Floats, may: Flags, gradient: Floats
    ) -> None:
        """The part in the cuts of the store whose start levels are the `place`-th; `worth` (2, T): of a kW in, out."""
        keep, starts = 1.0 - store.standing_loss, len(self.columns) + place * len(self.segments)
        gain = np.maximum(store.charge_efficiency * w - worth[0], 0.0)
        back = np.where(may, store.power_out * (worth[1] - wear - w / store.discharge_efficiency), 0.0)
        best = np.maximum(gain, back)
        gradient[:, self.at[store.power]] -= np.add.reduceat(best, self.begins)
        rise = np.append(np.maximum(keep * w[1:] - w[:-1], 0.0), 0.0)
        rise[self.ends] = 0.0
        gradient[:, self.at[store.energy]] -= store.usable * np.add.reduceat(rise, self.begins)
        k = np.arange(len(self.segments))
        gradient[k, starts + k] -= keep * w[self.begins]
        gradient[k, starts + np.array(self.next_of)] += w[self.ends]


def _refuse(bus: Bus, stores: int) -> None:
    if len(bus.stores) > stores:
        raise NotDecomposable(f"{bus.name} of {bus.site} has {len(bus.stores)} stores")
    for store in bus.stores if stores == 1 else ():
        if store.takes is not None and store.gives is not None and not np.array_equal(store.takes, store.gives):
            raise NotDecomposable(f"{store.who} at {bus.site} may be cooled in several ways, and some of it moved")
    if any(not isfinite(e.most) for e in bus.exported):
        raise NotDecomposable(f"{bus.name} of {bus.site} sells without limit")
    if any((d.profile < 0).any() for d in bus.draws) or any((p.profile < 0).any() for p in bus.produced):
        raise NotDecomposable(f"{bus.name} of {bus.site} has negative profiles")


def _columns(bus: Bus) -> tuple[int, ...]:
    found = [d.column for d in bus.draws] + [p.column for p in bus.produced]
    for part in bus.imported:
        found += [part.limit] if part.limit is not None else []
        found += [peak.column for peak in part.peaks]
        found += [column for column, _ in part.cover.parts] if part.cover else []
    for store in bus.stores:
        found += [store.power, store.energy]
    return tuple(dict.fromkeys(found))


def _stack(parts: list[tuple[int, Floats]], at: dict[int, int], hours: int) -> tuple[Floats, Ints]:
    """Profiles added up by column: (K, T), and where the columns stand (K,)."""
    by: dict[int, Floats] = {}
    for column, profile in parts:
        if profile.any():
            by[column] = by[column] + profile if column in by else profile
    return np.array(list(by.values())).reshape(-1, hours), np.array([at[c] for c in by], dtype=np.int64)
