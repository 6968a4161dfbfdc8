"""A machine of the catalogs with every figure in base units: what estimates ask, what options offer and plans buy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Cite:
    """Where a number comes from: a catalog row (`kind/id`), its field, source, date and confidence."""

    row: str
    field: str
    source: str
    as_of: str
    confidence: str


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
