"""Durability of copies and erasure codes: the exact mean time to data loss, and its nines by year.

A group of k + m shards loses data when m + 1 are gone at once. With i shards gone, another goes at
lambda_i = (k + m - i) lambda and one comes back at mu_i = i mu (each repaired on its own) or min(i, crews) mu.
The mean time from i gone to i + 1 gone follows from the one before, in positive terms alone:

    h_i = (1 + mu_i h_{i-1}) / lambda_i,   mean time to loss = h_0 + h_1 + ... + h_m

Nothing is subtracted, so floats stay within a few units of the last place of exact rationals at any m; a linear solve
of the same chain loses digits as m grows. With k = 1 the code is 1 + m copies.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import expm1, log, log1p, log10
from typing import TypeVar

HOURS_PER_YEAR = 8766.0
"""365.25 days: what annual failure rates are counted by."""
MOST_NINES = 12.0
"""Nines that are printed at most: beyond, what fails together, software and people decide, not independent drives."""
WHY_CAPPED = "what fails together, software and people lose data sooner than independent drives do"

Number = TypeVar("Number", float, Fraction)


@dataclass(frozen=True, slots=True)
class Scheme:
    """k shards of data and m more: any k of the k + m give the data back."""

    k: int
    m: int

    def __post_init__(self) -> None:
        if self.k < 1 or self.m < 0:
            raise ValueError(f"a scheme of {self.k} + {self.m}: k is at least 1, m at least 0")

    @property
    def overhead(self) -> float:
        """Raw bytes for each byte of data."""
        return (self.k + self.m) / self.k

    @property
    def domains(self) -> int:
        """Failure domains it spreads over: one shard to each."""
        return self.k + self.m

    @property
    def domains_to_heal(self) -> int:
        """Domains with which it is whole again before the lost one is replaced."""
        return self.k + self.m + 1

    @property
    def name(self) -> str:
        return f"{self.m + 1}x" if self.k == 1 else f"{self.k}+{self.m}"


def failure_rate(annual: float) -> float:
    """Failures an hour of a unit of which the share `annual` fails in a year: -ln(1 - AFR) / 8,766."""
    if not 0 <= annual < 1:
        raise ValueError(f"an annual failure rate of {annual}: a share below one is asked")
    return -log1p(-annual) / HOURS_PER_YEAR


def time_to_loss(scheme: Scheme, failures: Number, repairs: Number, crews: int = 0) -> Number:
    """Mean time until one group loses data, in the unit of 1 / `failures`; exact for Fractions.

    `failures` and `repairs` are the rates of one unit; `crews` repairs go on at once (0: as many as are needed).
    """
    if failures <= 0 or repairs < 0:
        raise ValueError("failures come at a rate above zero, repairs at one that is not negative")
    n, before, total = scheme.k + scheme.m, 0 * failures, 0 * failures
    for gone in range(scheme.m + 1):
        mending = gone if not crews else min(gone, crews)
        before = (1 + mending * repairs * before) / ((n - gone) * failures)
        total += before
    return total


def nines(mean_h: float, groups: float = 1.0) -> float:
    """Nines of durability in a year: -log10 of the chance that any of `groups` loses data, as if memoryless."""
    expected = HOURS_PER_YEAR * groups / mean_h
    lost = -expm1(-expected)
    return -log10(lost) if lost > 0 else -log(expected) / log(10.0)


def durability(scheme: Scheme, annual: float, repair_h: float, groups: float = 1.0, crews: int = 0) -> float:
    """Nines by year of `groups` groups of units that fail at `annual` and are rebuilt in `repair_h` hours each."""
    return nines(time_to_loss(scheme, failure_rate(annual), 1 / repair_h, crews), groups)


def printed(found: float) -> str:
    """Nines as they are shown: capped, with the reason."""
    if found <= MOST_NINES:
        return f"{found:.1f}"
    return f"{MOST_NINES:.0f} (the arithmetic says {found:.1f}; {WHY_CAPPED})"
