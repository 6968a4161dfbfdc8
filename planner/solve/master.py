"""The master program: the model's own columns and rows, cuts on each bus, and what a trial design really costs.

Rows that bound quantities (a carbon cap, a budget, a carbon-free share) are priced: each has a slack at a high price,
so that every trial has a value; what slack remains at the end is no answer. Shortage on a bus is priced likewise, and
a bus that is short also gives a cut without money in it, which says what a design must have.

Inside, everything is in the units of `sizes.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from planner.solve.condense import Condensed, Part
from planner.solve.effort import Effort
from planner.solve.highs_lp import Point, Session
from planner.solve.matrix import Floats, Frozen, Ints, sparse
from planner.solve.memory import Kept, Memory, fingerprint
from planner.solve.mix import Mixed, mix
from planner.solve.oracle import Outcome
from planner.solve.price_box import PriceBox
from planner.solve.priced import first_design, peaks_of, priced_rows
from planner.solve.sizes import scaled, sizes

SHORT = 1e-7
"""Shortage below this part of a bus's load is rounding."""
SMALL = 2e-9
"""HiGHS takes coefficients up to half of this for nothing."""
SLIP = 0.25
"""Of how exactly a design's cost is to be known, what is left to the dispatches."""
INNER = 12
"""The most rounds of prices for one design."""


class OutOfTime(Exception):
    """The limit has passed."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One design: its value, its mix of dispatches, what is artificial in it."""

    x: Floats
    value: float
    mixed: Mixed | None
    seen: list[list[Outcome]]

    def shares(self, bus: int) -> Floats:
        return np.ones(1) if self.mixed is None else self.mixed.shares[bus]

    def short(self) -> float:
        """kWh that no mix of the design's dispatches supplies."""
        return sum(
            float(self.shares(b) @ np.array([o.unserved for o in outcomes])) for b, outcomes in enumerate(self.seen)
        )


@dataclass(slots=True)
class Cut:
    lo: float
    index: Ints
    value: Floats


