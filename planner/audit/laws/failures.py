"""A machine's one rate of failure and its one time of repair are those of the events and the members behind them.

events:   failures a day = sum of f_i,   f x repair = sum of f_i r_i
members:  failures a day = n f of one member,   f r / (1 + f r) = P[fewer than `least` of n members are up]
A pool's availability under them is checked by the laws pools and availability.
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.binomial import unavailability
from planner.audit.down import short_of_members
from planner.audit.verdict import Check, equal, true
from planner.audit.view import View

NAME = "failures"


def check(view: View) -> Iterator[Check]:
    for id, machine in view.machines.items():
        per_day, days = machine["failures_per_day"], machine["repair_days"]
        events, members = machine["events"], machine["members"]
        yield true(
            id, "has domains and crews, of which no masses are known", not (machine["crews"] and machine["domain_down"])
        )
        if members:
            own = machine["member_failures_per_day"]
            yield equal(id, "failures a day", per_day, members * own)
            yield equal(id, "the share of time short", unavailability(per_day, days), short_of_members(machine))
            per_day, days = own, machine["member_repair_days"]
        if events:
            yield equal(id, "failures a day of all events", per_day, sum(e["per_day"] for e in events))
            yield equal(id, "days down a day", per_day * days, sum(e["per_day"] * e["days"] for e in events))
