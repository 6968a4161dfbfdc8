"""A plan in sections: what every readable format shows, from the headline down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.report.built import built, chosen, machines, paths, stores, stranded, trains
from planner.report.energy import energy
from planner.report.headline import headline, redundancy, states, work
from planner.report.limits import excuses, limits
from planner.report.measures import measures, worth
from planner.report.money import accounts, items, ledger
from planner.report.section import LIST, PERIOD, Section, without

if TYPE_CHECKING:
    from planner.plan.schema import Plan


def sections(plan: Plan, detail: str) -> Iterator[Section]:
    """The sections of a detail that have anything to say: `summary`, `normal` or `full`."""
    for section in _all(plan, detail):
        if section.rows:
            yield without(section, PERIOD) if len(_periods(plan)) == 1 else section


def _periods(plan: Plan) -> set[str]:
    return {f.period for f in plan.flows} | {w.period for w in plan.work}


def _all(plan: Plan, detail: str) -> Iterator[Section]:
    yield headline(plan)
    if detail != "summary":
        yield work(plan)
        yield redundancy(plan)
        yield states(plan)
        yield machines(plan)
        yield from built(plan)
        yield stores(plan)
        yield paths(plan)
        yield trains(plan)
        yield stranded(plan)
        yield chosen(plan, everything=detail == "full")
        yield energy(plan)
        yield measures(plan)
    yield accounts(plan)
    if detail != "summary":
        yield items(plan)
        yield limits(plan, everything=detail == "full")
        yield worth(plan)
    if detail == "full":
        yield ledger(plan)
        yield excuses(plan)
    yield notes(plan, everything=detail == "full")


def notes(plan: Plan, *, everything: bool) -> Section:
    """All notes; what rests on memory in one line unless everything is asked for."""
    memory = [n for n in plan.notes if "rests on memory" in n]
    rest = [n for n in plan.notes if n not in memory]
    if plan.accuracy.year_usd is None:
        rest.append(plan.accuracy.note)
    rest += sorted({f"Nines of durability are {x.note}." for x in plan.stores if x.note})
    if memory and not everything:
        names = ", ".join(n.split(" ", 1)[0] for n in memory)
        rest.append(f"Some figures of these catalog rows rest on memory, not on a source read: {names}.")
        rest.append("`--detail full` names those figures; `aiplan catalog show KIND/ID` shows a row.")
    return Section("Notes", LIST, [(n,) for n in [*rest, *(memory if everything else [])]])
