"""What joins machines and what holds bytes: switches, the fabrics they make, storage tiers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from planner.machine import Cite


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
