"""Licences: what software asks a year for every machine, accelerator or switch that stands, spares among them.

    account 'licence': standing machines (x accelerators, where it is by accelerator) x USD a year x years
                       switches of the fabrics x USD a year x years

A licence names a machine or accelerator as `hardware` does (an id, `vendor:NAME`, `tag:NAME`), or a switch by its id.
Every licence that names a thing is paid for it. No price of one is in the catalogs.

| symbol | name in code | unit | meaning |
| standing machines | servers.total[site,hall,machine,period] | machines | working, spare and between updates |
| switches | fabric.switches[site,hall,fabric,period] | switches | of every tier and plane |
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from planner.model import Col, Model
from planner.options.types import OptionSet
from planner.problem import Problem
from planner.scenario.fragment import Fragment
from planner.scenario.quantity import SomeUsd
from planner.scenario.schema_base import Many, Record, Text


class Licence(Record):
    """What is licensed, and its price."""

    of: Annotated[Text, Field(description="A machine, accelerator, `vendor:NAME`, `tag:NAME`, or a switch")]
    per_year: Annotated[SomeUsd, Field(description="For each of them")]
    by: Annotated[Literal["unit", "accelerator"], Field(description="What counts: the whole, or accelerators")] = "unit"


KEYS = (Fragment("scenario", "licences", Many[Licence], "Software of machines and switches, by the year"),)


def bind(m: Model, problem: Problem, options: OptionSet) -> None:
    years = {p.name: (p.years, p.value_factor) for p in problem.periods}
    origin = problem.keys["origins"].get("licences", problem.scenario_file)
    for licence in problem.keys.get("licences") or ():
        for column, item, each in _licensed(m, problem, licence):
            keys = m.columns[column].keys
            span, factor = years[keys["period"]]
            m.cost(
                "licence",
                item,
                column,
                quantity=each * span,
                unit=f"{licence.by}-years",
                unit_price=licence.per_year,
                factor=factor,
                origin=origin,
                site=keys["site"],
                period=keys["period"],
            )


def _licensed(m: Model, problem: Problem, licence: Licence) -> Iterator[tuple[Col, str, int]]:
    """Columns that a licence counts, what each is of, and licences for one of it."""
    for _, column in m.family("servers.total"):
        machine = problem.machine(m.columns[column].keys["machine"])
        each = machine.accelerators if licence.by == "accelerator" else 1
        if each and machine.matches(licence.of):
            yield column, machine.id, each
    switches = {f.id: f.switch.id for f in problem.fabrics if f.switch is not None}
    for _, column in m.family("fabric.switches"):
        switch = switches[m.columns[column].keys["fabric"]]
        if switch == licence.of and licence.by == "unit":
            yield column, switch, 1
    for _, column in m.family("fabric.alone"):
        switch = m.columns[column].keys["switch"]
        if switch == licence.of and licence.by == "unit":
            yield column, switch, 1
