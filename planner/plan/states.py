"""State: how each workload's is kept, where its replicas stand, and what they and their traffic cost."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from planner.estimate.state import ACTIVE_ACTIVE, ways_to_keep
from planner.model import Model, name_of
from planner.options.pools import Pool, pools
from planner.options.types import OptionSet
from planner.plan.encode import tidy
from planner.plan.redundancy import machine_usd
from planner.plan.schema import Line, Tally
from planner.plan.schema_redundancy import Kept
from planner.problem import Period, Problem, Workload
from planner.solve.solution import Solution

HALF = 0.5


@dataclass(slots=True)
class Found:
    """Replicas by site, their machines in USD, and the least availability of a quorum."""

    replicas: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    usd: float = 0.0
    sure: float = 1.0
    quorum: int = 0


def states(
    m: Model, s: Solution, problem: Problem, options: OptionSet, ledger: list[Line], tallies: list[Tally]
) -> list[Kept]:
    """One row for each state and period."""
    owners = {w.id: w for w in problem.workloads}
    kept = [w for w in problem.workloads if w.spec.get("role") == "state"]
    found = []
    every = pools(problem, options) if kept else ()
    for work in kept:
        mine = [p for p in every if any(o.workload == work.id for o in p.options)]
        usd = {id(p): machine_usd(m, s, problem, p, ledger, tallies) for p in mine}
        for period in problem.periods:
            stands = _stands(m, s, work, mine, period, usd)
            found.append(_row(m, s, owners[work.spec["of"]], work, period, stands))
    return found


def _stands(m: Model, s: Solution, work: Workload, mine: list[Pool], period: Period, usd: dict[int, float]) -> Found:
    found = Found()
    for pool in mine:
        for option in (o for o in pool.options if o.workload == work.id):
            keys = {"site": pool.site.id, "hall": pool.hall.id, "period": period.name, "option": option.id}
            count = round(_value(m, s, "state.replicas", **keys))
            if count:
                found.replicas[pool.site.id] += count
                found.usd += count * option.replica_machines * usd[id(pool)]
                found.sure = min(found.sure, float(option.details["majority_up"]))
                found.quorum = int(option.details["quorum"])
    return found


def _value(m: Model, s: Solution, family: str, **keys: str) -> float:
    column = m.find(name_of(family, **keys))
    return 0.0 if column is None else float(s.values[column])


def _row(m: Model, s: Solution, owner: Workload, work: Workload, period: Period, stands: Found) -> Kept:
    keys = {"workload": owner.id, "period": period.name}
    mode = max(work.spec["modes"], key=lambda k: _value(m, s, "state.mode", **keys, mode=k))
    ways = ways_to_keep(owner.spec["state"], len(owner.sites), survives_site=owner.survive_site_loss)
    first = "lead" if mode == ACTIVE_ACTIVE else "prime"
    sent, usd = _sent(m, s, owner, period)
    spare = int(work.spec["replicas"]) - stands.quorum
    return Kept(
        workload=owner.id,
        period=period.name,
        mode=mode,
        replicas=dict(sorted(stands.replicas.items())),
        racks={site: -(-count // max(1, spare)) for site, count in sorted(stands.replicas.items())},
        quorum=stands.quorum,
        leads=_site(m, s, owner, period, first),
        standby=_site(m, s, owner, period, "standby"),
        target=owner.availability,
        achieved=tidy(stands.sure),
        rpo_s=tidy(ways[mode].rpo_s),
        rto_s=tidy(ways[mode].rto_s),
        between_sites_gb_per_s=tidy(sent),
        machines_usd=tidy(stands.usd),
        traffic_usd=tidy(usd),
    )


def _site(m: Model, s: Solution, owner: Workload, period: Period, family: str) -> str:
    keys = {"workload": owner.id, "period": period.name}
    return next((x for x in owner.sites if _value(m, s, f"state.{family}", **keys, site=x) > HALF), "")


def _sent(m: Model, s: Solution, owner: Workload, period: Period) -> tuple[float, float]:
    """GB/s that sites send each other, and what its volume costs at the price of each link."""
    total = usd = 0.0
    prices = {cost.column: cost.unit_price * cost.factor for cost in m.ledger if cost.account == "wan"}
    for _, column in m.family("state.sent"):
        keys, rate = m.columns[column].keys, float(s.values[column])
        if (keys["workload"], keys["period"]) == (owner.id, period.name):
            pair = {"site": keys["site"], "to": keys["to"], "period": period.name}
            moved = m.find(name_of("wan.gb", **pair))
            row = next(r for r in m.rows if r.name == name_of("wan.volume", **pair))
            total += rate
            usd += rate * row.terms[column] * (0.0 if moved is None else prices.get(moved, 0.0))
    return total, usd
