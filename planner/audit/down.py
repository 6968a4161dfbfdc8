"""Availability of a pool from its machine's record: machines alone, in failure domains, or waiting for repair crews.

domains   the characteristic function of the number down is that of one domain to the power of their number; its
          inverse transform gives the masses:  phi(w) = (1 - q) (1 - u + u e^iw)^m + q e^imw
crews     balance of the repair shop:  up machines x f = busy crews / r,  from each number down to the next
"""

from __future__ import annotations

from math import comb

import numpy as np

from planner.audit.binomial import MOST, unavailability, up
from planner.audit.verdict import Floats
from planner.audit.view import Record


def up_of(machine: Record, working: float, spares: float) -> float:
    """P[at least `working` of working + spares machines of this kind are up]. Whole numbers, as floats."""
    u = unavailability(machine["failures_per_day"], machine["repair_days"])
    if not machine["crews"] and not machine["domain_down"]:
        return up(working, spares, u)
    n, s = round(working + spares), round(spares)
    if not 0 <= n <= MOST or s < 0:
        raise ValueError(f"a pool of {n} machines with {s} spares")
    if working <= 0:
        return 1.0
    masses = _shop(machine, n) if machine["crews"] else _domains(machine, n, u)
    return float(min(1.0, masses[: s + 1].sum()))


def _domains(machine: Record, n: int, u: float) -> Floats:
    m, q = machine["domain_machines"], machine["domain_down"]
    turn = np.exp(-2j * np.pi * np.arange(n + 1) / (n + 1))

    full, rest = divmod(n, m)
    whole, part = ((1 - q) * (1 - u + u * turn) ** size + q * turn**size for size in (m, rest))
    masses = np.fft.ifft(whole**full * (part if rest else 1.0)).real
    return np.asarray(np.clip(masses, 0.0, 1.0))


def _shop(machine: Record, n: int) -> Floats:
    busy, crews = machine["failures_per_day"] * machine["repair_days"], machine["crews"]
    logs = np.zeros(n + 1)
    for k in range(n):
        step = (n - k) * busy / min(k + 1, crews)
        logs[k + 1] = logs[k] + (np.log(step) if step > 0 else -np.inf)
    masses = np.exp(logs - logs.max())
    return np.asarray(masses / masses.sum())


def short_of_members(machine: Record) -> float:
    """Share of time that fewer than the least of a machine's members are up."""
    t = unavailability(machine["member_failures_per_day"], machine["member_repair_days"])
    n, least = machine["members"], machine["least_members"]
    return float(sum(comb(n, k) * t**k * (1 - t) ** (n - k) for k in range(n - least + 1, n + 1)))
