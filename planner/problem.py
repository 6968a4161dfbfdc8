"""Scenario + catalog -> Problem: everything resolved to numbers in base units; nothing missing, nothing to look up.

These are the types; `planner/resolve.py` makes them. Units: kW, kWh, USD, kgCO2e, litres, bytes, seconds, years.
Every record carries `origin` (scenario `file:line` or catalog `kind/id`); `cites` name the fields behind a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import inf
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from planner.model import Calendar

Series = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cite:
    """Where a number comes from: a catalog row (`kind/id`), its field, source, date and confidence."""

    row: str
    field: str
    source: str
    as_of: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Period:
    """A dated stretch of the horizon; `begin` and `years` count from the horizon's start, 365 days to the year."""

    name: str
    start: date
    end: date
    begin: float
    years: float
    calendar: Calendar
    value_factor: float
    """Worth of one USD spent evenly over this period, in levelised horizon USD."""


@dataclass(frozen=True, slots=True)
class Finance:
    """Cost of capital (per year, real) and the horizon in years."""

    cost_of_capital: float
    horizon_years: float
    origin: str


@dataclass(frozen=True, slots=True)
class FailureEvent:
    """One kind of failure of one machine: how often a day of running, and days out of service each time."""

    kind: str
    """`restart`, `repair` (in place) or `vendor` (returned)."""
    per_day: float
    days: float


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine that can be bought or rented. Power is at the wall of the machine, before cooling."""

    id: str
    name: str
    vendor: str
    tags: tuple[str, ...]
    acquisition: Literal["buy", "rent"]
    price_usd: float
    """Purchase price of one machine (buy) or USD per machine-hour (rent)."""
    life_years: float
    maintenance_fraction: float
    """Of the purchase price, per year."""
    idle_kw: float
    busy_kw: float
    """Sustained draw under full load."""
    peak_kw: float
    """Nameplate maximum: what breakers and feeds must bear."""
    rack_units: float
    liquid: bool
    embodied_kg: float
    failures_per_day: float
    repair_days: float
    accelerator: str
    accelerators: int
    cores: int
    ram_gb: float
    nvme_tb: float
    nics: int
    nic_gbps: float
    performance: Mapping[str, float]
    """Other physics by catalog field name: the node's own and, prefixed `accelerator_`, its accelerator's."""
    origin: str
    cites: tuple[Cite, ...] = ()
    on_sale: bool = True
    """Whether more can be had; those that stand there already are used in any case."""
    events: tuple[FailureEvent, ...] = ()
    """Kinds of failure where the scenario tells them apart; `failures_per_day`, `repair_days` are of all together."""
    domain_machines: int = 1
    domain_down: float = 0.0
    """Share of time that a whole domain of `domain_machines` is down."""
    crews: int = 0
    """Repairs at once in a pool; 0 is no limit."""
    like: str = ""
    """The machine this one is, run with some of its members down; empty for machines that are themselves."""
    torus_dimensions: int = 0
    """Of the torus that its accelerators' own links make beyond the machine; 0: none."""
    members: int = 0
    least_members: int = 0
    """Parts of the machine, and how many must be up for it to be up; 0 where it is one."""
    member_failures_per_day: float = 0.0
    member_repair_days: float = 0.0

    def matches(self, pattern: str) -> bool:
        """Whether `id`, `vendor:NAME` or `tag:NAME` names this machine, letter case aside."""
        kind, _, name = pattern.partition(":")
        if kind == "vendor":
            return self.vendor.lower() == name.lower()
        if kind == "tag":
            return name.lower() in {t.lower() for t in self.tags}
        return pattern in (self.id, self.accelerator, self.like)


@dataclass(frozen=True, slots=True)
class Switch:
    """A switch at a port speed. `link_usd`, `link_kw`: cable and both ends, from an endpoint to its leaf."""

    id: str
    name: str
    ports: int
    port_gbps: float
    kw: float
    price_usd: float
    link_usd: float
    link_kw: float
    life_years: float
    maintenance_fraction: float
    embodied_kg: float
    origin: str
    cites: tuple[Cite, ...] = ()
    rack_units: float = 0.0
    trunk_usd: float | None = None
    """Cable and both ends between switches, with `trunk_kw`; none: as to an endpoint."""
    trunk_kw: float | None = None


