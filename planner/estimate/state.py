"""State kept in replicas: quorums, what may be lost, and how much data and time a failover costs.

n replicas, w of them acknowledge a write, r answer a read:  a read sees the last write while r + w > n
writes go on while at most n - w replicas are down, reads while at most n - r are
replicas over d domains, as evenly as may be: a domain holds ceil(n / d), and may be lost if that is <= n - w

active-active (synchronous quorum over sites): nothing written is lost; failover takes what detection takes
active-passive (asynchronous): RPO = lag + burst x max(0, 1 - link / writes), what was written and not yet sent;
    RTO = detection + promotion + log to replay / replay rate

a state of a workload is kept at one site, or, where the loss of a site is to be survived, over three sites or more
(active-active) or at one with another behind it (active-passive), whichever its RPO, RTO and figures allow
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, inf
from typing import Any

from planner.estimate.reliability import pool_availability


@dataclass(frozen=True, slots=True)
class Quorum:
    """n replicas with a write quorum and a read quorum."""

    replicas: int
    write: int
    read: int

    def __post_init__(self) -> None:
        if not 1 <= self.write <= self.replicas or not 1 <= self.read <= self.replicas:
            raise ValueError(f"quorums of {self.write} and {self.read} do not lie within {self.replicas} replicas")

    @property
    def survives(self) -> int:
        """Replicas that may be down while both reads and writes go on."""
        return self.replicas - max(self.read, self.write)

    def survives_domain(self, domains: int) -> bool:
        """Whether any one of so many failure domains, over which replicas spread evenly, may be lost."""
        return ceil(self.replicas / domains) <= self.survives

    def availability(self, u: float) -> float:
        """P[enough replicas are up for reads and writes], each down a share `u` of the time, apart from the rest."""
        need = max(self.read, self.write)
        return pool_availability(need, self.replicas - need, u)


def majority(replicas: int) -> Quorum:
    """Reads and writes by more than half."""
    half = replicas // 2 + 1
    return Quorum(replicas, half, half)


def replicas_for(availability: float, u: float, domains: int = 1, most: int = 15) -> int | None:
    """The fewest replicas, an odd number, whose majority is up so much of the time and outlives any one domain."""
    for n in range(1, most + 1, 2):
        found = majority(n)
        if found.availability(u) >= availability and (domains <= 1 or found.survives_domain(domains)):
            return n
    return None


@dataclass(frozen=True, slots=True)
class Failover:
    """What losing a site costs: seconds of writes (RPO), seconds until service is back (RTO)."""

    rpo_s: float
    rto_s: float


def active_active(detect_s: float) -> Failover:
    """Every site takes writes, acknowledged by a quorum over sites."""
    return Failover(0.0, detect_s)


def active_passive(
    write_gb_per_s: float,
    *,
    link_gb_per_s: float,
    lag_s: float,
    burst_s: float,
    detect_s: float,
    promote_s: float,
    replay_gb_per_s: float,
    log_gb: float,
) -> Failover:
    """One site writes, another follows over a link; `burst_s` is how long writes stay at their peak.

    What is not yet sent when the site is lost is the lag's worth, and what a burst beyond the link left behind.
    """
    behind = max(0.0, write_gb_per_s - link_gb_per_s) * burst_s
    rpo = lag_s + (behind / write_gb_per_s if write_gb_per_s else 0.0)
    replay = log_gb / replay_gb_per_s if replay_gb_per_s else (inf if log_gb else 0.0)
    return Failover(rpo, detect_s + promote_s + replay)


ONE_SITE, ACTIVE_ACTIVE, ACTIVE_PASSIVE = "one_site", "active_active", "active_passive"
REPLICAS = (1, 3, 5)
LEAST_SITES = 3
"""Sites of which any one may be lost with a majority left at the others."""
GB = 1e9


def ways_to_keep(spec: Mapping[str, Any], sites: int, *, survives_site: bool) -> dict[str, Failover]:
    """Modes that hold a state's RPO and RTO, with what a failover costs. `spec`: bytes, bytes/s, seconds or none.

    Active-passive needs its lag and the times to detect and to promote; without the survival of a site, nothing fails
    over.
    """
    if not survives_site:
        return {ONE_SITE: Failover(0.0, 0.0)}
    write, detect = spec["write"] / GB, spec.get("detect")
    found: dict[str, Failover] = {}
    if sites >= LEAST_SITES:
        found[ACTIVE_ACTIVE] = active_active(detect or 0.0)
    if None not in (detect, spec.get("promote"), spec.get("lag")):
        found[ACTIVE_PASSIVE] = active_passive(
            write,
            link_gb_per_s=inf,
            lag_s=spec["lag"],
            burst_s=0.0,
            detect_s=float(detect or 0.0),
            promote_s=spec["promote"],
            replay_gb_per_s=(spec.get("replay") or 0.0) / GB,
            log_gb=(spec.get("log") or 0.0) / GB,
        )
    most_rpo = inf if spec.get("rpo") is None else spec["rpo"]
    most_rto = inf if spec.get("rto") is None else spec["rto"]
    wanted = (spec.get("mode"),) if spec.get("mode") else (ACTIVE_ACTIVE, ACTIVE_PASSIVE)
    return {k: f for k, f in found.items() if k in wanted and f.rpo_s <= most_rpo and f.rto_s <= most_rto}


def machines_of_a_replica(
    size_gb: float, write_gb_per_s: float, copies: int, *, drives_gb: float, disk_gb_per_s: float, nic_gb_per_s: float
) -> int:
    """Machines over which one replica is cut: by bytes, by writes to drives, and by what its leaders send the others.

    `drives_gb` after fill, `nic_gb_per_s` after headroom, of one machine. Raises ValueError where it has none.
    """
    pairs = ((size_gb, drives_gb), (write_gb_per_s, disk_gb_per_s), (write_gb_per_s * (copies - 1), nic_gb_per_s))
    if any(asked > 0 and each <= 0 for asked, each in pairs):
        raise ValueError("a machine without drives or network holds no state")
    return max(1, *(ceil(asked / each - 1e-9) for asked, each in pairs if asked > 0))
