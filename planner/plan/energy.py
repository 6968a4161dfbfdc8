"""Energy in the plan: flows over each period, the hours themselves, and the headline."""

from __future__ import annotations

import numpy as np

from planner.model import Bus, Model
from planner.money import Clock
from planner.plan.encode import tidy
from planner.plan.schema import Flow, Headline, Hours, Line, Tally
from planner.plan.tables import ZERO
from planner.problem import Problem, Series, Site
from planner.solve.solution import Dispatch, Solution

Parts = dict[tuple[str, str], Series]
LEVELS = ("level", "behind")
"""What a store holds, kWh: no power."""
PLACES = 6
"""Decimals kept in hourly kW and kWh: a thousandth of a watt."""


def flows(m: Model, s: Solution) -> list[Flow]:
    """Energy by role and part, per bus."""
    found = []
    for key, dispatch in sorted(s.dispatch.items()):
        bus = m.buses[key]
        for (role, who), kw in sorted(parts(bus, s, dispatch).items()):
            kwh = float(bus.calendar.weight @ kw)
            if role not in LEVELS and abs(kwh) > ZERO:
                found.append(
                    Flow(
                        site=bus.site,
                        period=bus.period,
                        role=role,
                        who=who,
                        kwh=tidy(kwh),
                        peak_kw=tidy(float(kw.max())),
                    )
                )
    return found


def parts(bus: Bus, s: Solution, dispatch: Dispatch) -> Parts:
    """Every part of a bus by (role, who), kW by hour; loads of one name added up."""
    found: Parts = {}

    def add(role: str, who: str, kw: Series) -> None:
        found[role, who] = found[role, who] + kw if (role, who) in found else kw

    for draw in bus.draws:
        if s.values[draw.column] > ZERO:
            add("draw", draw.who, draw.profile * s.values[draw.column])
    potential = [part.profile * s.values[part.column] for part in bus.produced]
    if dispatch.taken is not None:
        offered = np.sum(potential, axis=0)
        share = np.divide(dispatch.taken, offered, out=np.zeros_like(offered), where=offered > ZERO)
        for part, kw in zip(bus.produced, potential, strict=True):
            add("produced", part.who, kw * share)
            add("curtailed", part.who, kw * (1 - share))
    for imported, kw in zip(bus.imported, dispatch.imported, strict=True):
        add(imported.role, imported.who, kw)
    for exported, kw in zip(bus.exported, dispatch.exported, strict=True):
        add("exported", exported.who, kw)
    for role, series in (("charge", dispatch.charge), ("discharge", dispatch.discharge), ("level", dispatch.level)):
        for store, kw in zip(bus.stores, series, strict=True):
            if store.takes is None:
                add(role, store.who, kw)
    for store, put, out, level in zip(
        bus.stores, dispatch.charge, dispatch.discharge, dispatch.level, strict=True
    ):
        if store.takes is not None and float(s.values[store.energy]) > ZERO:
            taken, given = store.on_bus(put, out)
            add("draw", f"moved {store.who}", taken - given)
            add("behind", store.who, float(s.values[store.energy]) * store.usable - level)
    return found


def hours(m: Model, s: Solution, problem: Problem) -> list[Hours]:
    """The hours of every site's power bus, with the inputs the audit needs."""
    found = []
    for key, dispatch in sorted(s.dispatch.items()):
        bus = m.buses[key]
        calendar = bus.calendar
        series = {n: _round(calendar.take(v)) for n, v in _inputs(problem.site(bus.site)).items()}
        flow = {f"{role}.{who}": _round(kw) for (role, who), kw in sorted(parts(bus, s, dispatch).items())}
        found.append(
            Hours(
                bus=bus.name,
                site=bus.site,
                period=bus.period,
                hour=calendar.hour.tolist(),
                weight=[tidy(w) for w in calendar.weight.tolist()],
                stretches=list(calendar.stretches),
                months=[list(months) for months in calendar.months],
                series=series,
                dispatch=flow,
            )
        )
    return found


def _inputs(site: Site) -> dict[str, Series]:
    grid = site.grid
    found = {
        "carbon_free_fraction": grid.carbon_free_fraction,
        "intensity_kg_per_kwh": grid.intensity_kg_per_kwh,
        "price_usd_per_kwh": grid.price_usd_per_kwh,
        "temperature_c": site.temperature_c,
    }
    if grid.export_usd_per_kwh is not None:
        found["export_usd_per_kwh"] = np.minimum(grid.price_usd_per_kwh, grid.export_usd_per_kwh)
    if grid.marginal_kg_per_kwh is not None:
        found["marginal_kg_per_kwh"] = grid.marginal_kg_per_kwh
    for producer in site.producers:
        found[f"capacity_factor.{producer.id}"] = producer.capacity_factor
    for ppa in site.contracts:
        found |= {f"delivered.{ppa.id}": ppa.delivered, f"node_price.{ppa.id}": ppa.node_price_usd_per_kwh}
    for c in site.cooling:
        found |= {f"air_overhead.{c.id}": c.air_overhead, f"liquid_overhead.{c.id}": c.liquid_overhead}
        found |= {f"air_water.{c.id}": c.air_water, f"liquid_water.{c.id}": c.liquid_water}
    return dict(sorted(found.items()))


def _round(values: Series) -> list[float]:
    return [v + 0.0 for v in np.round(values, PLACES).tolist()]


def headline(problem: Problem, ledger: list[Line], tallies: list[Tally], peak_kw: float) -> Headline:
    """The plan in a few numbers, a year of the horizon on average."""
    years = problem.finance.horizon_years
    clock = Clock(problem.finance.cost_of_capital, years)
    cost = sum(line.amount_usd for line in ledger)

    def yearly(*names: str) -> float:
        return sum(t.quantity for t in tallies if t.tally in names) / years

    it, load = yearly("it_air_load_kwh", "it_liquid_load_kwh"), yearly("power_load_kwh")
    consumption = load + yearly("rented_kwh")
    purchases = [line.quantity * line.unit_price_usd for line in ledger if line.account == "purchase"]
    return Headline(
        levelised_cost_usd=tidy(cost),
        cost_usd_per_year=tidy(cost / years),
        net_present_cost_usd=tidy(cost / clock.level),
        purchase_usd=tidy(sum(purchases)),
        energy_kwh_per_year=tidy(consumption),
        it_energy_kwh_per_year=tidy(it),
        pue=tidy((load - yearly("metered_kwh")) / it) if it > 0 else None,
        co2_location_kg_per_year=tidy(yearly("co2_kg")),
        co2_market_kg_per_year=tidy(yearly("co2_market_kg")),
        embodied_kg_per_year=tidy(yearly("embodied_kg")),
        water_l_per_year=tidy(yearly("water_l")),
        carbon_free_share_own=tidy(1 - yearly("brown_kwh") / consumption) if consumption else None,
        carbon_free_share_with_grid=tidy(1 - yearly("brown_grid_kwh") / consumption) if consumption else None,
        peak_kw=tidy(peak_kw),
    )
