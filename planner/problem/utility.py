"""What a site buys from the grid and by contract: tariffs, power purchase agreements, certificates."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Literal

from planner.machine import Cite
from planner.problem.horizon import Series


@dataclass(frozen=True, slots=True)
class Window:
    """Hours in which a peak is billed on its own: months (0..11), weekdays (Monday 0) and hours of the day (0..23)."""

    id: str
    usd_per_kw_month: float
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    hours: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ratchet:
    """Each month's billed demand is at least `share` of the peak of any month `of` the `months` before it."""

    share: float
    months: int
    of: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Coincident:
    """A price on the mean import in some hours of the year (0..8759): the system's peaks, stated or estimated."""

    id: str
    usd_per_kw_year: float
    hours: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tariff:
    """How demand is billed beyond each month's peak, and what is contracted.

    `peak_factor`: billed peak (of 15 minutes, say) over the peak hour's mean. `capacity_kw`: contracted, none where
    nothing is or where the plan chooses it (`plan_capacity`); `minimum_share` of it is billed as each month's demand at
    least. `take_kwh_per_year`: paid for, taken or not, at `untaken_usd_per_kwh` where it is not.
    """

    peak_factor: float = 1.0
    windows: tuple[Window, ...] = ()
    ratchet: Ratchet | None = None
    coincident: tuple[Coincident, ...] = ()
    capacity_kw: float | None = None
    plan_capacity: bool = False
    capacity_usd_per_kw_month: float = 0.0
    minimum_share: float = 0.0
    take_kwh_per_year: float = 0.0
    untaken_usd_per_kwh: float = 0.0
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Green:
    """A utility's green tariff: a `share` of what is bought at `adder` more; `hourly`: carbon-free in every hour."""

    usd_per_kwh: float
    share: float
    hourly: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """The utility: hourly series of the year (8760,), limits and tariff."""

    region: str
    connection_kw: float
    price_usd_per_kwh: Series
    export_usd_per_kwh: Series | None
    export_kw: float
    demand_charge_usd_per_kw_month: float
    intensity_kg_per_kwh: Series
    market_intensity_kg_per_kwh: float
    carbon_free_fraction: Series
    water_l_per_kwh: float
    origin: str
    cites: tuple[Cite, ...] = ()
    marginal_kg_per_kwh: Series | None = None
    """What one kWh more would emit, where given: for consequential accounts, never for an inventory."""
    tariff: Tariff | None = None
    green: Green | None = None
    net_metering: bool = False
    """Whether what is sold in a year may not exceed what is bought."""
    export_kwh_per_year: float | None = None
    export_share: float | None = None
    """The most that may be sold in a year, as a share of what own generation gives or what the loads draw."""
    export_share_of: Literal["generation", "load"] = "generation"

    @property
    def sells(self) -> bool:
        """Whether surplus may be sold at all."""
        return self.export_usd_per_kwh is not None and self.export_kw > 0

    @property
    def counts_sales(self) -> bool:
        """Whether a rule speaks of the energy sold in a year."""
        return self.net_metering or self.export_kwh_per_year is not None or self.export_share is not None

    @property
    def import_kw(self) -> float:
        """The most that an hour may import: the connection, and what is contracted of it."""
        t = self.tariff
        contracted = inf if t is None or t.capacity_kw is None else t.capacity_kw / t.peak_factor
        return min(self.connection_kw, contracted)


@dataclass(frozen=True, slots=True)
class Shared:
    """An agreement of several sites: which, the share of each (none: the plan decides), and the whole's size and caps.

    `at`: the site that it is written under; `region`: of the plant.
    """

    at: str
    sites: tuple[str, ...]
    shares: tuple[float, ...] | None
    region: str
    size_kw: float | None
    max_kw: float
    most_of_load: float | None


@dataclass(frozen=True, slots=True)
class Ppa:
    """A power purchase agreement. `delivered`: share of its size by hour of the year (8760,); `node_price` likewise.

    `size_kw`: none where the plan chooses it, up to `max_kw`, and `most_of_load` of what the site's loads draw (none:
    any). `counts`: its certificates match consumption by the hour (where `local`: of the site's region), by the year,
    or not at all.
    """

    id: str
    kind: Literal["pay_as_produced", "baseload", "shaped"]
    settlement: Literal["physical_offsite", "virtual"]
    strike_usd_per_kwh: float
    fee_usd_per_kwh: float
    node_price_usd_per_kwh: Series
    delivered: Series
    size_kw: float | None
    max_kw: float
    most_of_load: float | None
    counts: Literal["hourly", "annual", "none"]
    local: bool
    origin: str
    cites: tuple[Cite, ...] = ()
    shared: Shared | None = None
    """Where several sites share it: each then has a part of it, with all that is told here but size and caps."""

    @property
    def hourly(self) -> bool:
        return self.counts == "hourly" and self.local


@dataclass(frozen=True, slots=True)
class Certificate:
    """Certificates by the year: `kwh_per_year`, none where the plan chooses up to `max_kwh_per_year`."""

    id: str
    usd_per_kwh: float
    kwh_per_year: float | None
    max_kwh_per_year: float
    origin: str
