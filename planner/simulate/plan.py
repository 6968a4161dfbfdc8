"""A plan's pools, run event by event: does what the plan keeps spare hold what it promises?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.simulate.pools import Case, Cause, Measured, simulate

if TYPE_CHECKING:
    from planner.plan.schema import Plan


@dataclass(frozen=True, slots=True)
class Run:
    """A pool of a plan, what it promises, and what was counted; nothing where none of its machines ever fails."""

    pool: str
    working: int
    spares: int
    target: float
    counted: Measured | None

    @property
    def holds(self) -> bool:
        """Whether the promise lies within the interval of what was counted, or below it."""
        return self.counted is None or self.target <= self.counted.availability + self.counted.half_width


def runs(plan: Plan, *, events: int, seed: int) -> Iterator[Run]:
    """Every pool with machines working, in the plan's order. A domain is down as long at a time as its machines."""
    machines = {str(m["id"]): m for m in plan.problem["machines"]}
    spares = {tuple(sorted(c.keys.items())): round(c.value) for c in plan.columns if c.family == "spares.count"}
    for column in (c for c in plan.columns if c.family == "servers.working"):
        standing = spares.get(tuple(sorted(column.keys.items())), 0)
        case = case_of(machines[column.keys["machine"]], round(column.value), standing)
        fails = case.domain_per_day > 0 or any(c.per_day > 0 for c in case.causes)
        name = f"{column.keys['site']}/{column.keys['hall']} {column.keys['machine']} {column.keys['period']}"
        target = float(column.keys["target"])
        counted = simulate(case, events=events, seed=seed) if fails else None
        yield Run(name, case.working, case.spares, target, counted)


def case_of(machine: dict[str, Any], working: int, spares: int) -> Case:
    """The pool as its machine's record has it: kinds of failure where they are told apart, domains, crews."""
    one = Cause(machine["failures_per_day"], machine["repair_days"])
    told = machine["events"] if not machine["members"] else []
    down, days = machine["domain_down"], max(machine["repair_days"], 1e-9)
    return Case(
        working,
        spares,
        tuple(Cause(e["per_day"], e["days"]) for e in told) or (one,),
        domain=machine["domain_machines"],
        domain_per_day=down / (1 - down) / days if down else 0.0,
        domain_days=days,
        crews=machine["crews"],
    )
