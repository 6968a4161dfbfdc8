"""A plan as tidy CSV tables, one file each: a row is one observation, a column one variable.

`lines.csv` is the ledger with the sources of its prices: `amount` is quantity x unit price x factor, and sums to the
plan's cost where cost was minimised. `sizing.csv`, `work.csv`, `flows.csv`, `tallies.csv`, `measures.csv` and
`limits.csv` are the plan's own tables, `hours-SITE.csv` the modelled hours of a site. Texts that a spreadsheet would
run as a formula begin with an apostrophe.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from planner.cells import table
from planner.export.lines import CURRENCY, priced
from planner.export.names import distinct
from planner.report.hours import text as hours

if TYPE_CHECKING:
    from planner.plan.schema import Plan

EVERY_PERIOD = True
"""Without a period, all of them."""
APART = True
"""Each file is a table of its own: two of them are no file."""
LINES = (
    *("account", "item", "site", "period", "quantity", "unit", "unit_price", "currency", "factor", "amount"),
    *("origin", "source", "as_of", "confidence"),
)
TABLES: dict[str, tuple[str, ...]] = {
    "sizing": ("kind", "item", "site", "hall", "period", "quantity", "unit", "column", "origin"),
    "work": ("workload", "site", "hall", "period", "option", "machine", "served", "unit", "machines"),
    "flows": ("site", "period", "role", "who", "kwh", "peak_kw"),
    "tallies": ("tally", "who", "site", "period", "quantity", "unit"),
    "measures": ("measure", "who", "site", "period", "value", "unit"),
    "limits": ("name", "label", "sense", "value", "limit", "slack", "shadow_price_usd", "unit", "origin"),
}
"""Tables of the plan, by the names of their columns."""


def render(plan: Plan, period: str) -> dict[str, str]:
    """The tables by file name, of a period or (empty) of all; what belongs to no period is always there."""
    files = {"lines.csv": _lines(plan, period)}
    for name, columns in TABLES.items():
        files[f"{name}.csv"] = _table(getattr(plan, name), columns, period)
    sites = distinct(h.site for h in plan.hours)
    for site, name in sites.items():
        mine = [h for h in plan.hours if h.site == site and period in ("", h.period)]
        files[f"hours-{name}.csv"] = hours(mine)
    return files


def _lines(plan: Plan, period: str) -> str:
    rows = []
    for p in priced(plan, period):
        x = p.line
        made = (x.quantity, x.unit, x.unit_price_usd, CURRENCY, x.factor, x.amount_usd)
        rows.append((x.account, x.item, x.site, x.period, *made, x.origin, p.source, p.as_of, p.confidence))
    return table(LINES, rows)


def _table(rows: Iterable[Any], columns: tuple[str, ...], period: str) -> str:
    mine = [r for r in rows if not period or getattr(r, "period", "") in ("", period)]
    return table(columns, ([getattr(row, column) for column in columns] for row in mine))
