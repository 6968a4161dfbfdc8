"""Plan -> what its sizes cost and how carbon-free they are when each hour is decided by looking a day or two ahead.

A plan's dispatch knows every hour of its year. Here the same machines, MW and MWh are run without that knowledge,
twice: with the next hours known exactly (what looking no further costs), and with them guessed to be as the day before
(what not knowing costs too). An operator weighs energy as the plan does: at its price, the carbon price, and the shadow
prices of the plan's limits on carbon and on uncovered energy. Money, carbon and shares are then counted as the plan
counts them, but for what a store holds at the end and did not at the start.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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

BILL = ("demand_charge", "capacity_charge", "coincident_peak", "untaken_energy")
OPERATION = ("energy", "export", "wear", *BILL)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A way to run a plan's sizes; money, energy and carbon by year of the horizon."""

    how: str
    cost_usd: float
    """Of the whole plan."""
    more_usd: float
    """Than the plan."""
    carbon_free_own: float | None
    carbon_free_with_grid: float | None
    co2_kg: float
    imported_kwh: float
    curtailed_kwh: float
    unserved_kwh: float
    peak_import_kw: float
    left_kwh: float
    """In the stores at the end, more than at the start: it is in none of the money."""
    short_of_asked: float | None
    """By how much the carbon-free share misses what the scenario asks of it; none where it asks nothing."""


@dataclass(slots=True)
class _Sums:
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


def worth(plan: Plan, window: int) -> list[Outcome]:
    """The plan, then its sizes with the next `window` hours known, and guessed. Raises BadInput without hours."""
    if not plan.hours:
        raise BadInput("this plan holds no hours: solve again without --no-hourly")
    buses = [_Site(plan, hours) for hours in plan.hours if hours.bus == "power"]
    planned = _sums(bus.count(bus.planned()) for bus in buses)
    ways: list[tuple[str, Guess]] = [
        (f"the next {window} hours known", "known"),
        (f"the next {window} hours as the day before", "yesterday"),
    ]
    found = [_outcome(plan, "the plan: the whole year known", planned, planned)]
    for how, guess in ways:
        found.append(_outcome(plan, how, _sums(bus.count(bus.run(window, guess)) for bus in buses), planned))
    return found


def _sums(parts: Iterator[_Sums]) -> _Sums:
    total = _Sums()
    for part in parts:
        for name in _Sums.__slots__:
            both = (getattr(total, name), getattr(part, name))
            setattr(total, name, max(both) if name == "peak" else sum(both))
    return total


def _outcome(plan: Plan, how: str, sums: _Sums, planned: _Sums) -> Outcome:
    head, years = plan.headline[0], float(plan.problem["finance"]["horizon_years"])
    more = (sums.usd - planned.usd) / years
    used = head.energy_kwh_per_year * years

    def share(given: float | None, change: float) -> float | None:
        return None if given is None or not used else given - change / used

    own = share(head.carbon_free_share_own, sums.brown - planned.brown)
    grid = share(head.carbon_free_share_with_grid, sums.brown_grid - planned.brown_grid)
    asked = plan.problem["keys"].get("limits", {}).get("carbon_free")
    reached = own if asked and asked["grid"] != "included" else grid
    return Outcome(
        how=how,
        cost_usd=head.cost_usd_per_year + more,
        more_usd=more,
        carbon_free_own=own,
        carbon_free_with_grid=grid,
        co2_kg=head.co2_location_kg_per_year + (sums.co2 - planned.co2) / years,
        imported_kwh=sums.imported / years,
        curtailed_kwh=sums.curtailed / years,
        unserved_kwh=sums.unserved / years,
        peak_import_kw=sums.peak,
        left_kwh=sums.left,
        short_of_asked=None if not asked or reached is None else max(0.0, asked["share"] - reached),
    )


