"""What differs between two plans: one row for every figure that is not the same in both.

A figure that one plan has and the other has not counts as 0 there: nothing is built, paid or drawn. Figures that differ
by less than `LEAST` of the larger are the same: solvers leave as much.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.diff.asked import Asked, asked

if TYPE_CHECKING:
    from planner.plan.schema import Plan

Key = tuple[str, str, str, str, str]
"""Kind, item, site, hall, period."""
Figures = Mapping[Key, tuple[float, str]]
"""Value and unit of each row of a table."""
LEAST = 1e-6
FIRST = "only the first"
"""How the note of a plan of less than its periods begins."""
HEADLINE = {
    "cost_usd_per_year": "USD",
    "purchase_usd": "USD",
    "energy_kwh_per_year": "kWh",
    "pue": "",
    "peak_kw": "kW",
    "co2_location_kg_per_year": "kgCO2e",
    "co2_market_kg_per_year": "kgCO2e",
    "embodied_kg_per_year": "kgCO2e",
    "water_l_per_year": "L",
    "carbon_free_share_own": "share",
    "carbon_free_share_with_grid": "share",
}
"""Figures of the headline, in its order, and their units."""


@dataclass(frozen=True, slots=True)
class Change:
    """A figure of a table in both plans; `before` and `after` in `unit`, none where a headline has no such figure."""

    table: str
    kind: str
    item: str
    site: str
    hall: str
    period: str
    before: float | None
    after: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A yes-or-no decision that fell otherwise: what was taken of its kind, at its place."""

    kind: str
    site: str
    hall: str
    period: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs. `bounds`: USD a year between which the best plans of both lie apart, by their proven bounds."""

    names: tuple[str, str]
    headline: tuple[Change, ...]
    """Every figure of the headline, also those that are the same."""
    changes: tuple[Change, ...]
    taken: tuple[Taken, ...]
    asked: tuple[Asked, ...]
    bounds: tuple[float, float] | None
    """None where an objective is not cost alone first: bounds are of that then."""
    warnings: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs: neither a figure, nor a decision, nor what was asked."""
        figures = any(differs(c.before, c.after) for c in self.headline)
        return not (figures or self.changes or self.taken or self.asked)


def compare(before: Plan, after: Plan) -> Difference:
    """The differences of two plans, in the order of their tables and by name."""
    return Difference(
        names=(before.name, after.name),
        headline=tuple(_headline(before, after)),
        changes=tuple(_changes(before, after)),
        taken=tuple(_taken(before, after)),
        asked=tuple(asked(before.problem, after.problem)),
        bounds=_bounds(before, after),
        warnings=tuple(_warnings(before, after)),
    )


def differs(before: float | None, after: float | None) -> bool:
    """Whether two figures are not the same, rounding aside."""
    if before is None or after is None:
        return before is not after
    return abs(after - before) > LEAST * max(abs(before), abs(after))


def _headline(before: Plan, after: Plan) -> Iterator[Change]:
    for name, unit in HEADLINE.items():
        was, now = (getattr(plan.headline[0], name) for plan in (before, after))
        yield Change("headline", "", name, "", "", "", was, now, unit)


def _changes(before: Plan, after: Plan) -> Iterator[Change]:
    for table, read in (("work", _work), ("sizing", _sizing), ("flows", _flows)):
        yield from _between(table, read(before), read(after))
    for table, read in (("availability", _availability), ("ledger", _ledger), ("tallies", _tallies)):
        yield from _between(table, read(before), read(after))
    yield from _between("limits", _limits(before), _limits(after))


def _between(
    table: str, old: Mapping[Key, tuple[float, str]], new: Mapping[Key, tuple[float, str]]
) -> Iterator[Change]:
    for key in sorted(set(old) | set(new)):
        unit = (new.get(key) or old[key])[1]
        was, now = (side[key][0] if key in side else 0.0 for side in (old, new))
        if differs(was, now):
            yield Change(table, *key, was, now, unit)