@dataclass(frozen=True, slots=True)
class FabricClass:
    """How machines are wired: a switch, a family, its oversubscription (downlinks per uplink); `none` has no switch."""

    id: str
    switch: Switch | None
    oversubscription: float
    origin: str
    family: str = "fat_tree"
    """`fat_tree`, `rail_optimized`, `rail_only` or `dragonfly_plus`: planner/estimate/topology.py."""
    above: float = 1.0
    """Oversubscription above a pod or group."""
    rails: int = 1
    """Network ports of a machine, where each has leaves of its own."""
    planes: int = 1
    """Lanes that a port may be split into, each with a network of its own; `split_ports` of a switch then."""
    split_ports: int = 0
    ports_per_machine: int = 0
    """Ports of every machine on it; 0: the machine's network ports."""
    side: bool = False
    """Whether every machine bought hangs on it, beside the fabric between machines."""
    machine: str = ""
    """The only machine it is for, whose accelerators have links for a torus; empty for any."""
    dimensions: int = 0
    """Of a torus; `pod`: accelerators that one joins at most."""
    pod: int = 0
    lesser: tuple[Switch, ...] = ()
    """Small switches of few ports, one of which may stand in place of the network where its ports are enough."""


@dataclass(frozen=True, slots=True)
class StorageTier:
    """One unit of a storage tier (a server of drives, a tape frame, or a TB of a cloud class) and what it gives."""

    id: str
    name: str
    heat: Literal["hot", "warm", "cold", "archive"]
    unit: str
    raw_tb: float
    usable_fraction: float
    """Usable over raw, after redundancy and fill."""
    scheme: str
    failure_domains: int
    """Units the scheme spreads over: fewer than this and its durability is not had."""
    durability_nines: float
    read_gb_per_s: float
    write_gb_per_s: float
    retrieval_s: float
    price_usd: float
    rent_usd_per_month: float
    life_years: float
    maintenance_fraction: float
    kw: float
    rack_units: float
    embodied_kg: float
    origin: str
    cites: tuple[Cite, ...] = ()
    operations_per_s: float = 0.0
    """Random reads and writes of one unit; 0 where there is no figure, or no random access."""
    stay_days: float = 0.0
    """Rented: billed at least so long. Prices by GB of 1e9 bytes and by 1,000 requests, of rented classes only."""
    retrieval_usd_per_gb: float = 0.0
    egress_usd_per_gb: float = 0.0
    write_usd_per_1000: float = 0.0
    read_usd_per_1000: float = 0.0


@dataclass(frozen=True, slots=True)
class Cooling:
    """A cooling option at a site, with its hourly series for a year (8760,).

    kW per kW of IT heat: `air_overhead` for air-cooled load, `liquid_overhead` for liquid-cooled load (capture already
    mixed with the residual air load); `fixed_overhead` kW per kW of built plant; water in litres per kWh of IT heat.
    """

    id: str
    name: str
    liquid: bool
    max_rack_kw: float
    air_overhead: Series
    liquid_overhead: Series
    air_water: Series
    liquid_water: Series
    fixed_overhead: float
    design_overhead: float
    """Variable overhead on the design day, kW per kW of IT."""
    plant_usd_per_kw: float
    maintenance_fraction: float
    life_years: float
    embodied_kg_per_kw: float
    origin: str
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class PowerTrain:
    """How power reaches the racks: built over needed, efficiency at working load, availability, cost per kW needed."""

    id: str
    name: str
    built_over_needed: float
    efficiency: float
    availability: float
    breaker_derating: float
    usd_per_kw: float
    life_years: float
    maintenance_fraction: float
    embodied_kg_per_kw: float
    origin: str
    cites: tuple[Cite, ...] = ()
    curve: tuple[tuple[float, float], ...] = ()
    """(load of a module over its size, efficiency) of the catalog's trains: what part load costs."""
    modules: tuple[int, int, int] | None = None
    """Modules built, modules that carry all, paths; none where the catalog's row does not count them."""


@dataclass(frozen=True, slots=True)
class Producer:
    """An as-produced source at a site: capacity factor by hour of the year (8760,), cost and limits per kW."""

    id: str
    name: str
    capacity_factor: Series
    capex_usd_per_kw: float
    fixed_om_usd_per_kw_year: float
    life_years: float
    embodied_kg_per_kw: float
    max_kw: float
    installed_kw: float
    origin: str
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Battery:
    """A store offered at a site: power and energy priced apart."""

    id: str
    name: str
    power_usd_per_kw: float
    energy_usd_per_kwh: float
    fixed_om_fraction: float
    life_years: float
    charge_efficiency: float
    discharge_efficiency: float
    standing_loss_per_hour: float
    usable_fraction: float
    wear_usd_per_kwh: float
    embodied_kg_per_kwh: float
    max_kw: float
    max_kwh: float
    installed_kw: float
    installed_kwh: float
    origin: str
    cites: tuple[Cite, ...] = ()
    calendar_fade: float = 0.0
    """Part of the capacity lost: it x mean state of charge x days ^ calendar_exponent; cycle_fade by full cycle."""
    calendar_exponent: float = 1.0
    cycle_fade: float = 0.0


