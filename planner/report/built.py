"""What is built, concern by concern; kinds that no concern names are shown too, so that no block is ever left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.report.numbers import plain, si, usd
from planner.report.section import Section, where

if TYPE_CHECKING:
    from planner.plan.schema import Plan

BOUGHT = " bought"
FEW = 8
"""Choices not taken that are shown at a place, unless everything is asked for."""
SHOWN_KW = 0.5
"""Stranded power below this is not worth a word."""
MACHINES = ("machine", "machine working", "spare", "machine bought")
GROUPS = {
    "Fabric": ("switch", "switch bought", "cable", "cable bought", "fabric"),
    "Storage": ("storage", "data placed"),
    "Cooling and facility": ("cooling", "facility", "power train bought", "grid"),
    "Energy built on site": ("generation", "reserve"),
    "Energy contracted": ("contracted",),
}
REPEATS = ("cooling bought", "storage bought", "generation bought", "shell bought")
"""Purchases of what another row of the same quantity already shows: only in JSON and CSV."""


def machines(plan: Plan) -> Section:
    """Machines by place: in all, working, spare, bought."""
    counts: dict[tuple[str, str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for s in plan.sizing:
        if s.kind in MACHINES:
            counts[where(s.site, s.hall), s.period, s.item][s.kind] += s.quantity
    rows = [
        (item, place, period, *(plain(found[kind]) for kind in MACHINES))
        for (place, period, item), found in sorted(counts.items())
    ]
    return Section("Machines", ("Machine", "Where", "Period", ">In all", ">Working", ">Spare", ">Bought"), rows)


def built(plan: Plan) -> Iterator[Section]:
    """One section for each concern, and one for kinds that none of them names."""
    known = {kind for kinds in GROUPS.values() for kind in kinds} | set(MACHINES) | set(REPEATS)
    for title, kinds in GROUPS.items():
        yield _sizes(plan, title, kinds)
    yield _sizes(plan, "Also built", tuple(sorted({s.kind for s in plan.sizing} - known)))


def _sizes(plan: Plan, title: str, kinds: tuple[str, ...]) -> Section:
    one = len({s.period for s in plan.sizing}) < 2  # else what is bought in a period is not what stands in it
    rows = [
        (kind.removesuffix(BOUGHT) if one else kind, s.item, where(s.site, s.hall), s.period, si(s.quantity, s.unit))
        for kind in kinds
        for s in plan.sizing
        if s.kind == kind
    ]
    return Section(title, ("", "Item", "Where", "Period", ">Quantity"), rows)


def stores(plan: Plan) -> Section:
    """Raw, usable and effective bytes of every tier in use, and which need asks for its units."""
    rows = [
        (
            x.tier,
            x.site,
            x.period,
            si(x.raw_tb, "TB"),
            si(x.usable_tb, "TB"),
            si(x.effective_tb, "TB"),
            x.binding,
            f"{x.nines:.0f}, capped" if x.note else f"{x.nines:.1f}",
            str(x.failure_domains),
            str(x.domains_to_heal),
        )
        for x in plan.stores
    ]
    heads = ("Store", "Where", "Period", ">Raw", ">Usable", ">Effective", "Sized by", ">Nines", ">Domains", ">To heal")
    return Section("Stores", heads, rows)


def paths(plan: Plan) -> Section:
    """Each site's power train: what it carries with a module lost, and its efficiency at that load."""
    rows = []
    for p in plan.power_paths:
        held = si(p.surviving_kw, "kW") + ("" if p.survives_module else ", short")
        row = (p.site, p.period, p.train, si(p.load_kw, "kW"), held, "yes" if p.maintainable else "no")
        rows.append((*row, f"{p.module_load:.0%}", f"{p.efficiency_at_load:.1%}"))
    heads = ("Site", "Period", "Train", ">Load", ">One module lost", "Serviceable", ">Module load", ">Efficiency")
    return Section("Power paths", heads, rows)


def trains(plan: Plan) -> Section:
    """Each site's power train, what it bears and costs, and the next ones up and down in availability."""
    rows = []
    for p in plan.power_paths:
        if p.cost_usd is not None:
            bears = _bears(p.survives_module, p.survives_path, p.maintainable)
            rows.append((p.site, p.period, "taken", p.train, bears, usd(p.cost_usd)))
            for what, t in (("next up", p.up), ("next down", p.down)):
                if t is not None:
                    bears = _bears(t.survives_module, t.survives_path, t.maintainable)
                    rows.append((p.site, p.period, what, t.train, bears, usd(t.cost_usd)))
    return Section("Power trains", ("Site", "Period", "", "Train", "Bears the loss of", ">Costs"), rows)


def _bears(module: bool, path: bool, maintained: bool) -> str:
    found = ["module"] * module + ["path"] * path + ["either, under maintenance"] * maintained
    return ", ".join(found) or "nothing"


def stranded(plan: Plan) -> Section:
    """kW of feeds and racks that carry nothing, by cause."""
    rows = [
        (p.site, p.period, cause, si(kw, "kW"))
        for p in plan.power_paths
        for cause, kw in p.stranded_kw.items()
        if kw >= SHOWN_KW
    ]
    return Section("Stranded power", ("Site", "Period", "Cause", ">Power"), rows)


def chosen(plan: Plan, *, everything: bool) -> Section:
    """Yes-or-no decisions: what was taken and what stood against it, some of it unless everything is asked for.

    A hall without any IT has cooling in the model, since each has one; nothing of it is built, and none is shown.
    """
    cooled = {where(s.site, s.hall) for s in plan.sizing if s.kind == "cooling"}
    groups: dict[tuple[str, str, str], dict[str, bool]] = defaultdict(dict)
    for c in plan.choices:
        group = groups[c.kind, where(c.site, c.hall), c.period]
        group[c.item] = group.get(c.item, False) or c.chosen
    rows = []
    for (kind, place, period), group in sorted(groups.items()):
        empty = kind == "cooling" and place not in cooled
        taken = "none" if empty else ", ".join(item for item, yes in group.items() if yes) or "none"
        against = [item for item, yes in group.items() if empty or not yes]
        few = against if everything or len(against) <= FEW else [*against[: FEW - 1], f"{len(against) - FEW + 1} more"]
        rows.append((kind, place, period, taken, ", ".join(few)))
    return Section("Choices", ("", "Where", "Period", "Taken", "Not taken"), rows)