class _Site:
    """One site and period: its hours as arrays, its store, and what a kWh is worth to who runs it."""

    def __init__(self, plan: Plan, hours: Hours) -> None:
        self.plan, self.hours = plan, hours
        self.site = next(s for s in plan.problem["sites"] if s["id"] == hours.site)
        period = next(p for p in plan.problem["periods"] if p["name"] == hours.period)
        self.factor = float(period["value_factor"])
        self.weight = np.array(hours.weight)
        self.price = self._series("price_usd_per_kwh")
        self.intensity = self._series("intensity_kg_per_kwh")
        self.clean = self._series("carbon_free_fraction")
        self.sale = self._series("export_usd_per_kwh")
        self.meter = self._meter(period)
        self.store = self._store()

    def _series(self, name: str) -> Series:
        return np.array(self.hours.series.get(name, [0.0] * len(self.hours.hour)))

    def _flow(self, *roles: str) -> Series:
        found = [np.array(kw) for name, kw in self.hours.dispatch.items() if name.split(".")[0] in roles]
        return np.asarray(np.sum([np.zeros(len(self.weight)), *found], axis=0))

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
        size = {id: (self._size("battery.kw", id), self._size("battery.kwh", id)) for id in used}
        built = [id for id in used if min(size[id]) > 0]
        if len(built) > 1:
            text = f"{self.hours.site} has {len(built)} stores, and only one can be run ahead of time"
            raise BadInput(f"{text}: {', '.join(built)}")
        if not built:
            return None
        record = next(b for b in self.site["batteries"] if b["id"] == built[0])
        return {**record, "kw": size[built[0]][0], "kwh": size[built[0]][1]}

    def _size(self, family: str, id: str) -> float:
        place = {"site": self.hours.site, "period": self.hours.period, "battery": id}
        return sum(c.value for c in self.plan.columns if c.family == family and place.items() <= c.keys.items())

    def _weighed(self) -> Series:
        """USD per kWh bought, with carbon and what the plan's limits make of it."""
        problem, period = self.plan.problem, self.hours.period
        mine = [n for n in self.plan.limits if f"period={period}]" in n.name]
        prices = {n.name.split("[")[0]: n.shadow_price_usd or 0.0 for n in mine}
        asked = problem["keys"].get("limits", {}).get("carbon_free") or {}
        uncovered = 1.0 - self.clean if asked.get("grid") == "included" else np.ones(len(self.clean))
        carbon = problem["carbon_price_usd_per_kg"] * self.factor + prices.get("carbon.cap", 0.0)
        own = self.price * self.factor + carbon * self.intensity + self.meter.hourly()
        return np.asarray(own + prices.get("carbon_free.share", 0.0) * uncovered)

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
        sold = "export_usd_per_kwh" in self.hours.series
        course = Course(
            load=self._flow("draw")[hour],
            free=self._flow("produced", "curtailed")[hour],
            buy=weight * self._weighed()[hour],
            sell=weight * self.factor * self.sale[hour],
            weight=weight,
            connection_kw=min(_most(grid["connection_kw"]), _contracted(grid.get("tariff"))),
            export_kw=(grid["export_kw"] or 0.0) if sold else 0.0,
            meter=self.meter.cell[hour],
            target_kw=self.meter.target_kw,
            peak_usd_per_kw=self.meter.usd_per_kw,
        )
        most = float(course.load.max(initial=0.0)) + (self.store["kw"] if self.store else 0.0)
        return run(_bounded(course, most), self._cell(begin, end), window, guess)

    def planned(self) -> Run:
        """What the plan itself does."""
        none = np.zeros(len(self.weight))
        roles = ("produced", "imported", "exported", "charge", "discharge", "level")
        made, bought, sold, put, out, level = (self._flow(role) for role in roles)
        return Run(made, bought, sold, put, out, level, none)

    def count(self, done: Run) -> _Sums:
        """Money, carbon and uncovered energy of a run, as the plan counts them."""
        w, wear = self.weight, self.store["wear_usd_per_kwh"] if self.store else 0.0
        usd = float(w @ (self.price * done.imported - self.sale * done.exported + wear * done.discharge)) * self.factor
        usd += self.meter.usd(done.imported)
        co2 = float((w * self.intensity) @ done.imported)
        usd += self.plan.problem["carbon_price_usd_per_kg"] * self.factor * co2
        potential = self._flow("produced", "curtailed")
        return _Sums(
            usd=usd,
            brown=float(w @ done.imported),
            brown_grid=float((w * (1 - self.clean)) @ done.imported),
            co2=co2,
            imported=float(w @ done.imported),
            curtailed=float(w @ (potential - done.taken)),
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
    from dataclasses import replace

    connection = min(course.connection_kw, 2 * most_kw + 1.0)
    return replace(course, connection_kw=connection, target_kw=np.minimum(course.target_kw, connection))
