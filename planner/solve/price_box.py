"""Where the next prices of rows on quantities are looked for: in a box around the best ones known.

At a design the best prices maximise a concave function, of which every dispatch shows a value and a slope. The model
made of these slopes is believed near the best point alone: else its first proposals lie at the ends of the axes, and a
search that begins anew at every design never comes to rest. The box grows where the best point was found on its side,
shrinks where nothing better was found, and is as wide at the next design as prices had to move at this one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.solve.matrix import Floats

GROWS, SHRINKS = 4.0, 0.5
FAR = 1e-2
"""The first half-width of the box, in penalties, beside a third of the price."""
NEAR = 1e-4
"""The least half-width at a new design, in penalties, beside a hundredth of the price."""


@dataclass(slots=True)
class PriceBox:
    """`centre`: the best prices so far (R,); `reach`: the box's half-width (R,); `most`: the highest prices (R,)."""

    centre: Floats
    most: Floats
    reach: Floats
    begun: Floats
    value: float = -np.inf

    @staticmethod
    def of(rows: int, most: Floats) -> PriceBox:
        """No price is known yet."""
        return PriceBox(np.zeros(rows), most, FAR * most, np.zeros(rows))

    def begin(self) -> Floats:
        """Prices to try first at a new design."""
        self.begun, self.value = self.centre, -np.inf
        return self.centre

    def see(self, prices: Floats, value: float) -> None:
        """What the concave function is at `prices`."""
        if value <= self.value:
            self.reach = self.reach * SHRINKS
            return
        if self.value > -np.inf:
            moved = np.abs(prices - self.centre)
            self.reach = np.where(moved >= 0.99 * self.reach, self.reach * GROWS, self.reach)
        self.centre, self.value = prices, value

    @property
    def low(self) -> Floats:
        return np.maximum(0.0, self.centre - self.reach)

    @property
    def high(self) -> Floats:
        return np.minimum(self.most, self.centre + self.reach)

    def rest(self) -> None:
        """Leave a design: the next one's prices are sought as far as these moved."""
        moved = np.abs(self.centre - self.begun)
        least = 1e-2 * self.centre + NEAR * self.most
        self.reach = np.maximum(np.minimum(2.0 * moved, np.maximum(self.reach, moved)), least)
