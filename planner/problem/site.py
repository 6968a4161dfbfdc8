"""Where: sites and their halls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from planner.machine import Cite
from planner.problem.horizon import Series
from planner.problem.plant import Battery, Cooling, Generator, PowerTrain, Producer
from planner.problem.utility import Certificate, Grid, Ppa


@dataclass(frozen=True, slots=True)
class Hall:
    """A room with its own feed, rack limits and cooling choice. `built` halls cost nothing to build."""

    id: str
    racks: float
    rack_kw: float
    feed_kw: float
    cooling: tuple[str, ...]
    built: bool
    origin: str
    feeds: int = 1
    """Feeds of `feed_kw` each; with two or more, any one may be cut and the rest carry the hall."""
    zone: str = ""
    """Halls of a site with one zone are lost together; empty: the hall alone."""
    pdu_kw: float | None = None
    """Of each power strip of a rack, `pdus` of them; `rack_kw` is within what they bear with one of several cut."""
    pdus: int = 0

    @property
    def carried_kw(self) -> float:
        """What its feeds carry when one of several is cut, before breakers are derated."""
        return self.feed_kw * max(1, self.feeds - 1)


@dataclass(frozen=True, slots=True)
class Site:
    """A place: halls, what can be built on it, and a year of hours."""

    id: str
    name: str
    latitude: float
    longitude: float
    building: Literal["own", "colocation"]
    space_usd_per_kw_month: float
    shell_usd_per_kw: float
    shell_life_years: float
    shell_embodied_kg_per_kw: float
    staff_usd_per_kw_year: float
    water_usd_per_l: float
    halls: tuple[Hall, ...]
    cooling: tuple[Cooling, ...]
    power_train: PowerTrain
    """Where several are on offer, the most efficient of them; in a plan, the one that was taken."""
    grid: Grid
    producers: tuple[Producer, ...]
    batteries: tuple[Battery, ...]
    installed: Mapping[str, int]
    """Machines already there, `hall/machine` -> count."""
    weather: str
    """Where the weather is from, and whether another place's stood in."""
    temperature_c: Series
    origin: str
    keys: Mapping[str, Any] = field(default_factory=dict)
    """Validated scenario fragments of blocks, by key."""
    cites: tuple[Cite, ...] = ()
    typical: bool = False
    """Whether its weather is a typical year, put together of ordinary months."""
    notes: tuple[str, ...] = ()
    """What had to be said of its files."""
    contracts: tuple[Ppa, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    generators: tuple[Generator, ...] = ()
    trains: tuple[PowerTrain, ...] = ()
    """All that the catalog has, by availability."""
    train_choice: tuple[str, ...] = ()
    """Those on offer here; none where the scenario names one."""
    best_efficiency: float | None = None
    """At which its cooled loads are drawn where several trains are on offer; losses beyond it stand apart."""

    @property
    def carried_kw(self) -> float:
        """The most that connection, generators and (without a connection) stores can carry of its peak."""
        stores = sum(b.max_kw for b in self.batteries) if self.grid.connection_kw == 0 else 0.0
        return self.grid.connection_kw + sum(g.max_kw for g in self.generators) + stores
