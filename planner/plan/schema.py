"""The plan: tidy tables, one schema. A new block adds rows, never a new section.

Units are in the field names or in the row's own `unit`. Money is levelised over the horizon: `amount_usd` is
`quantity x unit_price_usd x factor`; where cost is minimised the ledger sums to `solver.objective_usd`.
The plan holds no wall-clock time and no host: the same scenario and versions give the same bytes.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

FORMAT_VERSION = "1.3"


class Table(BaseModel):
    """Base of all records: frozen, unknown keys refused, docstrings become schema descriptions."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)


class Solver(Table):
    """How the answer was found and how far from the optimum it can be."""

    name: str
    engine: str
    status: Literal["optimal", "limit", "interrupted"]
    objective: list[str]
    objective_usd: float
    """Levelised cost over the horizon, USD: the sum of the ledger."""
    bound_usd: float
    """No plan of this model costs less, USD."""
    gap: float
    """(objective - bound) / objective."""
    gap_asked: float
    hours: int
    """Hours modelled per period."""


class Accuracy(Table):
    """What the typical weeks cost in accuracy: the same machines over all 8,760 hours."""

    hours: int
    weeks_usd: float
    year_usd: float | None
    """Cost over every hour of the year with the whole-number decisions kept; none where infeasible or not asked."""
    difference: float | None
    """year_usd / weeks_usd - 1."""
    note: str


class Size(Table):
    """Something that is built, bought, rented or run: `quantity` `unit` of `item`."""

    kind: str
    """machine, spare, switch, cable, storage, cooling, facility, generation, battery, grid …"""
    item: str
    site: str
    hall: str
    period: str
    quantity: float
    unit: str
    column: str
    origin: str


class Choice(Table):
    """A yes-or-no decision and what stood against it."""

    kind: str
    item: str
    site: str
    hall: str
    period: str
    chosen: bool
    column: str
    origin: str


class Work(Table):
    """What a workload runs on: `served` of its demand by `machines` working machines."""

    workload: str
    site: str
    hall: str
    period: str
    option: str
    machine: str
    served: float
    unit: str
    machines: float


class Flow(Table):
    """Energy over a period on a site's bus; `role`: draw, produced, curtailed, imported, exported, charge, ..."""

    site: str
    period: str
    role: str
    who: str
    kwh: float
    peak_kw: float


class Line(Table):
    """One line of the ledger."""

    account: str
    item: str
    site: str
    period: str
    quantity: float
    unit: str
    unit_price_usd: float
    factor: float
    """Value of one USD of this line in levelised horizon USD."""
    amount_usd: float
    origin: str


class Tally(Table):
    """Something counted and not priced: carbon, water, energy."""

    tally: str
    who: str
    site: str
    period: str
    quantity: float
    unit: str


class Measure(Table):
    """What the hours add up to: `value` `unit` of a measure, of `who` where it is of one part; all sites where empty.

    Shares and factors have no unit. See `planner/plan/measures.py`.
    """

    measure: str
    who: str
    site: str
    period: str
    value: float
    unit: str


class Limit(Table):
    """A limit: its use, its slack, and its shadow price (whole numbers fixed): USD saved if it were one unit looser."""

    name: str
    label: str
    sense: Literal["<=", ">=", "=="]
    value: float
    limit: float
    slack: float
    shadow_price_usd: float | None
    unit: str
    origin: str


class Availability(Table):
    """A workload's joint availability over the pools it uses, recomputed from the machines and spares of the answer."""

    workload: str
    period: str
    target: float
    achieved: float
    pools: list[str]


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


class Value(Table):
    """A column of the model that is not zero. `family` and `keys` are its name taken apart."""

    name: str
    family: str
    keys: dict[str, str]
    value: float
    integer: bool
    unit: str
    origin: str


class Hours(Table):
    """The modelled hours of a bus: what the audit re-checks. One entry per hour; kW, and kWh for `level`."""

    bus: str
    site: str
    period: str
    hour: list[int]
    weight: list[float]
    stretches: list[tuple[int, int]]
    months: list[list[int]]
    series: dict[str, list[float]]
    """Inputs at these hours: price_usd_per_kwh, intensity_kg_per_kwh, capacity_factor.ID, air_overhead.ID …"""
    dispatch: dict[str, list[float]]
    """`draw.WHO`, `produced.WHO`, `imported.WHO`, `exported.WHO`, `charge.WHO`, `discharge.WHO`, `level.WHO`."""


class Headline(Table):
    """The plan in a few numbers; per year unless the name says otherwise."""

    levelised_cost_usd: float
    cost_usd_per_year: float
    net_present_cost_usd: float
    purchase_usd: float
    energy_kwh_per_year: float
    it_energy_kwh_per_year: float
    pue: float | None
    co2_location_kg_per_year: float
    co2_market_kg_per_year: float
    embodied_kg_per_year: float
    water_l_per_year: float
    carbon_free_share_own: float | None
    """Share of consumption, hour by hour, covered by the site's own carbon-free supply, as limits count it: what is
    bought counts in full where it is bought, so that all that a store loses and all that is sold is own supply."""
    carbon_free_share_with_grid: float | None
    """The same with the grid's hourly carbon-free share counted."""
    peak_kw: float


class OptionRecord(TypedDict):
    """One way to run a workload on a machine type, as `planner.options.types.Option` has it."""

    id: str
    workload: str
    machine: str
    fabric: str
    storage: str
    per_machine: float
    block_machines: int
    replica_machines: int
    idle_kw: float
    busy_kw: float
    duty: float
    storage_read_gb_per_s: float
    storage_write_gb_per_s: float
    details: dict[str, Any]
    basis: str
    low: float
    high: float
    origin: str


class ExcuseRecord(TypedDict):
    """Why a machine is not an option: the number that failed and the limit it failed against."""

    workload: str
    machine: str
    reason: str
    value: float | None
    limit: float | None
    unit: str
    text: str


class Plan(Table):
    """A plan, whole: the answer, the problem it answers, and the hours."""

    format_version: str = FORMAT_VERSION
    aiplan_version: str
    name: str
    description: str
    scenario_file: str
    scenario_sha256: str
    catalog_sha256: str
    solver: Solver
    accuracy: Accuracy
    headline: list[Headline]
    sizing: list[Size]
    choices: list[Choice]
    work: list[Work]
    availability: list[Availability]
    redundancy: list[Redundancy] = Field(default_factory=list)
    power_paths: list[PowerPath] = Field(default_factory=list)
    states: list[Kept] = Field(default_factory=list)
    stores: list[Store] = Field(default_factory=list)
    flows: list[Flow]
    ledger: list[Line]
    tallies: list[Tally]
    measures: list[Measure] = Field(default_factory=list)
    limits: list[Limit]
    notes: list[str]
    columns: list[Value]
    options: list[OptionRecord]
    excuses: list[ExcuseRecord]
    problem: dict[str, Any]
    """The resolved problem in base units (see planner/problem.py); hourly series are in `hours`."""
    hours: list[Hours] = Field(default_factory=list)
