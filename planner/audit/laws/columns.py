"""Numbers of things are what such numbers can be.

every column >= 0,  each named once, its name made of its family and keys
machines, spares, switches, storage units (not those rented by the TB), work in blocks or replicas: whole
a choice is 0 or 1;  one cooling in a hall at most, one topology per fabric and hall at most
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from planner.audit.loads import unit_machines
from planner.audit.verdict import Check, at_least, at_most, true
from planner.audit.view import Record, View

NAME = "columns"
WHOLE = frozenset(
    {
        "servers.working",
        "servers.total",
        "servers_bought",
        "spares.count",
        "fabric.leaves",
        "fabric.spines",
        "fabric.cores",
        "fabric.units",
        "fabric.switches",
        "fabric.switches_bought",
        "fabric.alone",
        "fabric.alone_bought",
        "storage.units",
        "storage.units_bought",
    }
)
CHOICES = frozenset({"cooling.use", "fabric.use", "fabric.rung", "spares.level", "availability.used", "storage.used"})
STEP = 1e-6
"""How far from a whole number a count may be: the solver's integrality tolerance."""


def check(view: View) -> Iterator[Check]:
    names = Counter(c["name"] for c in view.plan["columns"])
    for column in view.plan["columns"]:
        name, value = column["name"], float(column["value"])
        yield at_least(name, "the column", value, 0.0, floor=STEP)
        yield true(name, "is listed more than once", names[name] == 1)
        yield true(name, f"is not {column['family']} with keys {column['keys']}", _parts(name) == _given(column))
        if column["integer"] or _whole(view, column):
            yield true(name, f"{value:.9g} is not a whole number", abs(value - round(value)) <= STEP)
        if column["family"] in CHOICES:
            yield at_most(name, "a choice", value, 1.0, floor=STEP)
    for id, site in view.sites.items():
        for hall in site["halls"]:
            where = f"{id}/{hall['id']}"
            yield at_most(where, "cooling options in use", view.total("cooling.use", site=id, hall=hall["id"]), 1.0)
            for fabric in view.fabrics:
                used = view.total("fabric.use", site=id, hall=hall["id"], fabric=fabric)
                yield at_most(where, f"topologies of {fabric}", used, 1.0)


def _whole(view: View, column: Record) -> bool:
    family, keys = column["family"], column["keys"]
    if family in CHOICES:
        return True
    if family == "work.units":
        option = view.options[keys["option"]]
        return bool(option["block_machines"]) or unit_machines(option) > 1
    rented = family == "storage.units" and bool(view.tiers[keys["tier"]]["rent_usd_per_month"])
    return family in WHOLE and not rented


def _parts(name: str) -> tuple[str, tuple[str, ...]]:
    family, _, inside = name.partition("[")
    return family, tuple(sorted(part for part in inside.removesuffix("]").split(",") if part))


def _given(column: Record) -> tuple[str, tuple[str, ...]]:
    parts = (f"{key}={value}" for key, value in column["keys"].items())
    return column["family"], tuple(sorted(",".join(parts).split(",")) if column["keys"] else ())