class Master:
    """`goal`: objective per master column, real units; `extra`: one more row, at most a limit.

    `memory`: cuts of earlier solves, to begin with; `names` are then the model columns'. `effort`: to be added to.

    With `free` nothing costs anything but shortage and excess, in percent of load (a hundredfold) and of each row's
    activity: the least of that tells whether there is a plan at all.
    """

    def __init__(
        self,
        c: Condensed,
        goal: Floats,
        extra: tuple[Floats, float] | None = None,
        *,
        free: bool = False,
        memory: Memory | None = None,
        names: Sequence[str] = (),
        effort: Effort | None = None,
    ) -> None:
        self.free, self.extra, self.effort = free, extra, effort or Effort()
        matrix = c.matrix if extra is None else c.matrix.with_row(sparse(extra[0]), -inf, extra[1])
        self.c, self.goal = c, goal
        self.parts: list[Part] = list(c.parts.values())
        self.dear = any(part.oracle.dear for part in self.parts)
        self.size = len(matrix.lo)
        self.priced = priced_rows(matrix, c.quantities)
        self.cuts: list[Cut] = []
        self.made: list[tuple[int, int, Kept]] = []
        self.marks: list[bytes] = []
        self.keep: set[int] = set()
        self.pool = ThreadPoolExecutor(2) if len(self.parts) > 1 else None
        self.check: Callable[[], None] = lambda: None
        start = first_design(matrix, goal, c.quantities)
        self.feasible = start is not None
        if start is None:
            return
        self.start = start.x
        self.peaks = [peaks_of(matrix, goal, part) for part in self.parts]
        z = sizes(c, goal, self.priced, start, free=free)
        self.column_scale, self.typical, self.loads, self.activity = z.column, z.typical, z.loads, z.activity
        self.unit, self.voll, self.penalty = z.unit, z.voll, z.penalty
        self.box = PriceBox.of(len(self.priced.row), self.penalty)
        self.base, self.row_scale = scaled(matrix, self.column_scale, self.priced)
        self.cost = np.concatenate([goal * self.column_scale / self.unit, self._slack_cost()])
        self.linear = goal.copy()
        self.linear[c.quantities] = 0.0
        self._open()
        if memory is not None:
            self._recall(memory, names)

    # ---- what earlier solves knew ---------------------------------------------------------------------------------

    def _recall(self, memory: Memory, names: Sequence[str]) -> None:
        """Begin with the cuts of earlier solves, at the point that is then the best."""
        self.marks = [fingerprint(part.oracle, names) for part in self.parts]
        for part, mark in zip(self.parts, self.marks, strict=True):
            for k in range(len(part.quantity)):
                known = memory.cuts.get((mark, k), [])
                if known:
                    mult, slope = np.array([c.mult for c in known]), np.array([c.slope for c in known])
                    self._add(part, np.full(len(known), k), mult, slope, np.array([c.rest for c in known]))
        if self.cuts and (point := self.bound()) is not None:
            self.start = point.x
        self.recalled = len(self.cuts)

    def remember(self, memory: Memory, x: Floats) -> None:
        """Keep the cuts that were tight somewhere."""
        self.mark(x, 1e-6)
        for k in sorted(self.keep):
            if k >= self.recalled:
                at, segment, cut = self.made[k - self.recalled]
                memory.keep(self.marks[at], segment, cut)

    # ---- units --------------------------------------------------------------------------------------------------

    def _slack_cost(self) -> Floats:
        return self.penalty * self.row_scale[self.priced.row] / self.unit

    # ---- the two linear programs ----------------------------------------------------------------------------------

    def _open(self) -> None:
        """The bound's program, and the projection's: least distance to a centre among points of a level."""
        relaxed = self.base.relaxed()
        self.bound_lp = Session(relaxed, self.cost)
        q = Session(relaxed, np.zeros(len(self.cost)))
        self.near = np.array(sorted(self.typical), dtype=np.int64)
        self.centre_row = q.rows
        for column in self.near.tolist():
            k = q.columns
            weight = 1.0 / self.typical[column]
            q.add_column(weight, 0.0, inf)
            q.add_column(weight, 0.0, inf)
            q.add_row(0.0, 0.0, [column, k, k + 1], [1.0, -1.0, 1.0])
        index = np.flatnonzero(self.cost)
        self.level_row = q.add_row(-inf, inf, index, self.cost[index])
        self.level_lp = q
        self.mixing = Session()

    def real(self, x: Floats) -> Floats:
        return x[: self.size] * self.column_scale

    def program_point(self, x: Floats) -> Floats:
        """A design as a point of the program: whole numbers as they are, the rest for the solver to complete."""
        return np.concatenate([x / self.column_scale, np.zeros(len(self.cost) - self.size)])

    def bound(self) -> Point | None:
        """The least value over the cuts so far, in real units; none where the program has no point."""
        with self.effort.on("relaxed_s"):
            point = self.bound_lp.run()
        if point is None:
            return None
        reduced = point.reduced[: self.size] * self.unit / self.column_scale
        return Point(point.value * self.unit, self.real(point.x), point.duals[: len(self.row_scale)], reduced)

    def near_level(self, centre: Floats, level: float) -> Floats | None:
        """The point nearest `centre` whose value over the cuts is at most `level`."""
        for r, at in enumerate(self.near.tolist()):
            self.level_lp.bound_row(self.centre_row + r, centre[at], centre[at])
        self.level_lp.bound_row(self.level_row, -inf, level / self.unit)
        with self.effort.on("relaxed_s"):
            point = self.level_lp.run()
        return None if point is None else self.real(point.x)

    def hold(self, whole: Floats | None) -> None:
        """Hold the whole numbers at `whole`, or (none) let them go."""
        at = self.base.integer
        lo, hi = (self.base.lo[at], self.base.hi[at]) if whole is None else (whole, whole)
        for lp in (self.bound_lp, self.level_lp):
            lp.bound_columns(at, lo, hi)

    def dearer(self, factor: float) -> None:
        """Raise the prices of shortage and slack. Cuts made at lower ones still hold."""
        self.voll *= factor
        self.penalty *= factor
        self.box.most = self.penalty
        slack = self._slack_cost()
        self.cost[self.size :] = slack
        for k, price in enumerate(slack.tolist()):
            self.bound_lp.price_column(self.size + k, price)
        if len(slack):
            self.level_lp.bound_row(self.level_row, -inf, inf)
            index = np.flatnonzero(self.cost)
            self.level_row = self.level_lp.add_row(-inf, inf, index, self.cost[index])

    def add(self, at: int, mult: Floats, gradient: Floats, constant: Floats) -> None:
        """Cuts of the segments of bus `at`: `mult . quantities >= gradient . design + constant`."""
        segments = np.arange(len(constant))
        self._add(self.parts[at], segments, np.broadcast_to(mult, (len(constant), len(mult))), gradient, constant)
        if self.marks:
            each = zip(gradient, constant.tolist(), strict=True)
            self.made += [(at, k, Kept(mult, slope, rest)) for k, (slope, rest) in enumerate(each)]

    def _add(self, part: Part, segments: Ints, mult: Floats, slope: Floats, rest: Floats) -> None:
        """Cuts of some segments, one a row: `mult` (K, Q), `slope` (K, design), `rest` (K,)."""
        design = np.broadcast_to(part.design, (len(segments), len(part.design)))
        index = np.concatenate([part.quantity[segments], design], axis=1)
        value = np.concatenate([mult, -slope], axis=1) * self.column_scale[index]
        moneyless = np.maximum(1e-12, np.abs(value).max(axis=1))
        unit = np.where(mult.any(axis=1), self.unit, moneyless)
        value = value / unit[:, None]
        rest = rest / unit - self._without_specks(index, value)
        cuts = [
            Cut(lo, at[kept != 0.0], kept[kept != 0.0])
            for lo, at, kept in zip(rest.tolist(), index, value, strict=True)
        ]
        self.cuts += cuts
        self.effort.cuts += len(cuts)
        with self.effort.on("relaxed_s"):
            for lp in (self.bound_lp, self.level_lp):
                lp.add_rows([c.lo for c in cuts], [c.index for c in cuts], [c.value for c in cuts])

    def _without_specks(self, index: Ints, value: Floats) -> Floats:
        """Takes out of `value` what a solver would drop; by how much each cut must then give way to be no stronger."""
        tiny = (np.abs(value) < SMALL) & (value != 0.0)
        moved = np.zeros(len(value))
        if tiny.any():
            made = np.where(value > 0.0, SMALL, 0.0)
            below = np.maximum(-(self.c.matrix.lo[index] / self.column_scale[index]), 0.0)
            moved = (np.abs(made - value) * np.where(tiny, below, 0.0)).sum(axis=1)
            value[tiny] = made[tiny]
        return moved

    def mark(self, x: Floats, slip: float) -> None:
        """Remember the cuts that are tight at `x` (real units): the mixed-integer program gets those alone."""
        scaled = x / self.column_scale
        for k, cut in enumerate(self.cuts):
            if cut.value @ scaled[cut.index] < cut.lo + slip * max(1.0, abs(cut.lo)):
                self.keep.add(k)

    def mark_all(self) -> None:
        """Remember every cut: together they leave no point."""
        self.keep.update(range(len(self.cuts)))

    def whole_program(self) -> Frozen:
        """The base program with the cuts that were marked."""
        kept = [self.cuts[k] for k in sorted(self.keep)]
        b, n = self.base, len(self.keep)
        return Frozen(
            b.lo, b.hi, b.integer,
            np.concatenate([b.row_lo, [cut.lo for cut in kept]]),
            np.concatenate([b.row_hi, np.full(n, inf)]),
            np.concatenate([b.start, b.start[-1] + np.cumsum([len(cut.index) for cut in kept])]).astype(np.int64)
            if kept else b.start,
            np.concatenate([b.index, *(cut.index for cut in kept)]),
            np.concatenate([b.value, *(cut.value for cut in kept)]),
        )

    # ---- what a design costs ----------------------------------------------------------------------------------------

    def _evaluate(self, x: Floats, prices: Floats, slip: float) -> tuple[list[Outcome], list[Floats]]:
        """Every bus's dispatch at row prices (R,) to a `slip` of all, cuts added; outcomes and their multipliers."""
        self.check()
        weight = self.goal + prices @ self.priced.uses
        mults = [weight[part.quantity[0]] for part in self.parts]

        def one(i: int) -> Outcome:
            part = self.parts[i]
            slips = slip / len(self.parts)
            return part.oracle.evaluate(x[part.design], mults[i], self.voll, self.peaks[i].price, slips)

        several = range(len(self.parts))
        with self.effort.on("oracle_s"):
            outcomes = list(self.pool.map(one, several) if self.pool else map(one, several))
        self.effort.dispatches += len(outcomes)
        for i, (part, mult, outcome) in enumerate(zip(self.parts, mults, outcomes, strict=True)):
            self.add(i, mult, outcome.gradient, outcome.constant)
            if outcome.unserved > SHORT * self.loads[i] and not self.free:
                with self.effort.on("oracle_s"):
                    short = part.oracle.evaluate(x[part.design], np.zeros(len(mult)), 1.0)
                self.effort.dispatches += 1
                self.add(i, np.zeros(len(mult)), short.gradient, short.constant)
        return outcomes, mults

    def operate(self, x: Floats, tolerance: float, bar: float) -> Trial:
        """What design `x` costs, from below and above, to a `tolerance` or until it is seen to exceed `bar`."""
        fixed = float(self.linear @ x)
        self.effort.trials += 1
        if not len(self.priced.row):
            outcomes, mults = self._evaluate(x, np.zeros(0), SLIP * tolerance)
            value = fixed + sum(float(m @ o.quantities) + o.artificial for m, o in zip(mults, outcomes, strict=True))
            return self._raised(Trial(x, value, None, [[o] for o in outcomes]))
        room = self.priced.room - self.priced.fixed @ x
        seen: list[list[Outcome]] = [[] for _ in self.parts]
        box, mixed = self.box, None
        prices = box.begin()
        for _ in range(INNER):
            outcomes, _ = self._evaluate(x, prices, SLIP * tolerance)
            box.see(prices, fixed + sum(o.bound for o in outcomes) - float(prices @ room))
            for outcome, known in zip(outcomes, seen, strict=True):
                known.append(outcome)
            costs, uses = self._known(seen)
            mixed = self._mix(costs, uses, room, np.zeros(len(room)), self.penalty)
            if fixed + mixed.value - box.value <= tolerance or box.value >= bar:
                break
            prices = self._mix(costs, uses, room, box.low, box.high).prices
        box.rest()
        assert mixed is not None
        return self._raised(Trial(x, fixed + mixed.value, mixed, seen))

    def _mix(self, costs: list[Floats], uses: list[Floats], room: Floats, low: Floats, high: Floats) -> Mixed:
        with self.effort.on("relaxed_s"):
            return mix(self.mixing, costs, uses, room, low, high, self.unit)

    def _raised(self, trial: Trial) -> Trial:
        """The trial with peaks as its dispatch has them, and their bills, which cost no more than overrunning them."""
        x, saved = trial.x.copy(), 0.0
        for b, (part, peaks) in enumerate(zip(self.parts, self.peaks, strict=True)):
            if np.isfinite(peaks.price).any():
                shares, outcomes = trial.shares(b), trial.seen[b]
                saved += float(shares @ np.array([o.overrun for o in outcomes]))
                top = part.oracle.peaks(shares, outcomes)
                saved += peaks.settle(x, part.design, top, self.goal, self.c.matrix.lo)
        return replace(trial, x=x, value=trial.value - saved)

    def _known(self, seen: list[list[Outcome]]) -> tuple[list[Floats], list[Floats]]:
        """Cost and row use of every dispatch seen, by bus."""
        costs, uses = [], []
        for part, outcomes in zip(self.parts, seen, strict=True):
            amounts = np.array([o.quantities for o in outcomes])
            costs.append(amounts @ self.goal[part.quantity[0]] + np.array([o.artificial for o in outcomes]))
            uses.append(self.priced.uses[:, part.quantity[0]] @ amounts.T)
        return costs, uses
