"""Availability of a pool, exactly, from the binomial: each machine is down a share u of the time, apart from the rest.

The mass at k follows from that at k - 1: p(k) / p(k - 1) = (n - k + 1) / k x u / (1 - u); in logarithms, so that
neither a large n nor a small u underflows.
"""

from __future__ import annotations

import numpy as np

MOST = 10_000_000
"""Machines in a pool beyond which nothing is computed."""


def unavailability(failures_per_day: float, repair_days: float) -> float:
    """Share of time down of a machine that fails `failures_per_day` times a day of running and is then repaired."""
    if failures_per_day < 0 or repair_days < 0:
        raise ValueError("failures and repairs cannot be negative")
    return failures_per_day * repair_days / (1 + failures_per_day * repair_days)


def up(working: float, spares: float, u: float) -> float:
    """P[Binomial(working + spares, u) <= spares]: at least `working` machines are up. Whole numbers, as floats."""
    n, s = round(working + spares), round(spares)
    if not 0 <= n <= MOST or s < 0:
        raise ValueError(f"a pool of {n} machines with {s} spares")
    if working <= 0 or u <= 0:
        return 1.0
    k = np.arange(1, s + 1, dtype=np.float64)
    steps = np.log((n - k + 1) / k) + np.log(u) - np.log1p(-u)
    masses = n * np.log1p(-u) + np.concatenate(([0.0], np.cumsum(steps)))
    return float(min(1.0, np.exp(masses).sum()))
