"""How much of a time limit is left."""

from __future__ import annotations

import time
from dataclasses import dataclass
from math import inf

LEAST_S = 1e-6
"""What a solver is given at least: it takes no limit of nothing."""


@dataclass(frozen=True, slots=True)
class Clock:
    """When to stop, on the clock of `time.monotonic`; infinite where there is no limit."""

    until: float

    @staticmethod
    def of(seconds: float | None) -> Clock:
        """The clock that runs out in so many seconds."""
        return Clock(inf if seconds is None else time.monotonic() + seconds)

    @property
    def out(self) -> bool:
        return time.monotonic() >= self.until

    def left(self, least: float = LEAST_S) -> float | None:
        """Seconds left, `least` of them at any rate; none where there is no limit."""
        return None if self.until == inf else max(least, self.until - time.monotonic())


ENDLESS = Clock(inf)
