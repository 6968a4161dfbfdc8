"""The plan as one tidy CSV: a row per figure of every table."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.plan.schema import Plan

HEADER = ("table", "kind", "item", "site", "hall", "period", "quantity", "unit", "amount_usd", "origin")


def render(plan: Plan, *, detail: str, terminal: bool) -> str:
    """Sizing, choices, work, flows, ledger, tallies and limits, one after another."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for s in plan.sizing:
        writer.writerow(("sizing", s.kind, s.item, s.site, s.hall, s.period, s.quantity, s.unit, "", s.origin))
    for c in plan.choices:
        writer.writerow(("choices", c.kind, c.item, c.site, c.hall, c.period, int(c.chosen), "", "", c.origin))
    for w in plan.work:
        writer.writerow(("work", w.workload, w.machine, w.site, w.hall, w.period, w.served, w.unit, "", w.option))
    for f in plan.flows:
        writer.writerow(("flows", f.role, f.who, f.site, "", f.period, f.kwh, "kWh", "", ""))
    for x in plan.ledger:
        writer.writerow(("ledger", x.account, x.item, x.site, "", x.period, x.quantity, x.unit, x.amount_usd, x.origin))
    for t in plan.tallies:
        writer.writerow(("tallies", t.tally, t.who, t.site, "", t.period, t.quantity, t.unit, "", ""))
    for n in plan.limits:
        writer.writerow(("limits", n.sense, n.label, "", "", "", n.value, n.unit, "", n.origin))
    return out.getvalue()
