"""What a search took: counts, which every run of it has alike, and seconds, which none has."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Literal

Part = Literal["oracle_s", "relaxed_s", "milp_s"]


@dataclass(slots=True)
class Effort:
    """Seconds are of the clock; those of buses that are dispatched side by side count once."""

    trials: int = 0
    """Designs that were tried: the iterations."""
    dispatches: int = 0
    """Calls of the oracle: one bus's hours at one design and one set of prices."""
    cuts: int = 0
    """Rows that these gave the master program."""
    programs: int = 0
    """Mixed-integer master programs solved."""
    oracle_s: float = 0.0
    relaxed_s: float = 0.0
    """Seconds in the linear programs: the bound, the next trial, mixes of dispatches, cuts put in."""
    milp_s: float = 0.0
    """Seconds in mixed-integer programs."""

    @contextmanager
    def on(self, part: Part) -> Iterator[None]:
        """Counts the seconds spent inside."""
        begin = time.perf_counter()
        try:
            yield
        finally:
            setattr(self, part, getattr(self, part) + time.perf_counter() - begin)

    def counts(self) -> dict[str, int]:
        """What is the same on every run."""
        return {f.name: getattr(self, f.name) for f in fields(self) if not f.name.endswith("_s")}

    def seconds(self) -> dict[str, float]:
        """What is not."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name.endswith("_s")}

    def line(self) -> str:
        """One line for a progress log."""
        return (
            f"{self.trials} trials, {self.dispatches} dispatches of a bus in {self.oracle_s:.2f} s, {self.cuts} cuts, "
            f"linear programs {self.relaxed_s:.2f} s, {self.programs} mixed-integer ones {self.milp_s:.2f} s"
        )
