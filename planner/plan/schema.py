"""The plan: tidy tables, one schema. A new block adds rows, never a new section.

Units are in the field names or in the row's own `unit`. Money is levelised over the horizon: `amount_usd` is
`quantity x unit_price_usd x factor`; where cost is minimised the ledger sums to `solver.objective_usd`.
The plan holds no wall-clock time and no host: the same scenario and versions give the same bytes.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from planner.plan.schema_base import Table
from planner.plan.schema_redundancy import Kept, PowerPath, Redundancy, Store

FORMAT_VERSION = "1.3"
FIRST = "only the first"
"""How the note of a plan of less than its periods begins."""
OF_THOSE = (
    "energy, rent, carbon and water are of those alone, and what is owned is paid for whole. What to buy or rent, and "
    "limits by the year, cannot be judged by such a plan; `--weeks` stands for whole years as quickly"
)


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
    """Energy over a period on a site's bus; `role`: draw, produced, generated, imported, exported, charge, ..."""

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
    """`draw.WHO`, `produced.WHO`, `generated.WHO`, `imported.WHO`, `exported.WHO`, `charge.WHO`, `discharge.WHO`,
    `level.WHO`."""


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
    """Coincident peaks of all sites together, in the period in which they are highest."""


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
    """The resolved problem in base units (see planner/problem/); hourly series are in `hours`."""
    hours: list[Hours] = Field(default_factory=list)
