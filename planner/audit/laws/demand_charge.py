"""What is billed of demand is at least what the meter shows, and is paid at its rate.

top(m) = factor x highest import of month m's hours; a stretch counts for all its months; factor is 1 without a tariff
month_kw(m) >= top(m), >= ratchet share x top of the months looked back to, >= minimum x contracted capacity
window_kw(m, w) >= factor x highest import of month m's hours in window w
capacity_kw >= every top where the plan chose it, else what was contracted
demand_charge   = sum of month_kw x rate and window_kw x its rate, by how often the month is billed, x value factor
capacity_charge = capacity_kw x its rate x months billed x value factor
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from planner.audit.verdict import PRINTED, RELATIVE, Check, at_least, at_most, equal, every_at_most
from planner.audit.view import Block, Record, View, most

NAME = "demand_charge"
Flags = NDArray[np.bool_]
MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONTH_ENDS = tuple(24 * days for days in accumulate(MONTH_DAYS))
LONGEST_MONTH = 24 * max(MONTH_DAYS)


def check(view: View) -> Iterator[Check]:
    for block in view.blocks:
        grid = view.sites[block.site]["grid"]
        tariff = grid.get("tariff")
        if grid["demand_charge_usd_per_kw_month"]:
            yield from _own_month(view, block, 1.0 if tariff is None else tariff["peak_factor"])
            if tariff is not None:
                yield from _earlier_months(view, block, tariff)
        if tariff is not None:
            yield from _windows(view, block, tariff)
            yield from _capacity(view, block, tariff)
    yield from _charge(view)


def counted_in(block: Block, month: int) -> Flags:
    """Which hours count in a month (0..11)."""
    if all(end - begin > LONGEST_MONTH for begin, end in block.stretches):
        return np.asarray(np.searchsorted(MONTH_ENDS, block.hour, side="right") == month)
    counted = np.zeros(len(block.weight), dtype=bool)
    for (begin, end), months in zip(block.stretches, block.months, strict=True):
        counted[begin:end] |= month in months
    return counted


def _top(block: Block, counted: Flags, factor: float) -> float:
    return factor * float(np.max(block.flow("imported")[counted], initial=0.0))


def _own_month(view: View, block: Block, factor: float) -> Iterator[Check]:
    imported = block.flow("imported")
    for month in months_billed(view, block.period):
        at = np.flatnonzero(counted_in(block, month))
        billed = view.total("grid.month_kw", site=block.site, period=block.period, month=str(month + 1))
        slack = RELATIVE * imported[at] + PRINTED
        if len(at):
            where = f"{block.where}, month {month + 1}"
            yield every_at_most(where, "import (kW)", imported[at], billed / factor, slack)


def _earlier_months(view: View, block: Block, tariff: Record) -> Iterator[Check]:
    """Ratchet and minimum: what a month's bill owes to other months and to the contract."""
    billed, factor = months_billed(view, block.period), tariff["peak_factor"]
    tops = {month: _top(block, counted_in(block, month), factor) for month in billed}
    ratchet, contracted = tariff["ratchet"], _contracted(tariff, tops)
    for month in billed:
        least = tariff["minimum_share"] * contracted
        if ratchet is not None:
            before = {(month - k) % 12 for k in range(1, ratchet["months"] + 1)} & set(ratchet["of"]) & set(tops)
            least = max(least, ratchet["share"] * max((tops[m] for m in before), default=0.0))
        kw = view.total("grid.month_kw", site=block.site, period=block.period, month=str(month + 1))
        yield at_least(f"{block.where}, month {month + 1}", "the demand billed (kW)", kw, least, floor=PRINTED)


def _contracted(tariff: Record, tops: dict[int, float]) -> float:
    if tariff["plan_capacity"]:
        return max(tops.values(), default=0.0)
    return float(tariff["capacity_kw"] or 0.0)


def _windows(view: View, block: Block, tariff: Record) -> Iterator[Check]:
    first = date.fromisoformat(view.periods[block.period]["start"]).replace(month=1, day=1).weekday()
    hour = block.hour.astype(np.int64)
    for window in tariff["windows"]:
        within = np.isin((hour // 24 + first) % 7, window["weekdays"]) & np.isin(hour % 24, window["hours"])
        for month in sorted(set(window["months"]) & set(months_billed(view, block.period))):
            top = _top(block, within & counted_in(block, month), tariff["peak_factor"])
            keys = {"site": block.site, "period": block.period, "month": str(month + 1), "window": window["id"]}
            kw = view.total("grid.window_kw", **keys)
            where = f"{block.where}, month {month + 1}, {window['id']}"
            yield at_least(where, "the demand billed (kW)", kw, top, floor=PRINTED)


def _capacity(view: View, block: Block, tariff: Record) -> Iterator[Check]:
    top = _top(block, np.ones(len(block.weight), dtype=bool), tariff["peak_factor"])
    if tariff["capacity_kw"] is not None:
        yield at_most(block.where, "import against the contract (kW)", top, most(tariff, "capacity_kw"), floor=PRINTED)
    if tariff["capacity_usd_per_kw_month"] and (tariff["plan_capacity"] or tariff["capacity_kw"] is not None):
        least = top if tariff["plan_capacity"] else tariff["capacity_kw"]
        kw = view.total("grid.capacity_kw", site=block.site, period=block.period)
        yield at_least(block.where, "the capacity contracted (kW)", kw, least, floor=PRINTED)


def _charge(view: View) -> Iterator[Check]:
    paid, reserved = view.money("demand_charge"), view.money("capacity_charge")
    for place in sorted(set(paid) | set(reserved) | set(view.places())):
        site, period = place
        when, billed, grid = view.periods[period], months_billed(view, period), view.sites[site]["grid"]
        tariff = grid.get("tariff")
        rate, due = grid["demand_charge_usd_per_kw_month"], 0.0
        for keys, kw in view.each("grid.month_kw", site=site, period=period):
            due += kw * billed[int(keys["month"]) - 1] * rate
        rates = {w["id"]: w["usd_per_kw_month"] for w in tariff["windows"]} if tariff else {}
        for keys, kw in view.each("grid.window_kw", site=site, period=period):
            due += kw * billed[int(keys["month"]) - 1] * rates[keys["window"]]
        capacity = view.total("grid.capacity_kw", site=site, period=period) * sum(billed.values())
        capacity *= tariff["capacity_usd_per_kw_month"] if tariff else 0.0
        for account, found, usd in (("demand_charge", paid, due), ("capacity_charge", reserved, capacity)):
            value, size = found.get(place, (0.0, 0.0))
            where = f"account {account}, {site} {period}"
            yield equal(where, "the sum (USD)", value, usd * when["value_factor"], scale=size)


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
