"""What the utility bills for the power of a run: peaks, windows, ratchets, contracts, the system's peaks.

    month_kw  = max(factor x peak of the month, ratchet share x factor x peaks looked back to, minimum x contracted)
    window_kw = factor x peak of the month's hours in the window
    capacity  = what is contracted; where the plan chose it, no less than factor x the highest peak
    untaken   = max(0, what is paid for taken or not - energy)
    coincident: rate x mean import in the hours named, each year

Hours of the same months and windows are a *cell*. A run aims at each cell's peak in the plan; over it, a kW costs what
its months and windows charge.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from planner.hours import hour_months, month_of_hour
from planner.model import Calendar
from planner.places import HOURS_PER_DAY, HOURS_PER_YEAR, in_window, months_billed
from planner.problem import Period, Ratchet, Series, Tariff, Window

MONTHS = 12
Record = dict[str, Any]
Index = np.ndarray[Any, np.dtype[np.int64]]


class Meter:
    """A site's meter in a period: the `cell` of each hour (T,), `target_kw` and `usd_per_kw` of each cell (G,)."""

    def __init__(self, grid: Record, period: Period, planned: Series, capacity_kw: float) -> None:
        self.period, self.calendar = period, period.calendar
        self.rate = float(grid["demand_charge_usd_per_kw_month"])
        self.coincident: list[Record] = (grid.get("tariff") or {}).get("coincident", [])
        self.tariff = _tariff(grid.get("tariff"))
        self.capacity_kw = capacity_kw
        self.billed = months_billed(period)
        self.within = {w.id: in_window(period, w) for w in self.tariff.windows}
        self.cell, self.cells = self._cells()
        self.target_kw = np.array([self._top(planned, self.cell == k) for k in range(len(self.cells))])
        self.usd_per_kw = np.array([self._overrun(months, windows) for months, windows in self.cells])

    def _cells(self) -> tuple[Index, list[tuple[tuple[int, ...], tuple[str, ...]]]]:
        found: dict[tuple[tuple[int, ...], tuple[str, ...]], list[int]] = defaultdict(list)
        for hour, months in enumerate(np.stack(hour_months(self.calendar), axis=1).tolist()):
            mine = set(months) & set(self.billed)
            inside = (w.id for w in self.tariff.windows if self.within[w.id][hour] and mine & set(w.months))
            found[tuple(sorted(mine)), tuple(inside)].append(hour)
        cell = np.zeros(len(self.calendar), dtype=np.int64)
        for k, at in enumerate(found.values()):
            cell[at] = k
        return cell, list(found)

    def _overrun(self, months: tuple[int, ...], windows: tuple[str, ...]) -> float:
        """USD that one kW more in a cell costs, in the least: its own months and windows."""
        named = [w for w in self.tariff.windows if w.id in windows]
        rates = [self.rate + sum(w.usd_per_kw_month for w in named if month in w.months) for month in months]
        usd = sum(rate * self.billed[month] for rate, month in zip(rates, months, strict=True))
        return usd * self.tariff.peak_factor * self.period.value_factor

    def _top(self, kw: Series, at: Any) -> float:
        return float(kw[at].max(initial=0.0))

    def hourly(self) -> Series:
        """USD per kWh imported that coincident peaks add (T,), value factor in it."""
        found = np.zeros(len(self.calendar))
        months, weight = hour_months(self.calendar), self.calendar.weight
        for peak in self.coincident:
            usd = peak["usd_per_kw_year"] * self.period.years * self.period.value_factor / len(peak["hours"])
            for hour in peak["hours"]:
                at = self.calendar.hour == hour
                if not at.any():
                    month = int(month_of_hour(np.array([hour]))[0])
                    same = self.calendar.hour % HOURS_PER_DAY == hour % HOURS_PER_DAY
                    at = np.any([m == month for m in months], axis=0) & same
                if at.any():
                    found[at] += usd / float(weight[at].sum())
        return found

    def usd(self, imported: Series) -> float:
        """The bill of a run's imports (T,) beyond its energy, levelised USD."""
        t, factor = self.tariff, self.tariff.peak_factor
        of = hour_months(self.calendar)
        counts = {month: np.any([months == month for months in of], axis=0) for month in self.billed}
        tops = {month: factor * self._top(imported, at) for month, at in counts.items()}
        contracted = max(self.capacity_kw, max(tops.values(), default=0.0)) if t.plan_capacity else t.capacity_kw or 0.0
        usd = 0.0
        for month, times in self.billed.items():
            least = max(tops[month], t.minimum_share * contracted, _looked_back(t.ratchet, month, tops))
            usd += self.rate * times * (least if self.rate else 0.0)
            for w in t.windows:
                top = factor * self._top(imported, counts[month] & self.within[w.id]) if month in w.months else 0.0
                usd += top * times * w.usd_per_kw_month
        usd += contracted * t.capacity_usd_per_kw_month * sum(self.billed.values())
        weight = self.calendar.weight
        owed = t.take_kwh_per_year * float(weight.sum()) / HOURS_PER_YEAR
        usd += max(0.0, owed - float(weight @ imported)) * t.untaken_usd_per_kwh
        return usd * self.period.value_factor + float((weight * self.hourly()) @ imported)


def _looked_back(ratchet: Ratchet | None, month: int, tops: dict[int, float]) -> float:
    if ratchet is None:
        return 0.0
    before = {(month - k) % MONTHS for k in range(1, ratchet.months + 1)} & set(ratchet.of) & set(tops)
    return ratchet.share * max((tops[m] for m in before), default=0.0)


def _tariff(record: Record | None) -> Tariff:
    """The tariff of a plan's problem, less its coincident peaks; months' peaks alone where there is none."""
    if record is None:
        return Tariff()
    windows = tuple(
        Window(w["id"], w["usd_per_kw_month"], tuple(w["months"]), tuple(w["weekdays"]), tuple(w["hours"]))
        for w in record["windows"]
    )
    r = record["ratchet"]
    ratchet = None if r is None else Ratchet(r["share"], r["months"], tuple(r["of"]))
    same = ("peak_factor", "capacity_kw", "plan_capacity", "capacity_usd_per_kw_month", "minimum_share")
    more = ("take_kwh_per_year", "untaken_usd_per_kwh")
    return Tariff(windows=windows, ratchet=ratchet, **{key: record[key] for key in (*same, *more)})


def calendar_of(hour: list[int], weight: list[float], stretches: Any, months: Any) -> Calendar:
    """The calendar of a plan's hours."""
    spans = tuple((int(a), int(b)) for a, b in stretches)
    return Calendar(np.array(hour, dtype=np.int64), np.array(weight), spans, tuple(tuple(m) for m in months))
