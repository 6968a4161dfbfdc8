"""One site and period of a plan: its hours as arrays, its store and meter, and what a kWh is worth to who runs it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.errors import BadInput
from planner.foresight.bill import Meter, calendar_of
from planner.problem import Period
from planner.solve.ahead import Cell, Course, Guess, Run, run

if TYPE_CHECKING:
    from planner.plan.schema import Hours, Plan
    from planner.problem import Series


@dataclass(slots=True)
class Sums:
    """Over all buses of a way to run them."""

    usd: float = 0.0
    brown: float = 0.0
    brown_grid: float = 0.0
    co2: float = 0.0
    imported: float = 0.0
    curtailed: float = 0.0
    unserved: float = 0.0
    peak: float = 0.0
    left: float = 0.0


class SiteYear:
    """One site and period: its hours as arrays, its store, and what a kWh is worth to who runs it."""

    def __init__(self, plan: Plan, hours: Hours, year: Hours) -> None:
        self.plan, self.hours, self.year = plan, hours, year
        burning = sorted(name.partition(".")[2] for name in hours.dispatch if name.startswith("generated."))
        if burning:
            raise BadInput(f"{hours.site} has {', '.join(burning)}: a site with generators cannot be run ahead of time")
        self.site = next(s for s in plan.problem["sites"] if s["id"] == hours.site)
        period = next(p for p in plan.problem["periods"] if p["name"] == hours.period)
        self.factor = float(period["value_factor"])
        self.weight = np.array(hours.weight)
        self.price = self._series("price_usd_per_kwh")
        self.intensity = self._series("intensity_kg_per_kwh")
        self.clean = self._series("carbon_free_fraction")
        self.sale = self._series("export_usd_per_kwh")
        self.green = self.site["grid"].get("green") or {"usd_per_kwh": 0.0, "share": 0.0, "hourly": False}
        self.uncovered = 1.0 - (self.green["share"] if self.green["hourly"] else 0.0)
        self.cover = self._cover()
        self.potential = self._potential()
        self.meter = self._meter(period)
        self.store = self._store()

    def _series(self, name: str) -> Series:
        return np.array(self.year.series.get(name, [0.0] * len(self.hours.hour)))

    def _flow(self, *roles: str) -> Series:
        found = [np.array(kw) for name, kw in self.hours.dispatch.items() if name.split(".")[0] in roles]
        return np.asarray(np.sum([np.zeros(len(self.weight)), *found], axis=0))

    def _cover(self) -> Series:
        """What agreements deliver that counts by the hour here, kW (T,)."""
        total = np.zeros(len(self.weight))
        for ppa in self.site.get("contracts", ()):
            if ppa["counts"] == "hourly" and ppa["local"]:
                mine = (c for c in self.plan.columns if c.family == "ppa.kw" and c.keys.get("ppa") == ppa["id"])
                kw = sum(c.value for c in mine if c.keys.get("site") == self.hours.site)
                total = total + kw * self._series(f"delivered.{ppa['id']}")
        return total

    def _potential(self) -> Series:
        """What the plan's producers could give, kW (T,): as the plan has it, or by the other year's weather."""
        if self.year is self.hours:
            return self._flow("produced", "curtailed")
        total = np.zeros(len(self.weight))
        for producer in self.site["producers"]:
            kw = self._size("renewables.kw", producer=producer["id"])
            name = f"capacity_factor.{producer['id']}"
            if kw and name not in self.year.series:
                raise BadInput(f"the other year has no {name} of {self.hours.site}")
            total = total + kw * self._series(name)
        return total

    def _meter(self, period: dict[str, Any]) -> Meter:
        h = self.hours
        start, end = (date.fromisoformat(period[key]) for key in ("start", "end"))
        calendar = calendar_of(h.hour, h.weight, h.stretches, h.months)
        made = Period(h.period, start, end, period["begin"], period["years"], calendar, self.factor)
        place = {"site": h.site, "period": h.period}
        mine = (c for c in self.plan.columns if c.family == "grid.capacity_kw" and place.items() <= c.keys.items())
        return Meter(self.site["grid"], made, self._flow("imported"), sum(c.value for c in mine))

    def _store(self) -> dict[str, Any] | None:
        used = sorted(name.partition(".")[2] for name in self.hours.dispatch if name.startswith("charge."))
        size = {id: tuple(self._size(f"battery.{unit}", battery=id) for unit in ("kw", "kwh")) for id in used}
        built = [id for id in used if min(size[id]) > 0]
        if len(built) > 1:
            text = f"{self.hours.site} has {len(built)} stores, and only one can be run ahead of time"
            raise BadInput(f"{text}: {', '.join(built)}")
        if not built:
            return None
        record = next(b for b in self.site["batteries"] if b["id"] == built[0])
        kept = self._size("outage.reserve_kwh", battery=built[0])
        return {**record, "kw": size[built[0]][0], "kwh": size[built[0]][1] - kept}

    def _size(self, family: str, **keys: str) -> float:
        place = {"site": self.hours.site, "period": self.hours.period, **keys}
        return sum(c.value for c in self.plan.columns if c.family == family and place.items() <= c.keys.items())

    def _weighed(self) -> tuple[Series, Series]:
        """USD per kWh bought, with carbon and the plan's limits in it; and what is off where it is covered."""
        problem, period = self.plan.problem, self.hours.period
        mine = [n for n in self.plan.limits if f"period={period}]" in n.name]
        prices = {n.name.split("[")[0]: n.shadow_price_usd or 0.0 for n in mine}
        asked = problem["keys"].get("limits", {}).get("carbon_free") or {}
        share = 1.0 - self.clean if asked.get("grid") == "included" else np.ones(len(self.clean))
        short = prices.get("carbon_free.share", 0.0) * share * self.uncovered
        carbon = problem["carbon_price_usd_per_kg"] * self.factor + prices.get("carbon.cap", 0.0)
        own = (self.price + self.green["share"] * self.green["usd_per_kwh"]) * self.factor + carbon * self.intensity
        return np.asarray(own + self.meter.hourly() + short), np.asarray(short)

    def _cell(self, begin: int, end: int) -> Cell:
        s = self.store
        hour = slice(begin, end)
        if s is None:
            none = np.zeros(end - begin)
            return Cell(0.0, 0.0, 0.0, 1.0, 1.0, 1.0, none, none > 1, 0.0)
        through = s["charge_efficiency"] * s["discharge_efficiency"]
        may = self.price[hour] * (1 - through) >= -s["wear_usd_per_kwh"] * through
        wear = self.weight[hour] * s["wear_usd_per_kwh"] * self.factor
        return Cell(
            power=s["kw"],
            power_out=s["kw"],
            energy=s["kwh"] * s["usable_fraction"],
            keep=1 - s["standing_loss_per_hour"],
            charge=s["charge_efficiency"],
            discharge=s["discharge_efficiency"],
            wear=wear,
            may=may,
            level=float(np.array(self.hours.dispatch[f"level.{s['id']}"])[end - 1]),
        )

    def run(self, window: int, guess: Guess) -> Run:
        """The site run ahead of time, each stretch of hours by itself."""
        parts = [self._stretch(begin, end, window, guess) for begin, end in self.hours.stretches]
        return Run(*(np.concatenate([getattr(p, name) for p in parts]) for name in Run.__slots__))

    def _stretch(self, begin: int, end: int, window: int, guess: Guess) -> Run:
        hour, grid = slice(begin, end), self.site["grid"]
        weight = self.weight[hour]
        sold = "export_usd_per_kwh" in self.year.series
        buy, off = self._weighed()
        course = Course(
            load=self._flow("draw")[hour],
            free=self.potential[hour],
            buy=weight * buy[hour],
            sell=weight * self.factor * self.sale[hour],
            weight=weight,
            connection_kw=min(_most(grid["connection_kw"]), _contracted(grid.get("tariff"))),
            export_kw=(grid["export_kw"] or 0.0) if sold else 0.0,
            meter=self.meter.cell[hour],
            target_kw=self.meter.target_kw,
            peak_usd_per_kw=self.meter.usd_per_kw,
            covered_kw=self.cover[hour],
            covered_usd=weight * off[hour],
        )
        most = float(course.load.max(initial=0.0)) + (self.store["kw"] if self.store else 0.0)
        return run(_bounded(course, most), self._cell(begin, end), window, guess)

    def planned(self) -> Run:
        """What the plan itself does."""
        none = np.zeros(len(self.weight))
        roles = ("produced", "imported", "exported", "charge", "discharge", "level")
        made, bought, sold, put, out, level = (self._flow(role) for role in roles)
        return Run(made, bought, sold, put, out, level, none)

    def count(self, done: Run) -> Sums:
        """Money, carbon and uncovered energy of a run, as the plan counts them."""
        w, wear = self.weight, self.store["wear_usd_per_kwh"] if self.store else 0.0
        usd = float(w @ (self.price * done.imported - self.sale * done.exported + wear * done.discharge)) * self.factor
        usd += self.meter.usd(done.imported)
        usd += self.green["share"] * self.green["usd_per_kwh"] * float(w @ done.imported) * self.factor
        uncovered = (done.imported - np.minimum(done.imported, self.cover)) * self.uncovered
        co2 = float((w * self.intensity) @ done.imported)
        usd += self.plan.problem["carbon_price_usd_per_kg"] * self.factor * co2
        return Sums(
            usd=usd,
            brown=float(w @ uncovered),
            brown_grid=float((w * (1 - self.clean)) @ uncovered),
            co2=co2,
            imported=float(w @ done.imported),
            curtailed=float(w @ (self.potential - done.taken)),
            unserved=float(w @ done.unserved),
            peak=float(done.imported.max(initial=0.0)),
            left=sum(float(done.level[end - 1] - self._flow("level")[end - 1]) for _, end in self.hours.stretches),
        )


def _most(kw: float | None) -> float:
    return inf if kw is None else float(kw)


def _contracted(tariff: dict[str, Any] | None) -> float:
    """What is contracted of the connection, on the mean of an hour."""
    return _most(tariff["capacity_kw"]) / tariff["peak_factor"] if tariff else inf


def _bounded(course: Course, most_kw: float) -> Course:
    """Without infinities, which the recursion does not know: no more can be bought than is drawn and stored."""
    connection = min(course.connection_kw, 2 * most_kw + 1.0)
    return replace(course, connection_kw=connection, target_kw=np.minimum(course.target_kw, connection))
