"""Nothing is used that is not there: every thing in use was installed before or bought, and is still alive.

    in use[p] <= installed + sum over q <= p of bought[q], for begin_q <= begin_p < begin_q + life
Halls that exist and rented space come with their plant and power; of a rented machine or tier nothing is bought.
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.assets import owned
from planner.audit.verdict import Check, at_most, true
from planner.audit.view import View

NAME = "owned"


def check(view: View) -> Iterator[Check]:
    places: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
    families: set[str] = set()
    for thing in owned(view):
        alive = dict.fromkeys(view.periods, thing.installed)
        for bought, units in thing.purchases(view):
            for period in thing.served(view, bought):
                alive[period["name"]] += units
        for period_name, there in alive.items():
            used = view.total(thing.need, **thing.keys, period=period_name)
            where = f"{thing.what} at {'/'.join(v for k, v in thing.keys.items() if k in ('site', 'hall'))}"
            yield at_most(f"{where} in {period_name}", f"{thing.need} in use", used, there, floor=1e-6)
        places.add((thing.bought, tuple(sorted(thing.keys.items()))))
        families.add(thing.bought)
    for family in sorted(families | {c["family"] for c in view.plan["columns"] if c["family"].endswith("_bought")}):
        for keys, _ in view.each(family):
            here = tuple(sorted((k, v) for k, v in keys.items() if k != "period"))
            yield true(f"{family} {dict(here)}", "is nothing that can be bought here", (family, here) in places)
