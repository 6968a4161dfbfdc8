"""A plan's period as clusters: pools of equal nodes, and the pods that each workload runs on them.

A site is a cluster, machines of one type on one fabric in one hall a pool. A replica becomes a pod (or a group of
pods, one on each machine it spreads over). Work that may be cut anywhere is cut into the fewest equal pods that fit the
pool's working machines; where none do, into the finest, and the spares carry the rest.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import ceil
from typing import TYPE_CHECKING, Any

from planner.export.names import distinct
from planner.export.packing import nodes_needed

if TYPE_CHECKING:
    from planner.plan.schema import OptionRecord, Plan, Work

NOISE = 1e-6
WORKING, STANDING = "servers.working", ("spares.count", "orchestration.room", "flexible.machines")
"""Columns of machines that carry load, and of those that stand by."""
STATE = "state"
"""Role of replicas that keep a workload's state, each on machines of its own."""
FINEST = 16
"""Pods that one machine's worth of divisible work is cut into at most."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Equal nodes: `working` of them carry load, `spares` stand by."""

    site: str
    hall: str
    machine: dict[str, Any]
    fabric: str
    working: int
    spares: int
    name: str

    @property
    def nodes(self) -> int:
        return self.working + self.spares


@dataclass(frozen=True, slots=True)
class Part:
    """What a workload runs on one pool: `replicas` of `size` pods, each a `share` of a node with `accelerators`."""

    workload: dict[str, Any]
    option: OptionRecord
    work: Work
    pool: Pool
    replicas: int
    size: int
    share: float
    accelerators: int
    divisible: bool
    name: str = ""

    @property
    def pods(self) -> int:
        return self.replicas * self.size


@dataclass(frozen=True, slots=True)
class Cluster:
    """One site: its pools, what runs on them, and the nodes that the pods of a pool fill."""

    site: str
    pools: tuple[Pool, ...]
    parts: tuple[Part, ...]
    filled: dict[str, float] = field(default_factory=dict)

    def on(self, pool: Pool) -> list[Part]:
        return [p for p in self.parts if p.pool.name == pool.name]


Key = tuple[str, str, str, str]


def clusters(plan: Plan, period: str) -> list[Cluster]:
    """The plan's sites that have machines in the period, in the scenario's order."""
    pools = _pools(plan, period)
    parts = list(_parts(plan, period, pools))
    found = []
    for site in (str(s["id"]) for s in plan.problem["sites"]):
        here = tuple(p for p in pools.values() if p.site == site)
        if not here:
            continue
        cut: list[Part] = []
        filled: dict[str, float] = {}
        for pool in here:
            made, filled[pool.name] = _cut([p for p in parts if p.pool is pool], pool)
            cut += made
        order = {w["id"]: i for i, w in enumerate(plan.problem["workloads"])}
        cut.sort(key=lambda p: (order[p.workload["id"]], p.pool.name, p.option["id"]))
        found.append(Cluster(site, here, tuple(_named(cut)), filled))
    return found


def _pools(plan: Plan, period: str) -> dict[Key, Pool]:
    counts: dict[Key, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for column in plan.columns:
        if column.family in (WORKING, *STANDING) and column.keys["period"] == period:
            k = column.keys
            key = (k["site"], k["hall"], k["machine"], k["fabric"])
            counts[key][column.family in STANDING] += column.value
    machines = {m["id"]: m for m in plan.problem["machines"]}
    halls = {s["id"]: len(s["halls"]) for s in plan.problem["sites"]}
    used = {k: v for k, v in sorted(counts.items()) if round(sum(v))}
    raw = {k: _raw(k, several=halls[k[0]] > 1, alone=sum(o[:3] == k[:3] for o in used) == 1) for k in used}
    names = {site: distinct(raw[k] for k in used if k[0] == site) for site in halls}
    return {
        k: Pool(k[0], k[1], machines[k[2]], k[3], round(working), round(spares), names[k[0]][raw[k]])
        for k, (working, spares) in used.items()
    }


def _raw(key: Key, *, several: bool, alone: bool) -> str:
    """A pool's name: its machine, and its hall and fabric where they tell it from another."""
    _, hall, machine, fabric = key
    return "-".join(filter(None, (hall if several else "", machine, "" if alone else fabric)))


def _parts(plan: Plan, period: str, pools: dict[Key, Pool]) -> Iterator[Part]:
    workloads = {w["id"]: w for w in plan.problem["workloads"]}
    options = {o["id"]: o for o in plan.options}
    for work in plan.work:
        option = options[work.option]
        pool = pools.get((work.site, work.hall, work.machine, option["fabric"]))
        # Control planes and monitoring come with the cluster.
        own = workloads[work.workload]["spec"].get("role") not in (None, STATE)
        if work.period == period and pool is not None and work.machines > NOISE and not own:
            yield _part(workloads[work.workload], option, work, pool)


def _part(workload: dict[str, Any], option: OptionRecord, work: Work, pool: Pool) -> Part:
    """Pods of one option, uncut."""
    chips, spread = int(pool.machine["accelerators"]), option["replica_machines"]
    if workload["spec"].get("role") == STATE:
        return Part(workload, option, work, pool, _whole(work.machines / spread), spread, 1.0, 0, False)
    if option["block_machines"]:
        size = option["block_machines"]
        return Part(workload, option, work, pool, _whole(work.machines / size), size, 1.0, chips, False)
    if spread > 1:
        return Part(workload, option, work, pool, _whole(work.machines / spread), spread, 1.0, chips, False)
    if chips:
        each = int(option["details"].get("accelerators_per_replica", 1))
        per_machine = max(1, chips // each)
        return Part(workload, option, work, pool, _whole(work.machines * per_machine), 1, each / chips, each, False)
    return Part(workload, option, work, pool, 1, 1, work.machines, 0, True)


def _whole(amount: float) -> int:
    return max(1, ceil(amount - NOISE))


def _cut(parts: list[Part], pool: Pool) -> tuple[list[Part], float]:
    """Divisible work in the fewest pods that fit the working machines, and the nodes that all pods fill."""
    made, filled = parts, float(pool.working)
    for pieces in range(1, FINEST + 1):
        made = []
        for part in parts:
            count = _least(part, _whole(part.work.machines * pieces)) if part.divisible else part.replicas
            made.append(replace(part, replicas=count, share=part.work.machines / count) if part.divisible else part)
        filled = nodes_needed([(p.pods, p.share) for p in made])
        if filled <= pool.working or not any(p.divisible for p in parts):
            break
    return made, filled


def _least(part: Part, count: int) -> int:
    """No fewer brokers than copies of a stream."""
    return max(count, int(part.workload["spec"].get("replication", 1)) if part.workload["kind"] == "stream" else 1)


def _named(parts: list[Part]) -> Iterator[Part]:
    counts = Counter(str(p.workload["id"]) for p in parts)
    seen: Counter[str] = Counter()
    raw = []
    for id in (str(p.workload["id"]) for p in parts):
        seen[id] += 1
        raw.append(id if counts[id] == 1 else f"{id}.{seen[id]}")
    names = distinct(raw)
    for part, text in zip(parts, raw, strict=True):
        yield replace(part, name=names[text])
