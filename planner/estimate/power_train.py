"""Power trains by their modules: what still flows with one of them lost, and the efficiency at the load they carry.

    N       one module carries all                          built / needed  1
    N+1     four carry, one more stands by                  5 / 4
    3N/2    three share, any two carry all                  3 / 2
    2N      two paths, either carries all                   2
    surviving kW = (modules - lost) x kW of a module

A train is concurrently maintainable when any one module and its path can be taken out while all is carried, which takes
a second path: N+1 modules behind one path are not. Loss at part load is read off the catalog's own trains, whose
modules work at different loads: between them on a straight line in loss over load, beyond them by the nearest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

HOUR_S = 3600.0
LITRES_PER_GALLON = 3.785411784
"""US liquid gallon: 231 cubic inches, exactly."""
MODULES = {"n": (1, 1), "n_plus_1": (5, 4), "three_n_over_two": (3, 2), "two_n": (2, 1)}
"""Modules that are built, and how many of them carry the load, by train."""
PATHS = {"n": 1, "n_plus_1": 1, "three_n_over_two": 3, "two_n": 2}
"""Distribution paths: with several, any one may be opened."""


@dataclass(frozen=True, slots=True)
class Modules:
    """Modules of one size in `paths` paths: `built` of them, of which `needed` carry `kw`."""

    built: int
    needed: int
    paths: int
    kw: float

    @property
    def module_kw(self) -> float:
        return self.kw / self.needed

    def surviving_kw(self, lost: int = 1) -> float:
        """kW that flow with so many modules lost."""
        return max(0, self.built - lost) * self.module_kw

    @property
    def survives_module(self) -> bool:
        """Whether all is carried with any one module lost."""
        return self.surviving_kw(1) >= self.kw * (1 - 1e-12)

    @property
    def survives_path(self) -> bool:
        """Whether all is carried with any one path lost, and the modules on it."""
        on_it = -(-self.built // self.paths)
        return self.paths > 1 and self.surviving_kw(on_it) >= self.kw * (1 - 1e-12)

    @property
    def maintainable(self) -> bool:
        """Whether any one module, and any one path, can be taken out while all is carried."""
        return self.survives_module and self.paths > 1

    def load_fraction(self, kw: float) -> float:
        """Load of each module over its size, all of them sharing `kw`."""
        return kw / (self.built * self.module_kw) if self.kw else 0.0


def modules_of(
    train: str, kw: float, built_over_needed: float = 1.0, counted: tuple[int, int, int] | None = None
) -> Modules:
    """The modules of a train that carry `kw`: as `counted` (built, needed, paths), or those of a well-known one.

    Of an unknown one that nobody counted, as few as its ratio needs, on one path.
    """
    if counted is not None:
        built, needed, paths = counted
        return Modules(built, needed, paths, kw)
    if train in MODULES:
        built, needed = MODULES[train]
        return Modules(built, needed, PATHS[train], kw)
    needed = next((n for n in range(1, 9) if abs(built_over_needed * n - round(built_over_needed * n)) < 1e-6), 1)
    return Modules(max(1, round(built_over_needed * needed)), needed, 1, kw)


def part_load(points: Sequence[tuple[float, float]], load: float) -> float:
    """Efficiency at a module load, from (load fraction, efficiency) points in any order; flat in loss kW beyond them.

    Losses between two points are on a straight line over load; below the lowest they stay what they are there, so that
    efficiency falls as the load does; above the highest, efficiency stays.
    """
    known = sorted(points)
    losses = [(x, x * (1 / e - 1)) for x, e in known]
    if load <= 0:
        return 0.0
    if load <= losses[0][0]:
        return load / (load + losses[0][1])
    for (x0, y0), (x1, y1) in pairwise(losses):
        if load <= x1:
            lost = y0 + (y1 - y0) * (load - x0) / (x1 - x0)
            return load / (load + lost)
    return known[-1][1]


def litres_per_kw(figures: Mapping[str, float], seconds: float) -> float:
    """L of fuel that a generator burns for each kW it feeds for so long; `figures`: those of fuel in the catalog."""
    return seconds / HOUR_S * LITRES_PER_GALLON / (figures["fuel_kwh_per_gallon"] * figures["electric_efficiency_hhv"])
