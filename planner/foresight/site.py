"""One site and period of a plan: its hours as arrays, its plant and meter, and what a kWh is worth to who runs it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.errors import BadInput
from planner.foresight.bill import Meter, calendar_of
from planner.foresight.plant import Engines, Stores, size_of
from planner.problem import Period
from planner.solve.ahead import Course, Guess, Run, joined, run

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
    generated: float = 0.0
    low: float = 0.0
    stuck: float = 0.0
    mended: float = 0.0
    curtailed: float = 0.0
    unserved: float = 0.0
    peak: float = 0.0
    left: float = 0.0


class SiteYear:
    """One site and period: its hours as arrays, its plant, and what a kWh is worth to who runs it."""

    def __init__(self, plan: Plan, hours: Hours, year: Hours) -> None:
        self.plan, self.hours, self.year = plan, hours, year
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
        self.stores = Stores(plan, hours, self.site)
        self.engines = Engines(plan, hours, self.site)

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
            kw = size_of(self.plan, self.hours, "renewables.kw", producer=producer["id"])
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

    def _weighed(self) -> tuple[Series, Series]:
        """USD per kWh bought, with carbon and the plan's limits in it; and what is off where it is covered."""
        asked = self.plan.problem["keys"].get("limits", {}).get("carbon_free") or {}
        share = 1.0 - self.clean if asked.get("grid") == "included" else np.ones(len(self.clean))
        carbon, brown = self._prices()
        short = brown * share * self.uncovered
        own = (self.price + self.green["share"] * self.green["usd_per_kwh"]) * self.factor + carbon * self.intensity
        return np.asarray(own + self.meter.hourly() + short), np.asarray(short)

    def _prices(self) -> tuple[float, float]:
        """USD per kgCO2e and per kWh that is not carbon-free in its hour: what is paid, and the plan's limits."""
        mine = [n for n in self.plan.limits if f"period={self.hours.period}]" in n.name]
        prices = {n.name.split("[")[0]: n.shadow_price_usd or 0.0 for n in mine}
        carbon = self.plan.problem["carbon_price_usd_per_kg"] * self.factor + prices.get("carbon.cap", 0.0)
        return carbon, prices.get("carbon_free.share", 0.0)

    def run(self, window: int, guess: Guess) -> Run:
        """The site run ahead of time, each stretch of hours by itself; what generators may give is for all of them."""
        used, parts = np.zeros(len(self.engines.built)), []
        for begin, end in self.hours.stretches:
            done = self._stretch(begin, end, window, guess, used)
            used = used + done.generated @ self.weight[begin:end]
            parts.append(done)
        return joined(parts)

    def _stretch(self, begin: int, end: int, window: int, guess: Guess, used: Series) -> Run:
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
            engines=self.engines.of(weight, used, self.factor, self._prices()),
        )
        most = float(course.load.max(initial=0.0)) + self.stores.kw
        cells = self.stores.of(begin, end, self.weight, self.price, self.factor)
        return run(_bounded(course, most), cells, window, guess)

    def planned(self) -> Run:
        """What the plan itself does."""
        made, bought, sold = (self._flow(role) for role in ("produced", "imported", "exported"))
        return Run(made, bought, sold, np.zeros(len(self.weight)), *self.stores.planned(), self.engines.planned())

    def count(self, done: Run) -> Sums:
        """Money, carbon and uncovered energy of a run, as the plan counts them."""
        w, burnt, planned = self.weight, self.engines.burnt(done, self.weight), self.stores.planned()[2]
        traded = self.price * done.imported - self.sale * done.exported
        usd = float(w @ traded) + self.stores.wear(done, w) + burnt.usd
        usd += self.green["share"] * self.green["usd_per_kwh"] * float(w @ done.imported)
        uncovered = (done.imported - np.minimum(done.imported, self.cover)) * self.uncovered
        co2 = float((w * self.intensity) @ done.imported) + burnt.co2
        usd += self.plan.problem["carbon_price_usd_per_kg"] * co2
        return Sums(
            usd=usd * self.factor + self.meter.usd(done.imported),
            brown=float(w @ uncovered) + burnt.brown,
            brown_grid=float((w * (1 - self.clean)) @ uncovered) + burnt.brown,
            co2=co2,
            imported=float(w @ done.imported),
            generated=burnt.kwh,
            low=burnt.low,
            stuck=burnt.stuck,
            mended=burnt.mended * self.factor,
            curtailed=float(w @ (self.potential - done.taken)),
            unserved=float(w @ done.unserved),
            peak=float(done.imported.max(initial=0.0)),
            left=float(sum((done.level - planned)[:, end - 1].sum() for _, end in self.hours.stretches)),
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
