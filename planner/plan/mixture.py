"""Where the power of a bus comes from, hour by hour, energy in a store keeping its source.

What flows onto a bus in an hour mixes, and all that flows off it has that mix, whether a load, a sale or a store draws
it. A store holds one mixture: what is left of the hour before and what is put in,

    share(t) = (clean(t) + sum of discharge(t) f(t)) / (supply(t) + sum of discharge(t))
    f(t)     = (held(t) f(t-1) + eta_c charge(t) share(t)) / (held(t) + eta_c charge(t)),  held = keep x level(t-1)

and ends each stretch of hours with the mixture it began with. f at the end is linear in f at the start, so a few passes
over the hours find the start exactly. This is proportional sharing, the usual rule of flow tracing (Bialek, "Tracing
the flow of electricity", IEE Proc. Gener. Transm. Distrib. 143, 1996).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.problem import Series

NOTHING = 1e-9
"""kW or kWh below which there is nothing to mix."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A store's hours: charge and discharge in kW, level in kWh at the end of each, all (T,)."""

    charge: Series
    discharge: Series
    level: Series
    keep: float
    """Part of the level that outlives an hour."""
    charge_efficiency: float


def clean_share(
    clean: Series, supply: Series, stores: Sequence[Stored], stretches: Sequence[tuple[int, int]]
) -> Series:
    """Carbon-free share of what flows off a bus by hour (T,), 0 where nothing flows.

    `clean` kW of `supply` kW (T,), made or bought in the hour itself, are carbon-free.
    """
    if not stores:
        return np.divide(clean, supply, out=np.zeros_like(supply), where=supply > NOTHING)
    found = np.zeros(len(supply))
    for begin, end in stretches:
        hours = _Stretch(clean[begin:end], supply[begin:end], stores, begin, end)
        found[begin:end], _ = hours.run(hours.start(), 1.0)
    return found


class _Stretch:
    """A cycle of hours, as plain numbers: loops over arrays take ten times as long."""

    def __init__(self, clean: Series, supply: Series, stores: Sequence[Stored], begin: int, end: int) -> None:
        self.clean, self.supply = clean.tolist(), supply.tolist()
        self.held = [(s.keep * np.roll(s.level[begin:end], 1)).tolist() for s in stores]
        self.put = [(s.charge_efficiency * s.charge[begin:end]).tolist() for s in stores]
        self.out = [s.discharge[begin:end].tolist() for s in stores]

    def start(self) -> list[float]:
        """What each store begins with so that it ends the same; one that is never used begins with nothing clean."""
        n = len(self.held)
        _, alone = self.run([0.0] * n, 1.0)
        slope = np.array([self.run([float(i == k) for i in range(n)], 0.0)[1] for k in range(n)]).T
        found, *_ = np.linalg.lstsq(np.eye(n) - slope, np.array(alone), rcond=1e-9)
        return [float(f) for f in np.clip(found, 0.0, 1.0)]

    def run(self, mixed: list[float], made: float) -> tuple[list[float], list[float]]:
        """The share by hour and the mixtures at the end, from those at the start; `made` 0: without any clean power."""
        f, shares, every = list(mixed), [], range(len(self.held))
        for t, (clean, supply) in enumerate(zip(self.clean, self.supply, strict=True)):
            top, bottom = clean * made, supply
            old, new = [], []
            for i in every:
                held, put, out = self.held[i][t], self.put[i][t], self.out[i][t]
                fresh = put / (held + put) if held + put > NOTHING else 0.0
                old.append((1.0 - fresh) * f[i])
                new.append(fresh)
                top += out * old[i]
                bottom += out * (1.0 - fresh)
            share = top / bottom if bottom > NOTHING else 0.0
            f = [old[i] + new[i] * share for i in every]
            shares.append(share)
        return shares, f
