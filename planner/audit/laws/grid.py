"""Power is bought through one connection, and each month's peak is at least every import of that month.

imported(t) <= connection,  exported(t) <= export limit (none where nothing is sold)
imported(t) <= month_kw of its month          where there is a demand charge; a stretch counts for all its months
demand charge = sum over months of month_kw x rate x how often the month is billed x value factor
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

import numpy as np

from planner.audit.verdict import PRINTED, RELATIVE, Check, Floats, at_most, equal, every_at_most, true
from planner.audit.view import Block, View, most

NAME = "grid"
MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONTH_ENDS = tuple(24 * days for days in accumulate(MONTH_DAYS))
LONGEST_MONTH = 24 * max(MONTH_DAYS)
PARTS = frozenset({"grid"})
"""Importers and exporters that the laws know prices and carbon of."""


def check(view: View) -> Iterator[Check]:
    for block in view.blocks:
        grid = view.sites[block.site]["grid"]
        imported, exported = block.flow("imported"), block.flow("exported")
        slack = RELATIVE * imported + PRINTED
        yield every_at_most(block.where, "import (kW)", imported, most(grid, "connection_kw"), slack)
        sold = "export_usd_per_kwh" in block.series
        limit = most(grid, "export_kw") if sold else 0.0
        yield every_at_most(block.where, "export (kW)", exported, limit, RELATIVE * exported + PRINTED)
        for role in ("imported", "exported"):
            strange = set(block.who(role)) - PARTS
            yield true(block.where, f"{role} by {sorted(strange)}: no law prices that", not strange)
        if grid["demand_charge_usd_per_kw_month"]:
            yield from _months(view, block, imported)
    yield from _charge(view)


def _months(view: View, block: Block, imported: Floats) -> Iterator[Check]:
    slack = RELATIVE * imported + PRINTED
    sets: list[tuple[Any, tuple[int, ...]]]
    if len(block.stretches) == 1 and len(imported) > LONGEST_MONTH:
        month = np.searchsorted(MONTH_ENDS, block.hour, side="right")
        sets = [(np.flatnonzero(month == m), (m,)) for m in range(12)]
    else:
        pairs = zip(block.stretches, block.months, strict=True)
        sets = [(np.arange(begin, end), months) for (begin, end), months in pairs]
    for at, months in sets:
        for m in months if len(at) else ():
            keys = {"site": block.site, "period": block.period, "month": str(m + 1)}
            peak = view.total("grid.month_kw", **keys)
            yield every_at_most(f"{block.where}, month {m + 1}", "import (kW)", imported[at], peak, slack[at])


def _charge(view: View) -> Iterator[Check]:
    paid = view.money("demand_charge")
    for site, period in sorted(set(paid) | set(view.places())):
        when, billed = view.periods[period], months_billed(view, period)
        rate = view.sites[site]["grid"]["demand_charge_usd_per_kw_month"]
        due = 0.0
        for keys, kw in view.each("grid.month_kw", site=site, period=period):
            due += kw * billed[int(keys["month"]) - 1] * rate * when["value_factor"]
            limit = most(view.sites[site]["grid"], "connection_kw")
            yield at_most(f"{site} in {period}, month {keys['month']}", "the peak (kW)", kw, limit)
        value, size = paid.get((site, period), (0.0, 0.0))
        yield equal(f"account demand_charge, {site} {period}", "the sum (USD)", value, due, scale=size)


def months_billed(view: View, period: str) -> dict[int, float]:
    """How often each month (0..11) is billed in a period; one only begun counts by its days, 29 February left out."""
    day, end = (date.fromisoformat(view.periods[period][k]) for k in ("start", "end"))
    days: Counter[int] = Counter()
    while day < end:
        after = min(end, (day.replace(day=1) + timedelta(days=32)).replace(day=1))
        leap = day.month == 2 and (after - timedelta(days=1)).day == 29
        days[day.month - 1] += (after - day).days - leap
        day = after
    return {month: count / MONTH_DAYS[month] for month, count in days.items()}
