"""The scenario's say on failures -> machines: events of their own, domains, crews, and racks that run with parts down.

Events add up: f = sum of f_i, repair = sum of f_i r_i / f, so that f r is the time down over the time up of all.
A machine of n members, each down a share t of the time, is offered twice where `members` says so:

    whole     up while all n are:            1 - u = (1 - t)^n
    least     up while at least `least` are: 1 - u = P[Binomial(n, t) <= n - least], at least / n of the work

In both a member's failure interrupts what runs, n times as often as one member fails; the repair time is set to give u.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from planner.estimate.failures import at_least
from planner.estimate.reliability import unavailability
from planner.problem import FailureEvent, Machine

DAY_S = 86_400.0
EIGHT = 8.0
"""Accelerators of the machine that the catalog's rate of class `accelerated` was counted on."""
KINDS = ("restart", "repair", "vendor")


def with_failures(machines: Sequence[Machine], entries: Sequence[Any]) -> tuple[Machine, ...]:
    """The machines, each under the first entry that matches it; racks that may run with parts down come twice."""
    found = [made for m in machines for made in _one(m, next((e for e in entries if m.matches(e.match)), None))]
    return tuple(sorted(found, key=lambda m: m.id))


def _one(machine: Machine, entry: Any) -> Iterator[Machine]:
    if entry is None:
        yield machine
        return
    events = tuple(_event(kind, getattr(entry, kind)) for kind in KINDS if getattr(entry, kind) is not None)
    made = replace(
        machine,
        events=events,
        domain_machines=entry.domain.machines if entry.domain else 1,
        domain_down=entry.domain.down if entry.domain else 0.0,
        crews=entry.crews or 0,
    )
    if entry.members:
        count = int(entry.members.count or machine.performance.get("trays", 0))
        if count > entry.members.least:
            yield from _members(made, count, int(entry.members.least))
            return
    per_day, days = _together(events) if events else (machine.failures_per_day, machine.repair_days)
    yield replace(made, failures_per_day=per_day, repair_days=days)


def _event(kind: str, given: Any) -> FailureEvent:
    return FailureEvent(kind, DAY_S / given.every, given.takes / DAY_S)


def _together(events: Sequence[FailureEvent]) -> tuple[float, float]:
    """Failures a day of all kinds, and the mean days each keeps the machine."""
    per_day = sum(e.per_day for e in events)
    return per_day, sum(e.per_day * e.days for e in events) / per_day


def _members(machine: Machine, count: int, least: int) -> Iterator[Machine]:
    """The rack whole, and run with at least `least` of its `count` members up."""
    per_day, days = _together(machine.events) if machine.events else _member(machine, count)
    down = unavailability(per_day, days)
    for up in (count, least):
        short = 1 - at_least(count, up, down)
        share, all_per_day = up / count, count * per_day
        yield replace(
            machine,
            id=machine.id if up == count else f"{machine.id}.{up}of{count}",
            name=machine.name if up == count else f"{machine.name}, run with {up} of {count} up",
            like="" if up == count else machine.id,
            failures_per_day=all_per_day,
            repair_days=short / (1 - short) / all_per_day,
            members=count,
            least_members=up,
            member_failures_per_day=per_day,
            member_repair_days=days,
            accelerators=int(machine.accelerators * share),
            cores=int(machine.cores * share),
            nics=int(machine.nics * share),
            ram_gb=machine.ram_gb * share,
            nvme_tb=machine.nvme_tb * share,
        )


def _member(machine: Machine, count: int) -> tuple[float, float]:
    """A member's rate from the catalog's, which is of eight accelerators, or else of the whole machine."""
    share = machine.accelerators / count / EIGHT if machine.accelerators else 1 / count
    return machine.failures_per_day * share, machine.repair_days
