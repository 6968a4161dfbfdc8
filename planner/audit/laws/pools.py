"""A pool has machines for its work, and spares enough for the availability it promises.

working >= sum over its work of units x machines                                        a pool: one type, hall, fabric
P[down of working + spares <= spares] >= target                        machines alone: Binomial, u = f r / (1 + f r)
total of a type in a hall = sum over its pools of working + spares (+ room for updates and for work made up)
work of a workload of availability A goes to pools kept at 1 - (1 - A) / 2 or better; in series, at A or better
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.audit.down import up_of
from planner.audit.loads import unit_machines
from planner.audit.verdict import Check, at_least, at_most, equal
from planner.audit.view import Keys, View

NAME = "pools"
SHARED_OVER = 2
"""A workload's unavailability is shared over this many pools."""
DIGITS = 1e-8
"""A target is printed to this step in a pool's name."""
Place = tuple[str, ...]


def check(view: View) -> Iterator[Check]:
    yield from _work(view)
    yield from _spares(view)
    yield from _totals(view)


def place(keys: Keys) -> Place:
    return tuple(keys[k] for k in ("site", "hall", "machine", "fabric", "period"))


def _work(view: View) -> Iterator[Check]:
    """Machines in work against machines working, from the strictest target down: a better pool may serve laxer work."""
    needs: dict[Place, dict[float, float]] = defaultdict(lambda: defaultdict(float))
    for keys, units in view.each("work.units"):
        option = view.options[keys["option"]]
        workload = view.workloads[option["workload"]]
        asked = 1 - (1 - workload["availability"]) / (SHARED_OVER if workload["series"] == "none" else 1)
        spot: Place = (keys["site"], keys["hall"], option["machine"], option["fabric"], keys["period"])
        needs[spot][asked] += units * unit_machines(option)
    for here, by_target in sorted(needs.items()):
        pools = [(float(k["target"]), v) for k, v in view.each("servers.working") if place(k) == here]
        for asked in by_target:
            used = sum(n for target, n in by_target.items() if target >= asked - DIGITS)
            working = sum(n for target, n in pools if target >= asked - DIGITS)
            yield at_least(f"pools {'/'.join(here)} from {asked:.8g} up", "working machines", working, used, floor=1e-6)


def _spares(view: View) -> Iterator[Check]:
    for keys, working in view.each("servers.working"):
        machine = view.machines[keys["machine"]]
        spares = view.total("spares.count", **keys)
        target, where = float(keys["target"]), f"pool {'/'.join(place(keys))} at {keys['target']}"
        down = 1 - up_of(machine, working, spares)
        yield at_most(where, f"unavailability with {spares:g} spares", down, 1 - target, floor=DIGITS)


def _totals(view: View) -> Iterator[Check]:
    pooled: dict[Place, float] = defaultdict(float)
    for family in ("servers.working", "spares.count", "orchestration.room", "flexible.machines"):
        for keys, count in view.each(family):
            pooled[keys["site"], keys["hall"], keys["machine"], keys["period"]] += count
    totals: dict[Place, float] = defaultdict(float)
    for keys, count in view.each("servers.total"):
        totals[keys["site"], keys["hall"], keys["machine"], keys["period"]] += count
    for here in sorted(set(pooled) | set(totals)):
        yield equal(f"machines {'/'.join(here)}", "the total", totals[here], pooled[here], floor=1e-6)
    for keys, count in view.each("spares.count") if view.each("spares.level") else ():
        rungs = sum(float(k["spares"]) * v for k, v in view.each("spares.level", **keys))
        yield equal(f"pool {'/'.join(place(keys))}", "spares", count, rungs, floor=1e-6)
