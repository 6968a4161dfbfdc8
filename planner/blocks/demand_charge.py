"""Demand charge: a price on each month's peak, on peaks in windows of hours, and on contracted capacity.

Without a `demand` or `contract` key of the site:
    import(t) <= month_kw of its month                                                engines expand it
    cost: month_kw x rate, for every month of the period                              account 'demand_charge'
With one, the hours are cut into cells: those of a month (or stretch) that lie in the same windows.
    import(t) <= peak_kw of its cell                                                  engines expand it
    month_kw  >= factor x peak_kw of the month's cells                                'demand.month[...]'
    month_kw  >= ratchet x factor x peak_kw of cells of the months looked back to     'demand.month[...]'
    month_kw  >= minimum x contracted capacity, or (where the plan chooses it) x factor x peak_kw of every cell
    window_kw >= factor x peak_kw of the month's cells in the window                  'demand.window[...]'
    capacity  >= factor x peak_kw of every cell                                       'demand.capacity[...]'
    cost: window_kw x the window's rate                                               account 'demand_charge'
          capacity x its rate                                                         account 'capacity_charge'

A year repeats itself: a ratchet looks from January back to December of the same period.

| symbol | name in code | unit | meaning |
| month_kw | grid.month_kw[site,period,month] | kW | the demand billed for a month |
| peak_kw | grid.peak_kw[site,period,cell] | kW | the highest hourly import of a cell |
| window_kw | grid.window_kw[site,period,month,window] | kW | the demand billed for a month's window |
| capacity | grid.capacity_kw[site,period] | kW | what is contracted |
| factor | grid.demand.interval_factor | - | billed peak (of 15 minutes, say) over the mean of its hour |
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from planner.hours import hour_months, in_month
from planner.model import Col, Model, Peak, name_of
from planner.options.types import OptionSet
from planner.places import in_window, months_billed, power
from planner.problem import Period, Problem, Ratchet, Site, Tariff

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """Hours that are billed alike: the months (0..11) and windows that count them, and the column of their peak."""

    name: str
    months: frozenset[int]
    windows: frozenset[str]
    peak: Col


@dataclass(frozen=True, slots=True)
class Meter:
    """A site's meter in a period."""

    m: Model
    site: Site
    period: Period

    @property
    def keys(self) -> dict[str, str]:
        return {"site": self.site.id, "period": self.period.name}

    def column(self, family: str, keys: Mapping[str, str], lo: float = 0.0, hi: float = np.inf, kind: str = "") -> Col:
        name, origin = name_of(family, **self.keys, **keys), self.site.grid.origin
        return self.m.column(name, origin=origin, unit="kW", lo=lo, hi=hi, kind=kind, item="grid capacity")

    def charge(self, account: str, item: str, column: Col, months: float, rate: float) -> None:
        self.m.cost(
            account,
            item,
            column,
            quantity=months,
            unit="kW-months",
            unit_price=rate,
            factor=self.period.value_factor,
            origin=self.site.grid.origin,
            site=self.site.id,
            period=self.period.name,
        )

    def billed(self, family: str, column: Col, shares: Mapping[str, tuple[Col, float]], **more: str) -> None:
        """`column >= share x peak` of each cell."""
        for cell, (peak, share) in shares.items():
            name = name_of(family, **self.keys, **more, cell=cell)
            self.m.row(name, {column: 1.0, peak: -share}, ">=", origin=self.site.grid.origin)


def build(m: Model, problem: Problem, options: OptionSet) -> None:
    for site in problem.sites:
        for period in problem.periods:
            meter = Meter(m, site, period)
            if site.grid.tariff is None:
                _plain(meter)
            else:
                _tariff(meter, site.grid.tariff)


def _plain(meter: Meter) -> None:
    grid, peaks = meter.site.grid, []
    for month, count in months_billed(meter.period).items() if grid.demand_charge_usd_per_kw_month else ():
        column = meter.column("grid.month_kw", {"month": str(month + 1)}, hi=grid.connection_kw)
        rate = grid.demand_charge_usd_per_kw_month
        meter.charge("demand_charge", f"month {month + 1}", column, count, rate)
        peaks.append(Peak(column, in_month(meter.period.calendar, month)))
    if peaks:
        power(meter.m, meter.site.id, meter.period).meter("grid", peaks=peaks)


