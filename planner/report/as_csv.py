"""The plan as one tidy CSV: a row per figure of every table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.cells import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.plan.schema import Plan

Row = tuple[object, ...]
HEADER = ("table", "kind", "item", "site", "hall", "period", "quantity", "unit", "amount_usd", "origin")


def render(plan: Plan, *, detail: str, terminal: bool) -> str:
    """Every table but columns and hours, one after another; hours have a file of their own."""
    return table(HEADER, _rows(plan))


def _rows(plan: Plan) -> Iterator[Row]:
    for s in plan.sizing:
        yield ("sizing", s.kind, s.item, s.site, s.hall, s.period, s.quantity, s.unit, "", s.origin)
    for c in plan.choices:
        yield ("choices", c.kind, c.item, c.site, c.hall, c.period, int(c.chosen), "", "", c.origin)
    for w in plan.work:
        yield ("work", w.workload, w.machine, w.site, w.hall, w.period, w.served, w.unit, "", w.option)
    for f in plan.flows:
        yield ("flows", f.role, f.who, f.site, "", f.period, f.kwh, "kWh", "", "")
    for x in plan.ledger:
        yield ("ledger", x.account, x.item, x.site, "", x.period, x.quantity, x.unit, x.amount_usd, x.origin)
    for t in plan.tallies:
        yield ("tallies", t.tally, t.who, t.site, "", t.period, t.quantity, t.unit, "", "")
    for m in plan.measures:
        yield ("measures", m.measure, m.who, m.site, "", m.period, m.value, m.unit, "", "")
    yield from _limits(plan)
    yield from _headline(plan)


def _limits(plan: Plan) -> Iterator[Row]:
    """Use, limit and slack of each limit; its shadow price stands as the worth of one unit."""
    for n in plan.limits:
        for kind, quantity in (("value", n.value), (f"limit {n.sense}", n.limit), ("slack", n.slack)):
            yield ("limits", kind, n.label, "", "", "", quantity, n.unit, "", n.origin)
        if n.shadow_price_usd is not None:
            yield ("limits", "one looser saves", n.label, "", "", "", 1, n.unit, n.shadow_price_usd, n.origin)


def _headline(plan: Plan) -> Iterator[Row]:
    """The headline's numbers; their units are in their names. Availabilities achieved."""
    for a in plan.availability:
        yield ("availability", "achieved", a.workload, "", "", a.period, a.achieved, "", "", "")
    for h in plan.headline:
        for name, value in h.model_dump().items():
            yield ("headline", "", name, "", "", "", "" if value is None else value, "", "", "")
