"""What the audit says, and the checks that laws are made of.

A law yields one `Check` for each thing it looked at, whether it holds or not, so that the verdict can say how much was
checked. Comparisons are written so that a value that is not a number never holds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RELATIVE = 1e-6
"""What two ways to the same number may differ by, relative to the quantities that went into it: solver tolerance."""
PRINTED = 1e-6
"""kW, kWh and hourly inputs are printed to this step; a sum of n of them may be off by n times half of it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A law that does not hold: where, by how much. `value` broke `limit`; none where there is no single number."""

    law: str
    where: str
    message: str
    value: float | None
    limit: float | None

    def __str__(self) -> str:
        return f"{self.law}: {self.where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`accepted` only if no law found anything. `checked`: how many checks each law made."""

    accepted: bool
    findings: tuple[Finding, ...]
    checked: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]
    readable: bool = True
    """Whether it had the shape of a plan, so that laws were asked at all."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing a law looked at (`count` of them, for an hourly series): whether it holds, and the numbers."""

    where: str
    message: str
    value: float | None
    limit: float | None
    holds: bool
    count: int = 1


def true(where: str, message: str, holds: bool) -> Check:
    """A statement without numbers."""
    return Check(where, message, None, None, bool(holds))


def equal(where: str, what: str, value: float, expected: float, *, scale: float = 0.0, floor: float = 0.0) -> Check:
    """`value` is `expected`, within RELATIVE of both (and of `scale`), plus `floor`."""
    slack = RELATIVE * max(abs(value), abs(expected), scale) + floor
    holds = bool(abs(value - expected) <= slack)
    return Check(where, f"{what} is {value:.9g}, not {expected:.9g}", float(value), float(expected), holds)


def at_most(where: str, what: str, value: float, limit: float, *, scale: float = 0.0, floor: float = 0.0) -> Check:
    """`value` does not exceed `limit`, within RELATIVE of both (and of `scale`), plus `floor`."""
    size = abs(limit) if np.isfinite(limit) else 0.0
    holds = bool(value <= limit + RELATIVE * max(size, scale) + floor)
    return Check(where, f"{what} is {value:.9g}, over {limit:.9g}", float(value), float(limit), holds)


def at_least(where: str, what: str, value: float, limit: float, *, scale: float = 0.0, floor: float = 0.0) -> Check:
    """`value` does not fall short of `limit`, within RELATIVE of it (and of `scale`), plus `floor`."""
    holds = bool(value >= limit - RELATIVE * max(abs(limit), scale) - floor)
    return Check(where, f"{what} is {value:.9g}, under {limit:.9g}", float(value), float(limit), holds)


def every_equal(where: str, what: str, values: Floats, expected: Floats, slack: Floats | float) -> Check:
    """Hour by hour equal; the message names the worst hour. Shapes (hours,)."""
    return _worst(where, what, "not", values, expected, np.abs(values - expected) - slack)


def every_at_most(where: str, what: str, values: Floats, limit: Floats | float, slack: Floats | float) -> Check:
    """Hour by hour at most `limit`; the message names the worst hour. Shapes (hours,)."""
    most = np.broadcast_to(np.asarray(limit, dtype=np.float64), values.shape)
    return _worst(where, what, "over", values, most, values - most - slack)


def _worst(where: str, what: str, word: str, values: Floats, limit: Floats, over: Floats) -> Check:
    if not len(values):
        return Check(where, f"{what} has no hours", None, None, False)
    excess = np.where(np.isnan(over), np.inf, over)
    at = int(np.argmax(excess))
    value, bound = float(values[at]), float(limit[at])
    message = f"{what} is {value:.9g}, {word} {bound:.9g} in modelled hour {at}"
    return Check(where, message, value, bound, bool(excess[at] <= 0), len(values))
