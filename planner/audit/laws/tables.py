"""The tables that people read say what the columns say.

sizing: quantity = the column's value;   every column of something built or bought is listed
choices: chosen exactly where the column is one
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.verdict import Check, equal, true
from planner.audit.view import View

NAME = "tables"
LISTED = (
    "servers.total",
    "spares.count",
    "storage.units",
    "renewables.kw",
    "generators.kw",
    "generators.units",
    "battery.kw",
    "battery.kwh",
    "power.peak_kw",
)
SMALLEST = 1.01e-4
"""Sizes below this are what a solver's tolerance leaves over; plans list none below 1e-4."""


def check(view: View) -> Iterator[Check]:
    values = {c["name"]: float(c["value"]) for c in view.plan["columns"]}
    families = {c["name"]: c["family"] for c in view.plan["columns"]}
    keys = {c["name"]: c["keys"] for c in view.plan["columns"]}
    for row in view.plan["sizing"]:
        yield equal(row["column"], "quantity in sizing", row["quantity"], values.get(row["column"], 0.0), floor=1e-9)
        for key in ("site", "hall", "period"):
            given = keys.get(row["column"], {}).get(key, "")
            yield true(row["column"], f"{key} in sizing is {row[key]!r}, not {given!r}", row[key] == given)
    listed = {row["column"] for row in view.plan["sizing"]}
    for name, family in families.items():
        if (family in LISTED or family.endswith("_bought")) and values[name] > SMALLEST:
            yield true(name, "is not listed in sizing", name in listed)
    chosen = {row["column"]: row["chosen"] for row in view.plan["choices"]}
    for name, yes in chosen.items():
        yield true(name, f"chosen is {yes}", yes == (values.get(name, 0.0) > 0.5))
    for name, family in families.items():
        if family in ("cooling.use", "fabric.use"):
            yield true(name, "is not listed among the choices", name in chosen)
