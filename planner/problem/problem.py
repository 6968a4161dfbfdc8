"""What must run, and the whole that options, blocks and plan are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from planner.machine import Machine
from planner.problem.equipment import FabricClass, StorageTier
from planner.problem.horizon import Finance, Period, Series
from planner.problem.site import Site


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
