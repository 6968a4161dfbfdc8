"""A site's terms with its utility, from the scenario's words to months, weekdays, hours and base units."""

from __future__ import annotations

from math import isinf
from typing import Any

import numpy as np

from planner.problem import Coincident, Ratchet, Series, Tariff, Window
from planner.scenario.schema_tariff import DAYS

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAMED = {"weekdays": WEEK[:5], "weekend": WEEK[5:]}
HOURS = 24
MONTH_STARTS = tuple(HOURS * sum(DAYS[:m]) for m in range(12))


def tariff(grid: Any, price: Series, temperature_c: Series, load: Any, origin: str) -> Tariff | None:
    """The tariff of a scenario's `grid`; none where it has no such keys. `load(file)`: the hours of a file."""
    demand, contract = grid.demand, grid.contract
    if demand is None and contract is None:
        return None
    ratchet = demand.ratchet if demand else None
    capacity = contract.capacity if contract else None
    chosen = capacity is not None and isinf(capacity)
    series = {"price": price, "temperature": temperature_c}

    def hours(peak: Any) -> tuple[int, ...]:
        if peak.estimate is None:
            return tuple(sorted({hour_of(moment) for moment in peak.hours or ()}))
        by = peak.estimate.by
        return highest(series[by] if isinstance(by, str) else load(by), peak.estimate)

    return Tariff(
        peak_factor=demand.interval_factor if demand else 1.0,
        windows=tuple(_window(w) for w in (demand.windows if demand else None) or ()),
        ratchet=None if ratchet is None else Ratchet(ratchet.share, ratchet.months, _months(ratchet.of)),
        coincident=tuple(
            Coincident(c.id, c.charge * 12.0, hours(c)) for c in (demand.coincident if demand else None) or ()
        ),
        capacity_kw=None if chosen else capacity,
        plan_capacity=chosen,
        capacity_usd_per_kw_month=contract.charge if contract else 0.0,
        minimum_share=contract.minimum if contract else 0.0,
        take_kwh_per_year=contract.energy * contract.energy_minimum if contract and contract.energy else 0.0,
        untaken_usd_per_kwh=(contract.untaken or 0.0) if contract else 0.0,
        origin=origin,
    )


def _window(record: Any) -> Window:
    days = {d for name in record.weekdays for d in NAMED.get(name, (name,))}
    hours = {h for text in record.hours for h in span(text)}
    weekdays = tuple(i for i, name in enumerate(WEEK) if name in days)
    return Window(record.id, record.charge, _months(record.months), weekdays, tuple(sorted(hours)))


def _months(given: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted({m - 1 for m in given}))


def span(text: str) -> list[int]:
    """The hours of the day in a span: `14-20` is 14 to 19, `22-6` goes over midnight."""
    begin, end = (int(part) for part in text.split("-"))
    return [h % HOURS for h in range(begin, end if end > begin else end + HOURS)]


def hour_of(moment: str) -> int:
    """The hour of the year (0..8759) of `07-23 17:00`."""
    month, day, hour = int(moment[:2]), int(moment[3:5]), int(moment[6:8])
    return MONTH_STARTS[month - 1] + HOURS * (day - 1) + hour


def highest(series: Series, wish: Any) -> tuple[int, ...]:
    """The hours of the highest values, at most one of each month or day; of equal ones the earlier."""
    every = np.arange(len(series))
    month = np.searchsorted([*MONTH_STARTS[1:], len(series)], every, side="right")
    apart = month if wish.apart == "month" else every // HOURS
    found: dict[int, int] = {}
    for hour in np.argsort(-series, kind="stable").tolist():
        if month[hour] + 1 in wish.months:
            found.setdefault(int(apart[hour]), hour)
        if len(found) == wish.count:
            break
    return tuple(sorted(found.values()))
