"""Licences are paid for every machine that stands and every switch, as the scenario prices them.

licence = sum over licences and machines they name of standing machines (x accelerators) x USD a year x years
          + switches they name x USD a year x years                                            each x value factor
a licence names a machine by its id, its accelerator's, `vendor:` and `tag:` letter case aside; a switch by its id
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.audit.verdict import Check, equal
from planner.audit.view import Record, View

NAME = "licences"


def check(view: View) -> Iterator[Check]:
    due: dict[tuple[str, str], float] = defaultdict(float)
    for licence in view.problem["keys"].get("licences") or ():
        by_accelerator = licence["by"] == "accelerator"
        for keys, count in view.each("servers.total"):
            machine = view.machines[keys["machine"]]
            if _names(licence["of"], machine):
                each = machine["accelerators"] if by_accelerator else 1
                due[keys["site"], keys["period"]] += count * each * licence["per_year"]
        for keys, count in () if by_accelerator else view.each("fabric.switches"):
            switch = view.fabrics[keys["fabric"]]["switch"]
            if switch is not None and switch["id"] == licence["of"]:
                due[keys["site"], keys["period"]] += count * licence["per_year"]
        for keys, count in () if by_accelerator else view.each("fabric.alone"):
            if keys["switch"] == licence["of"]:
                due[keys["site"], keys["period"]] += count * licence["per_year"]
    paid = view.money("licence")
    for place in sorted({*paid, *due, *view.places()}):
        value, size = paid.get(place, (0.0, 0.0))
        when = view.periods[place[1]]
        asked = due.get(place, 0.0) * when["years"] * when["value_factor"]
        yield equal(f"account licence, {' '.join(place)}", "the sum (USD)", value, asked, scale=size)


def _names(of: str, machine: Record) -> bool:
    kind, _, name = of.partition(":")
    if kind == "vendor":
        return str(machine.get("vendor")).lower() == name.lower()
    if kind == "tag":
        return name.lower() in [str(t).lower() for t in machine.get("tags", ())]
    return of in (machine["id"], machine.get("accelerator"), machine.get("like"))