def _tariff(meter: Meter, tariff: Tariff) -> None:
    rate, billed = meter.site.grid.demand_charge_usd_per_kw_month, months_billed(meter.period)
    if not rate and not tariff.windows and not tariff.capacity_usd_per_kw_month:
        return
    cells = _cells(meter, tariff, set(billed))
    for month, count in billed.items():
        if rate:
            _month(meter, tariff, cells, month, count)
        for window in tariff.windows:
            mine = {c.name: (c.peak, tariff.peak_factor) for c in cells if month in c.months and window.id in c.windows}
            if mine and month in window.months:
                keys = {"month": str(month + 1), "window": window.id}
                column = meter.column("grid.window_kw", keys)
                meter.charge("demand_charge", f"{window.id}, month {month + 1}", column, count, window.usd_per_kw_month)
                meter.billed("demand.window", column, mine, **keys)
    _capacity(meter, tariff, cells, sum(billed.values()))


def _cells(meter: Meter, tariff: Tariff, billed: set[int]) -> list[Cell]:
    """The hours by the months and windows that count them; those of months that are not billed count nowhere."""
    calendar = meter.period.calendar
    found: dict[tuple[tuple[int, ...], tuple[str, ...]], list[int]] = defaultdict(list)
    within = [in_window(meter.period, window) for window in tariff.windows]
    for hour, of_hour in enumerate(np.stack(hour_months(calendar), axis=1).tolist()):
        mine = set(of_hour) & billed
        inside = (w for w, yes in zip(tariff.windows, within, strict=True) if yes[hour] and mine & set(w.months))
        if mine:
            found[tuple(sorted(mine)), tuple(sorted(w.id for w in inside))].append(hour)
    cells = []
    for (months, windows), at in sorted(found.items()):
        name = "+".join(["-".join(str(month + 1) for month in months), *windows])
        peak = meter.column("grid.peak_kw", {"cell": name}, hi=meter.site.grid.connection_kw)
        hours = np.zeros(len(calendar), dtype=bool)
        hours[at] = True
        power(meter.m, meter.site.id, meter.period).meter("grid", peaks=[Peak(peak, hours)])
        cells.append(Cell(name, frozenset(months), frozenset(windows), peak))
    return cells


def _month(meter: Meter, tariff: Tariff, cells: list[Cell], month: int, count: float) -> None:
    """A month's billed demand: its own peak, a part of those before it, a part of what is contracted."""
    least = tariff.minimum_share * (tariff.capacity_kw or 0.0)
    column = meter.column("grid.month_kw", {"month": str(month + 1)}, lo=least)
    rate = meter.site.grid.demand_charge_usd_per_kw_month
    meter.charge("demand_charge", f"month {month + 1}", column, count, rate)
    before = looked_back(tariff.ratchet, month)
    shares = {}
    for cell in cells:
        share = 1.0 if month in cell.months else 0.0
        if tariff.ratchet is not None and cell.months & before:
            share = max(share, tariff.ratchet.share)
        if tariff.plan_capacity:
            share = max(share, tariff.minimum_share)
        if share:
            shares[cell.name] = cell.peak, share * tariff.peak_factor
    meter.billed("demand.month", column, shares, month=str(month + 1))


def looked_back(ratchet: Ratchet | None, month: int) -> set[int]:
    """The months (0..11) that a month's bill looks back to."""
    return set() if ratchet is None else {(month - k) % MONTHS for k in range(1, ratchet.months + 1)} & set(ratchet.of)


def _capacity(meter: Meter, tariff: Tariff, cells: list[Cell], months: float) -> None:
    fixed = tariff.capacity_kw
    if not tariff.capacity_usd_per_kw_month or (fixed is None and not tariff.plan_capacity):
        return
    lo, hi = (0.0, np.inf) if fixed is None else (fixed, fixed)
    column = meter.column("grid.capacity_kw", {}, lo, hi, kind="contracted")
    rate = tariff.capacity_usd_per_kw_month
    meter.charge("capacity_charge", "contracted capacity", column, months, rate)
    if fixed is None:
        shares = {cell.name: (cell.peak, tariff.peak_factor) for cell in cells}
        meter.billed("demand.capacity", column, shares)
