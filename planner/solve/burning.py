"""The oracle of a bus where it may pay to lose energy: imports are paid for, by their price or by a row of the model.

A full store before hours with a negative price is best emptied for nothing; and a row such as that of net metering,
which lets one sell what one buys, makes an hour's import cheaper than it is, at times cheaper than nothing. Then a
store charges and discharges within the same hour, and loses energy. The recursion never does; the linear program of
the hours may, so its bound is lower than what the recursion's dispatch costs. Where they differ, the linear program's
own dispatch is taken.
"""

from __future__ import annotations

from collections.abc import Sequence

from planner.model import Bus, Model
from planner.solve.lp_oracle import LpOracle
from planner.solve.matrix import Floats, Ints
from planner.solve.oracle import BusOracle, Outcome

ROUNDING = 1e-8
"""By how much, relative, cost and bound of the recursion's dispatch differ by rounding."""


class BurningOracle(BusOracle):
    """The recursion, and the linear program where it is not enough."""

    def __init__(self, bus: Bus, quantities: Sequence[str], rank: Ints | None = None, *, months: int = 1) -> None:
        super().__init__(bus, quantities, rank, months=months)
        self.exact = LpOracle(bus, quantities, rank, months=months)

    def evaluate(
        self, values: Floats, mult: Floats, voll: float, peaks: Floats | None = None, slip: float = 0.0
    ) -> Outcome:
        """Dispatch for the columns' `values`, and its cut; see BusOracle.evaluate."""
        found = super().evaluate(values, mult, voll, peaks)
        cost = float(mult @ found.quantities) + found.artificial
        if cost - found.bound <= max(slip, ROUNDING * max(1.0, abs(cost))):
            return found
        return self.exact.evaluate(values, mult, voll, peaks, slip)


def may_burn(m: Model, bus: Bus) -> bool:
    """Whether losing energy in a bus's store may pay."""
    paid = any((part.price < 0.0).any() for part in bus.imported)
    return bool(bus.stores) and (paid or rewarded(m, bus))


def rewarded(m: Model, bus: Bus) -> bool:
    """Whether a row of the model lets a bus have more of something the more it imports."""
    counted = {name for part in bus.imported for name, each in part.tallies.items() if (each > 0.0).any()}
    return any(
        (by < 0.0) == (row.sense == "<=") and key[0] in counted and key[1:] == (bus.site, bus.period)
        for row in m.rows
        for key, by in row.tallies.items()
        if by and row.sense != "=="
    )
