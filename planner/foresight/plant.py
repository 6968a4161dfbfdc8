"""What a site of a plan can steer: its stores and its generators, at the sizes that the plan gave them."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.places import HOURS_PER_YEAR
from planner.solve.ahead import Cell, Engine, Run

if TYPE_CHECKING:
    from planner.plan.schema import Hours, Plan
    from planner.problem import Series

Record = dict[str, Any]
COUNTED = 0.01
"""kW that a generator runs, or lacks to its least load, at least, for an hour to count."""


def size_of(plan: Plan, hours: Hours, family: str, **keys: str) -> float:
    """The sum of a family's columns at the site and in the period of these hours."""
    place = {"site": hours.site, "period": hours.period, **keys}
    return sum(c.value for c in plan.columns if c.family == family and place.items() <= c.keys.items())


def _named(hours: Hours, role: str) -> list[str]:
    return sorted(name.partition(".")[2] for name in hours.dispatch if name.startswith(f"{role}."))


def _flows(hours: Hours, role: str, ids: list[str]) -> Series:
    """kW or kWh (K, T)."""
    given = [hours.dispatch.get(f"{role}.{id}", [0.0] * len(hours.hour)) for id in ids]
    return np.array(given).reshape(len(ids), len(hours.hour))


class Stores:
    """The stores of a site and period that hold anything: `built`, with the `kw` and `kwh` that may be used."""

    def __init__(self, plan: Plan, hours: Hours, site: Record) -> None:
        self.hours = hours
        offered = {b["id"]: b for b in site["batteries"]}
        self.built: list[Record] = []
        for id in _named(hours, "charge"):
            kw, kwh = (size_of(plan, hours, f"battery.{unit}", battery=id) for unit in ("kw", "kwh"))
            kept = size_of(plan, hours, "outage.reserve_kwh", battery=id)
            if kw > 0 and kwh - kept > 0:
                self.built.append({**offered[id], "kw": kw, "kwh": kwh - kept})
        self.ids = [s["id"] for s in self.built]
        self.kw = float(sum(s["kw"] for s in self.built))

    def of(self, begin: int, end: int, weight: Series, price: Series, factor: float) -> list[Cell]:
        """The stores in the hours from `begin` to `end`, from the levels that the plan has there; `price` (T,)."""
        return [self._cell(s, slice(begin, end), weight, price, factor) for s in self.built]

    def _cell(self, s: Record, hour: slice, weight: Series, price: Series, factor: float) -> Cell:
        through = s["charge_efficiency"] * s["discharge_efficiency"]
        return Cell(
            power=s["kw"],
            power_out=s["kw"],
            energy=s["kwh"] * s["usable_fraction"],
            keep=1 - s["standing_loss_per_hour"],
            charge=s["charge_efficiency"],
            discharge=s["discharge_efficiency"],
            wear=weight[hour] * s["wear_usd_per_kwh"] * factor,
            may=price[hour] * (1 - through) >= -s["wear_usd_per_kwh"] * through,
            level=float(self.hours.dispatch[f"level.{s['id']}"][hour.stop - 1]),
        )

    def planned(self) -> tuple[Series, Series, Series]:
        """What they charge, discharge and hold in the plan (K, T)."""
        charge, discharge, level = (_flows(self.hours, role, self.ids) for role in ("charge", "discharge", "level"))
        return charge, discharge, level

    def wear(self, done: Run, weight: Series) -> float:
        """USD of what is discharged."""
        each = np.array([s["wear_usd_per_kwh"] for s in self.built])
        return float(each @ (done.discharge @ weight))


@dataclass(frozen=True, slots=True)
class Burnt:
    """Of a site's generators over its hours: kWh, USD, kgCO2e, kWh not carbon-free.

    `low`: hours below a least load; `stuck`: those in which nothing else gives as much as units would have to run
    higher for; `mended`: USD that running at the least load in the others costs at most.
    """

    kwh: float
    usd: float
    co2: float
    brown: float
    low: float
    stuck: float
    mended: float


class Engines:
    """The generators of a site and period that stand: `built`, each with the `kw` that may run."""

    def __init__(self, plan: Plan, hours: Hours, site: Record) -> None:
        self.plan, self.hours = plan, hours
        sizes = [(g, size_of(plan, hours, "generators.kw", generator=g["id"])) for g in site.get("generators", [])]
        self.built: list[Record] = [{**g, "kw": kw} for g, kw in sizes if kw > 0]
        self.usd = np.array([g["fuel_usd_per_kwh"] / g["efficiency"] + g["running_usd_per_kwh"] for g in self.built])
        self.co2 = np.array([g["fuel_kg_per_kwh"] / g["efficiency"] for g in self.built])
        self.brown = np.array([0.0 if g["carbon_free"] else 1.0 for g in self.built])

    def of(self, weight: Series, used: Series, factor: float, prices: tuple[float, float]) -> tuple[Engine, ...]:
        """Steps of the hours of these weights, when they have given `used` kWh; fuel with carbon and limits in it.

        `prices`: USD per kgCO2e and per kWh that is not carbon-free, of the whole horizon.
        """
        carbon, uncovered = prices
        found = []
        for k, g in enumerate(self.built):
            each = self.usd[k] * factor + carbon * self.co2[k] + uncovered * self.brown[k] + self._scarce(g)
            found.append(Engine(g["kw"], weight * each, max(0.0, self._most(g) - float(used[k]))))
        return tuple(found)

    def _scarce(self, g: Record) -> float:
        """USD that one kWh of the full-load hours that a permit leaves is worth to the plan."""
        place = {"site": self.hours.site, "generator": g["id"], "period": self.hours.period}
        name = f"generators.hours[{','.join(f'{key}={value}' for key, value in place.items())}]"
        return sum(n.shadow_price_usd or 0.0 for n in self.plan.limits if n.name == name)

    def _most(self, g: Record) -> float:
        """kWh over all hours that a permit leaves."""
        share = float(sum(self.hours.weight)) / HOURS_PER_YEAR
        return inf if g["full_load_hours"] is None else float(g["full_load_hours"] * g["kw"] * share)

    def planned(self) -> Series:
        """What each gives in the plan, kW (G, T)."""
        return _flows(self.hours, "generated", [g["id"] for g in self.built])

    def burnt(self, done: Run, weight: Series) -> Burnt:
        """What a run burns, as the plan counts it."""
        made = done.generated @ weight
        lack = np.array([self._lack(g, kw) for g, kw in zip(self.built, done.generated, strict=True)])
        lack = lack.reshape(len(self.built), len(weight))
        low = np.any(lack > 0.0, axis=0)
        stuck = low & (lack.sum(axis=0) > done.imported + done.taken + COUNTED)
        usd, co2, brown = (float(each @ made) for each in (self.usd, self.co2, self.brown))
        mended = float(self.usd @ (lack @ (weight * ~stuck)))
        return Burnt(float(made.sum()), usd, co2, brown, float(weight @ low), float(weight @ stuck), mended)

    def _lack(self, g: Record, kw: Series) -> Series:
        """What each hour lacks to the least load of as many units as it takes, kW, as `plan/least_load.py` has it."""
        unit = g["kw"] if g["unit_kw"] is None else g["unit_kw"]
        units = np.ceil(kw / unit - COUNTED / unit)
        lack = np.where(kw > COUNTED, units * g["least_load"] * unit - kw, 0.0)
        return np.where(lack > COUNTED, lack, 0.0)