@dataclass(frozen=True, slots=True)
class Generator:
    """A plant at a site that burns fuel (turbine, engine, fuel cell); fuel counts by its higher heating value.

    `unit_kw`: size of one unit, none where any size may stand; `spares`: units that stand by beyond what may run.
    `full_load_hours`: the most of a year, none: any. `least_load`: share of a unit below which it is switched off.
    """

    id: str
    name: str
    capex_usd_per_kw: float
    fixed_om_usd_per_kw_year: float
    life_years: float
    embodied_kg_per_kw: float
    efficiency: float
    fuel_usd_per_kwh: float
    running_usd_per_kwh: float
    """Operation and maintenance of each kWh of electricity."""
    fuel_kg_per_kwh: float
    carbon_free: bool
    max_kw: float
    installed_kw: float
    unit_kw: float | None
    spares: int
    full_load_hours: float | None
    least_load: float
    backup: bool
    """Whether an outage of the grid counts on it."""
    origin: str
    cites: tuple[Cite, ...] = ()

    @property
    def usd_per_kwh(self) -> float:
        """Fuel and running cost of a kWh of electricity."""
        return self.fuel_usd_per_kwh / self.efficiency + self.running_usd_per_kwh

    @property
    def kg_per_kwh(self) -> float:
        """kgCO2e at the site for each kWh of electricity."""
        return self.fuel_kg_per_kwh / self.efficiency


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


@dataclass(frozen=True, slots=True)
class Workload:
    """What must run. `demand`: peak in `unit` by period; `shape`: demand over peak by hour of the week (168,)."""

    id: str
    kind: Literal["training", "serving", "service", "stream", "stage", "dataset", "load"]
    sites: tuple[str, ...]
    availability: float
    survive_site_loss: bool
    surge: float
    """Headroom over the peak, as a fraction; already inside `demand`."""
    unit: str
    demand: tuple[float, ...]
    shape: Series
    spec: Mapping[str, Any]
    """The kind's own fields in base units, as the estimators read them."""
    origin: str
    series_kw: Series | None = None
    """`load` only: metered facility load by hour of the year (8760,)."""
    notes: tuple[str, ...] = ()
    """What had to be said of its file, or of keys left out."""
    series: Literal["none", "pools", "site"] = "none"
    """What its availability is the product of: two pools at most, by halves of what may be short; any number of
    pools, by the sum of their logarithms; or those and the power trains of its sites."""
    survive: Literal["none", "rack", "feed", "zone", "site"] = "none"
    """What it outlives the loss of, any one of them."""


@dataclass(frozen=True, slots=True)
class Problem:
    """All that the options, the blocks and the plan need."""

    name: str
    description: str
    scenario_file: str
    scenario_sha256: str
    catalog_sha256: str
    finance: Finance
    periods: tuple[Period, ...]
    sites: tuple[Site, ...]
    machines: tuple[Machine, ...]
    fabrics: tuple[FabricClass, ...]
    tiers: tuple[StorageTier, ...]
    models: Mapping[str, Mapping[str, Any]]
    """Architectures of the models that workloads name, by catalog id."""
    workloads: tuple[Workload, ...]
    objective: tuple[str, ...]
    """What to minimise, in order: `cost`, `carbon`."""
    carbon_price_usd_per_kg: float
    mip_gap: float
    keys: Mapping[str, Any] = field(default_factory=dict)
    """Validated top-level fragments of blocks, by key (`limits` among them)."""
    notes: tuple[str, ...] = ()
    """What stood in for what, what rests on memory: printed with the plan."""
    years: tuple[int, ...] = ()
    """The years whose hours it holds one after another, where there are several; a cost is the mean over them."""

    def machine(self, id: str) -> Machine:
        return next(m for m in self.machines if m.id == id)

    def site(self, id: str) -> Site:
        return next(s for s in self.sites if s.id == id)


NO_LIMIT = inf
