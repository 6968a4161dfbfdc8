"""A front as tables: what each value costs, and what is built for it."""

from __future__ import annotations

from planner.report.as_table import text
from planner.report.numbers import plain, share, si, usd
from planner.report.section import LIST, Section
from planner.sweep.run import Front, Point


def render(front: Front, *, terminal: bool = False) -> str:
    """The money first, then what is built, then why some values have no plan."""
    parts = [Section(f"{front.name or front.scenario}: {front.key}", _heads(), [_row(front, p) for p in front.points])]
    found = [p for p in front.points if p.sizes]
    if found:
        names = list(found[0].sizes)
        heads = ("Built", *(f">{p.value}" for p in found))
        rows = [(_what(*name), *(plain(p.sizes[name]) for p in found)) for name in names]
        parts += [Section("What is built", heads, rows)] if len(found) <= MOST_ACROSS else _upright(found, names)
    reasons = [(f"{front.key} = {p.value}: {reason}",) for p in front.points for reason in p.reasons]
    if reasons:
        parts.append(Section("Values without a plan", LIST, reasons))
    if len(front.points) < front.asked:
        parts.append(Section("Interrupted", LIST, [(f"{len(front.points)} of {front.asked} values were solved.",)]))
    return text(parts, terminal=terminal)


MOST_ACROSS = 6
"""Points beside each other; more of them stand below each other."""


def _upright(found: list[Point], names: list[tuple[str, str, str]]) -> list[Section]:
    """One table for each kind, a row for each point."""
    parts = []
    for kind in sorted({name[0] for name in names}):
        mine = [name for name in names if name[0] == kind]
        heads = ("Value", *(f">{item}, {unit}" for _, item, unit in mine))
        rows = [(p.value, *(plain(p.sizes[name]) for name in mine)) for p in found]
        parts.append(Section(f"Built: {kind}", heads, rows))
    return parts


def _what(kind: str, item: str, unit: str) -> str:
    return f"{item}, spare" if kind == "spare" else f"{item}, {unit}"


def _heads() -> tuple[str, ...]:
    return ("Value", ">USD a year", ">against the first", ">CO2 a year", ">Carbon-free, own", ">with grid", ">Gap")


def _row(front: Front, p: Point) -> tuple[str, ...]:
    if p.headline is None:
        return (p.value, "no plan" if p.status == "infeasible" else p.status, *[""] * 5)
    h, first = p.headline, next(q.headline for q in front.points if q.headline is not None)
    against = h.cost_usd_per_year / first.cost_usd_per_year - 1 if first.cost_usd_per_year else 0.0
    return (
        p.value,
        usd(h.cost_usd_per_year),
        f"{against:+.2%}",
        si(h.co2_location_kg_per_year, "kgCO2e"),
        share(h.carbon_free_share_own),
        share(h.carbon_free_share_with_grid),
        f"{p.gap:.3%}",
    )
