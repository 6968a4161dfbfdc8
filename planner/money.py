"""The value of money over the horizon: one USD of each date in levelised horizon USD.

With cost of capital r per year, v = 1/(1+r) and a horizon of H years, a payment at time t counts v^t K with
K = H r / (1 - v^H), the factor that turns a present value into H equal year-end payments added up. So

- a bill that is the same in every year counts at par;
- an asset bought at 0, worth nothing at H, counts as H times its annuity (the capital recovery factor);
- with r = 0 everything counts at par.

Source: the capital recovery factor and net present value of any engineering-economics text, e.g. NREL/TP-462-5173,
"A Manual for the Economic Evaluation of Energy Efficiency and Renewable Energy Technologies", section 2.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """Values money over a horizon. `rate` per year (fraction), `horizon` in years."""

    rate: float
    horizon: float

    @property
    def level(self) -> float:
        """K: levelised horizon USD per present USD."""
        if self.rate == 0:
            return 1.0
        return float(self.horizon * self.rate / (1 - (1 + self.rate) ** -self.horizon))

    def at(self, years: float) -> float:
        """Factor of a payment `years` after the start."""
        return float((1 + self.rate) ** -years) * self.level

    def during(self, begin: float, years: float) -> float:
        """Factor of one USD spent evenly from `begin` over `years`."""
        if self.rate == 0:
            return 1.0
        spent = ((1 + self.rate) ** -begin - (1 + self.rate) ** -(begin + years)) / years
        return float(spent / ((1 - (1 + self.rate) ** -self.horizon) / self.horizon))


def straight_line(price: float, age: float, life: float) -> float:
    """What an asset of `age` years fetches, USD: the accounting convention that it loses price/life every year."""
    return price * max(0.0, 1.0 - age / life)
