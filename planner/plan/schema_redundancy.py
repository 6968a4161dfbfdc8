"""Records of a plan that say what it outlives: levels of redundancy, power trains less a module, stores to heal."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from planner.plan.schema_base import Table


class Level(Table):
    """A level of redundancy of a workload: its name, what it gives, what it costs over the horizon."""

    level: str
    """`N`, `N+1`, `2N`, `2(N+1)`, `3N/2`: spares in each pool, and sites of which any one may be lost."""
    achieved: float
    """Joint availability, at the worst site where the loss of one is survived."""
    spares: int
    """Over all pools of the workload."""
    cost_usd: float
    """Spares, and a whole site's machines where its loss is survived; levelised, with power and plant for them."""
    holds: bool
    """Whether it meets the workload's availability."""


class Redundancy(Table):
    """The level that a workload has, and the next ones: one spare more, and one fewer, in each of its pools."""

    workload: str
    period: str
    level: str
    target: float
    achieved: float
    machines: int
    """Standing in its pools, spares among them; pools may serve other workloads too."""
    spares: int
    cost_usd: float
    up: Level
    down: Level | None
    """None where a pool has no spare to go without."""


class Train(Table):
    """A power train that a site could have: what it bears at the site's size, and what it costs over the horizon."""

    train: str
    availability: float
    """By the catalog, whose figures are folklore."""
    survives_module: bool
    survives_path: bool
    maintainable: bool
    cost_usd: float
    """Buying and keeping it, and what it loses of the energy at the site's average price; levelised."""
    on_offer: bool
    """Whether the scenario allows it."""


class PowerPath(Table):
    """A site's power train at its coincident peak: what it carries, and what is left with one module lost."""

    site: str
    period: str
    train: str
    load_kw: float
    """Coincident peak of IT."""
    built_kw: float
    """What the train is built to carry."""
    modules: int
    surviving_kw: float
    """With one module lost."""
    survives_module: bool
    maintainable: bool
    """Whether a module and its path can be taken out while the load is carried."""
    module_load: float
    """Of a module's size, all modules sharing the load."""
    efficiency: float
    """As planned with: at the train's usual load."""
    efficiency_at_load: float
    """At this module load, read off the catalog's trains; average load is lower still."""
    stranded_kw: dict[str, float]
    """kW of feeds and racks that carry nothing, by cause; a cause is there where its limit is given."""
    survives_path: bool = False
    """Whether the load is carried without any one path and the modules on it."""
    cost_usd: float | None = None
    """Of the train, as `Train.cost_usd`."""
    up: Train | None = None
    """The train next in availability; none where there is no surer one."""
    down: Train | None = None
    ups_kwh: float | None = None
    """Batteries that carry the peak for as long as the scenario asks."""
    fuel_l: float | None = None
    """Diesel for generators that carry the peak for as long as the scenario asks."""


class Kept(Table):
    """A workload's state: how it is kept, where, what it outlives, and what that costs over the horizon."""

    workload: str
    period: str
    mode: Literal["one_site", "active_active", "active_passive"]
    replicas: dict[str, int]
    """By site."""
    racks: dict[str, int] = Field(default_factory=dict)
    """By site: over how many they must stand, so that with any rack no more is lost than a majority bears."""
    quorum: int
    """Replicas that decide: of all of them, or of those at one site where another stands by."""
    leads: str
    """The site where writes are taken."""
    standby: str
    """The site that stands behind it; empty where none does."""
    target: float
    achieved: float
    """Share of time that a quorum is up, of the worst machine type it runs on."""
    rpo_s: float
    """Seconds of writes lost with a site."""
    rto_s: float
    """Seconds until it serves again without a site; 0 where nothing was said of detection."""
    between_sites_gb_per_s: float
    """All that sites send each other for it, at the peak of writes."""
    machines_usd: float
    traffic_usd: float


class Store(Table):
    """A storage tier in use at a site: what is bought, what is left of it, and which need asks for its units."""

    site: str
    tier: str
    period: str
    units: float
    unit: str
    raw_tb: float
    """Bought: units x raw TB."""
    usable_tb: float
    """Left after redundancy and fill."""
    stored_tb: float
    """Bytes that lie there, after reduction."""
    effective_tb: float
    """The same as users see them, before reduction."""
    needs: dict[str, float]
    """Units that capacity, read, write, operations and failure domains each ask for."""
    binding: str
    """The need that asks for the most; `machines` where checkpoints of machines ask for more than the data."""
    scheme: str
    failure_domains: int
    """Units that the scheme spreads over."""
    domains_to_heal: int
    """Units with which it is whole again before a lost one is replaced."""
    nines: float
    """Durability by year of one group, capped."""
    note: str