def _summed(rows: Iterator[tuple[Key, float, str]]) -> dict[Key, tuple[float, str]]:
    sums: dict[Key, float] = defaultdict(float)
    units: dict[Key, str] = {}
    for key, value, unit in rows:
        sums[key] += value
        units[key] = unit
    return {key: (value, units[key]) for key, value in sums.items()}


def _work(plan: Plan) -> dict[Key, tuple[float, str]]:
    return _summed(((w.workload, w.machine, w.site, w.hall, w.period), w.served, w.unit) for w in plan.work)


def _sizing(plan: Plan) -> dict[Key, tuple[float, str]]:
    return _summed(((s.kind, s.item, s.site, s.hall, s.period), s.quantity, s.unit) for s in plan.sizing)


def _flows(plan: Plan) -> dict[Key, tuple[float, str]]:
    return _summed(((f.role, f.who, f.site, "", f.period), f.kwh, "kWh") for f in plan.flows)


def _availability(plan: Plan) -> dict[Key, tuple[float, str]]:
    return _summed((("", a.workload, "", "", a.period), a.achieved, "share") for a in plan.availability if a.target < 1)


def _ledger(plan: Plan) -> dict[Key, tuple[float, str]]:
    return _summed(((x.account, x.item, x.site, "", x.period), x.amount_usd, "USD") for x in plan.ledger)


def _tallies(plan: Plan) -> dict[Key, tuple[float, str]]:
    return _summed(((t.tally, t.who, t.site, "", t.period), t.quantity, t.unit) for t in plan.tallies)


def _limits(plan: Plan) -> dict[Key, tuple[float, str]]:
    return _summed(((f"limit {n.sense}", n.label, "", "", ""), n.limit, n.unit) for n in plan.limits)


def _taken(before: Plan, after: Plan) -> Iterator[Taken]:
    old, new = _choices(before), _choices(after)
    for key in sorted(set(old) | set(new)):
        was, now = old.get(key, ""), new.get(key, "")
        if was != now:
            yield Taken(*key, was, now)


def _choices(plan: Plan) -> dict[tuple[str, str, str, str], str]:
    found: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    for c in plan.choices:
        if c.chosen:
            found[c.kind, c.site, c.hall, c.period].add(c.item)
    return {key: ", ".join(sorted(items)) for key, items in found.items()}


def _bounds(before: Plan, after: Plan) -> tuple[float, float] | None:
    if any(plan.solver.objective[0] != "cost" for plan in (before, after)):
        return None
    years = [plan.problem["finance"]["horizon_years"] for plan in (before, after)]
    low = [plan.solver.bound_usd / y for plan, y in zip((before, after), years, strict=True)]
    high = [plan.solver.objective_usd / y for plan, y in zip((before, after), years, strict=True)]
    return low[1] - high[0], high[1] - low[0]


def _warnings(before: Plan, after: Plan) -> Iterator[str]:
    """What makes figures of the two not comparable."""
    if before.solver.hours != after.solver.hours:
        hours = f"{before.solver.hours:,} hours of a period are modelled before, {after.solver.hours:,} after"
        yield f"{hours}: energy, carbon, water and rent do not compare."
    elif before.accuracy.note.startswith(FIRST):
        yield f"Both model {FIRST} {before.solver.hours:,} hours of a period, and what is per year here is of those."
    elif before.solver.engine != after.solver.engine and before.accuracy.hours != after.accuracy.hours:
        yield "One of the two models typical weeks: their difference holds what weeks cost in accuracy."
    if before.aiplan_version != after.aiplan_version:
        yield f"Made by different versions, {before.aiplan_version} and {after.aiplan_version}."
    if before.catalog_sha256 != after.catalog_sha256:
        yield "The catalogs differ: prices and figures of rows may have changed beside what was asked."
    for side, plan in (("before", before), ("after", after)):
        if plan.solver.status != "optimal":
            yield f"The plan {side} was stopped early, at a gap of {plan.solver.gap:.3%}."
