"""What the hours of a plan add up to: carbon-free shares, carbon, water, curtailment, cycles, peaks, cost, worth.

Shares by the hour follow each kilowatt-hour from its source (see `planner/plan/mixture.py`): surplus of one hour counts
in no other but through a store, whose losses are shared by what it holds. The annual ratio beside them is that of
volumes: what is made in the year over what is used in it, whenever either is. Consumption is what loads draw and what
rented machines draw elsewhere; a store's losses are no consumption.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass

import numpy as np

from planner.model import Bus, Model
from planner.plan.encode import tidy
from planner.plan.least_load import least_load
from planner.plan.metered import bought
from planner.plan.mixture import Stored, clean_share
from planner.plan.schema import Measure
from planner.plan.tables import SHOWN, ZERO, Books
from planner.problem import Battery, Period, Problem, Series
from planner.solve.solution import Dispatch, Solution

BILL_ACCOUNTS = ("demand_charge", "capacity_charge", "coincident_peak", "untaken_energy")
CONTRACT_ACCOUNTS = ("green_tariff", "ppa", "ppa_sale", "certificates")
ENERGY_ACCOUNTS = ("energy", "fuel", *BILL_ACCOUNTS, *CONTRACT_ACCOUNTS, "export", "wear")
OWNED_ACCOUNTS = ("purchase", "resale", "maintenance")
OF_YEARS = (
    *("embodied", "full_cycles", "full_cycles_over_life", "life_by_wear"),
    *("below_least_load", "below_least_load_stuck", "least_load_costs"),
    *("part_load_costs", "part_load_carbon", "starts"),
)
"""Measures of a bus that need the hours of whole years."""
KWH_PER_MWH = 1e3
DAYS_PER_YEAR = 365
WORN_OUT = 0.2
"""Part of a store's capacity that is lost when it is replaced: the same source's rule, and usual in warranties."""
MOST_YEARS = 100.0


@dataclass(frozen=True, slots=True)
class Sums:
    """What ratios are made of, over the hours of a bus or of several; kWh, kgCO2e, litres."""

    used: float
    hourly_own: float
    hourly_grid: float
    annual_own: float
    annual_grid: float
    location: float
    market: float
    embodied: float
    water: float
    water_grid: float

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


def measures(m: Model, s: Solution, problem: Problem, made: Books, *, first: bool = False) -> list[Measure]:
    """Every measure of a plan, by period and site; an empty site stands for all of them.

    `first`: the plan models the first hours of its periods only. What sets those hours beside whole years (what is
    owned, cycles in a year) is then no measure of anything, and left out.
    """
    found: list[Measure] = []
    for period in problem.periods:
        sums = []
        for key, dispatch in sorted(s.dispatch.items()):
            bus = m.buses[key]
            if bus.period == period.name:
                sums.append(_sums(m, s, bus, dispatch, made))
                found += _ratios(sums[-1], bus.site, period.name)
                found += _parts(s, bus, dispatch, problem, period)
                found += _by_year(m, s, bus, dispatch, problem.years)
                stated = least_load(m, s, bus, dispatch, problem, period)
                found += [measured(name, value, unit, *key[1:], who) for name, value, unit, who in stated]
        if len(sums) > 1:
            found += _ratios(sum(sums[1:], sums[0]), "", period.name)
    if first:
        return [r for r in found if r.measure not in OF_YEARS]
    return found + list(_costs(m, s, problem, made))


def measured(measure: str, value: float, unit: str, site: str, period: str, who: str = "") -> Measure:
    return Measure(measure=measure, who=who, site=site, period=period, value=tidy(value), unit=unit)


def _sums(m: Model, s: Solution, bus: Bus, dispatch: Dispatch, made: Books) -> Sums:
    def tally(name: str) -> float:
        places = (bus.site, bus.period)
        return sum(t.quantity for t in made.tallies if t.tally == name and (t.site, t.period) == places)

    def elsewhere(name: str) -> float:
        counts = (c for c in m.counts if (c.tally, c.site, c.period) == (name, bus.site, bus.period))
        return sum(c.per_unit * float(s.values[c.column]) for c in counts)

    weight, load = bus.calendar.weight, drawn(s, bus)
    own, grid = own_and_grid(s, bus, dispatch)
    rented = elsewhere("rented_kwh")
    supply = _supply(bus, dispatch)
    stores = _stores(bus, dispatch)
    hourly = [float((weight * load) @ clean_share(c, supply, stores, bus.calendar.stretches)) for c in (own, grid)]
    rented_own, rented_grid = rented - elsewhere("brown_kwh"), rented - elsewhere("brown_grid_kwh")
    return Sums(
        used=float(weight @ load) + rented,
        hourly_own=hourly[0] + rented_own,
        hourly_grid=hourly[1] + rented_grid,
        annual_own=float(weight @ own) + rented_own,
        annual_grid=float(weight @ grid) + rented_grid,
        location=tally("co2_kg"),
        market=tally("co2_market_kg"),
        embodied=tally("embodied_kg"),
        water=tally("water_l"),
        water_grid=tally("water_grid_l"),
    )


def _by_year(m: Model, s: Solution, bus: Bus, dispatch: Dispatch, years: tuple[int, ...]) -> Iterator[Measure]:
    """Of a plan of several years, the carbon-free shares by the hour of each."""
    if len(years) < 2:
        return
    counts = [c for c in m.counts if (c.site, c.period) == (bus.site, bus.period)]
    rented, *brown = (
        sum(c.per_unit * float(s.values[c.column]) for c in counts if c.tally == name)
        for name in ("rented_kwh", "brown_kwh", "brown_grid_kwh")
    )
    used = bus.calendar.weight * drawn(s, bus)
    supply, stores = _supply(bus, dispatch), _stores(bus, dispatch)
    names = ("carbon_free_hourly_own", "carbon_free_hourly_with_grid")
    for name, clean, dirty in zip(names, own_and_grid(s, bus, dispatch), brown, strict=True):
        hourly = used * clean_share(clean, supply, stores, bus.calendar.stretches)
        for (begin, end), year in zip(bus.calendar.stretches, years, strict=True):
            share = 1 / len(years)
            total = float(used[begin:end].sum()) + share * rented
            if total > ZERO:
                value = (float(hourly[begin:end].sum()) + share * (rented - dirty)) / total
                yield measured(name, value, "", bus.site, bus.period, str(year))


def drawn(s: Solution, bus: Bus) -> Series:
    """What a bus's loads draw, kW (T,), work where it was moved to."""
    load = np.zeros(len(bus.calendar))
    for draw in bus.draws:
        load = load + draw.profile * float(s.values[draw.column])
    dispatch = s.dispatch[bus.name, bus.site, bus.period]
    for store, put, out in zip(bus.stores, dispatch.charge, dispatch.discharge, strict=True):
        if store.takes is not None:
            taken, given = store.on_bus(put, out)
            load = load + taken - given
    return load


def own_and_grid(s: Solution, bus: Bus, dispatch: Dispatch) -> tuple[Series, Series]:
    """Carbon-free kW (T,) made, contracted or bought in the hour: by own supply, and with the grid's share."""
    made = np.zeros(len(bus.calendar)) if dispatch.taken is None else dispatch.taken
    own, grid = made, made
    for part, kw in zip(bus.imported, dispatch.imported, strict=True):
        own = own + kw * (1.0 - part.tallies.get("brown_kwh", 0.0))
        grid = grid + kw * (1.0 - part.tallies.get("brown_grid_kwh", 0.0))
        covered, counted = part.covered(kw, s.values), part.cover.tallies if part.cover else {}
        own = own + covered * counted.get("brown_kwh", 0.0)
        grid = grid + covered * counted.get("brown_grid_kwh", 0.0)
    return own, grid


def _supply(bus: Bus, dispatch: Dispatch) -> Series:
    made = np.zeros(len(bus.calendar)) if dispatch.taken is None else dispatch.taken
    return np.asarray(np.sum([made, *dispatch.imported], axis=0))


def _stores(bus: Bus, dispatch: Dispatch) -> list[Stored]:
    series = zip(bus.stores, dispatch.charge, dispatch.discharge, dispatch.level, strict=True)
    return [
        Stored(put, out, level, 1.0 - store.standing_loss, store.charge_efficiency)
        for store, put, out, level in series
        if store.takes is None and float(put.max(initial=0.0)) > ZERO
    ]


def _ratios(sums: Sums, site: str, period: str) -> Iterator[Measure]:
    """Shares of consumption, and carbon and water per kWh of it; none where nothing is used."""
    if sums.used <= ZERO:
        return
    for name, value, unit in (
        ("carbon_free_hourly_own", sums.hourly_own, ""),
        ("carbon_free_hourly_with_grid", sums.hourly_grid, ""),
        ("carbon_free_annual_own", sums.annual_own, ""),
        ("carbon_free_annual_with_grid", sums.annual_grid, ""),
        ("co2_location", sums.location, "kgCO2e per kWh"),
        ("co2_market", sums.market, "kgCO2e per kWh"),
        ("embodied", sums.embodied, "kgCO2e per kWh"),
        ("water_on_site", sums.water, "L per kWh"),
        ("water_at_plants", sums.water_grid, "L per kWh"),
    ):
        yield measured(name, value / sums.used, unit, site, period)


def _parts(s: Solution, bus: Bus, dispatch: Dispatch, problem: Problem, period: Period) -> Iterator[Measure]:
    """Of one bus: what each producer loses, how hard each store works, peaks and load factors."""
    weight, place = bus.calendar.weight, (bus.site, bus.period)
    yield from _curtailed(s, bus, dispatch)
    batteries = {b.id: b for b in problem.site(bus.site).batteries}
    for store, out, level in zip(bus.stores, dispatch.discharge, dispatch.level, strict=True):
        reserve = 0.0 if store.reserve is None else float(s.values[store.reserve]) * store.usable
        kwh = float(s.values[store.energy]) * store.usable + reserve
        if kwh > SHOWN and store.takes is None:
            cycles = float(weight @ out) / store.discharge_efficiency / kwh / period.years
            yield measured("full_cycles", cycles, "per year", *place, store.who)
            if (battery := batteries.get(store.who)) is not None:
                yield measured("full_cycles_over_life", cycles * battery.life_years, "", *place, battery.id)
                mean = float(weight @ level) / float(weight.sum()) + reserve
                yield from _life(battery, cycles, mean / kwh, place)
    imported = bought(bus, dispatch)
    for name, kw in (("load", drawn(s, bus)), ("import", imported)):
        peak = float(kw.max(initial=0.0))
        if peak > SHOWN:
            yield measured(f"{name}_peak", peak, "kW", *place)
            yield measured(f"{name}_factor", float(weight @ kw) / float(weight.sum()) / peak, "", *place)
    yield from _marginal(s, bus, dispatch, problem, imported)


def _life(battery: Battery, cycles: float, mean_level: float, place: tuple[str, str]) -> Iterator[Measure]:
    """Years until wear leaves 80 % of the capacity, at these usable `cycles` a year and this mean level, 0..1.

    lost = calendar_fade x state of charge x days ^ exponent + cycle_fade x full cycles of the whole capacity: the fade
    model of REopt (NREL/REopt.jl, electric_storage.jl), solved by halving; no more than MOST_YEARS.
    """
    if not battery.cycle_fade:
        return
    charged = 1.0 - battery.usable_fraction * (1.0 - mean_level)
    daily = battery.cycle_fade * cycles * battery.usable_fraction / DAYS_PER_YEAR
    low, high = 0.0, MOST_YEARS * DAYS_PER_YEAR
    for _ in range(60):
        middle = (low + high) / 2
        lost = battery.calendar_fade * charged * middle**battery.calendar_exponent + daily * middle
        low, high = (middle, high) if lost < WORN_OUT else (low, middle)
    yield measured("life_by_wear", high / DAYS_PER_YEAR, "years", *place, battery.id)


def _curtailed(s: Solution, bus: Bus, dispatch: Dispatch) -> Iterator[Measure]:
    """Share of what each producer could have given; producers of an hour are curtailed alike."""
    if dispatch.taken is None:
        return
    potential = [part.profile * float(s.values[part.column]) for part in bus.produced]
    offered = np.sum(potential, axis=0)
    lost = np.divide(offered - dispatch.taken, offered, out=np.zeros_like(offered), where=offered > ZERO)
    for part, kw in zip(bus.produced, potential, strict=True):
        kwh = float(bus.calendar.weight @ kw)
        if kwh > ZERO and float(s.values[part.column]) > SHOWN:
            share = float((bus.calendar.weight * lost) @ kw) / kwh
            yield measured("curtailed", max(0.0, share), "", bus.site, bus.period, part.who)


def _marginal(s: Solution, bus: Bus, dispatch: Dispatch, problem: Problem, imported: Series) -> Iterator[Measure]:
    """Consequential carbon, where the scenario gives a marginal rate: no part of any inventory, cap or price."""
    rate = problem.site(bus.site).grid.marginal_kg_per_kwh
    if rate is None:
        return
    net = imported - np.sum([np.zeros(len(imported)), *dispatch.exported], axis=0)
    weighed = bus.calendar.weight * bus.calendar.take(rate)
    place, burnt = (bus.site, bus.period), _burnt(bus, dispatch)
    yield measured("co2_consequential", float(weighed @ net) + burnt, "kgCO2e", *place)
    yield measured("co2_avoided", float(weighed @ (drawn(s, bus) - net)) - burnt, "kgCO2e", *place)


def _burnt(bus: Bus, dispatch: Dispatch) -> float:
    """kgCO2e of the fuel burnt on site."""
    parts = (p for p in zip(bus.imported, dispatch.imported, strict=True) if p[0].role == "generated")
    return sum(float((bus.calendar.weight * part.tallies["co2_kg"]) @ kw) for part, kw in parts)


def _costs(m: Model, s: Solution, problem: Problem, made: Books) -> Iterator[Measure]:
    """What a MWh drawn costs over the horizon: the site's own supply and storage, trade, peaks and wear."""
    factor = {p.name: p.value_factor for p in problem.periods}
    for site in sorted({key[1] for key in s.dispatch}):
        energy = sum(
            factor[bus.period] * float(bus.calendar.weight @ drawn(s, bus))
            for key, bus in sorted(m.buses.items())
            if key in s.dispatch and bus.site == site
        )
        items = {c.item for c in m.columns if c.kind == "generation bought" and c.keys.get("site") == site}
        lines = (x for x in made.ledger if x.site == site)
        cost = sum(
            x.amount_usd
            for x in lines
            if x.account in ENERGY_ACCOUNTS or (x.account in OWNED_ACCOUNTS and x.item in items)
        )
        if energy > ZERO:
            yield measured("energy_cost", cost / energy * KWH_PER_MWH, "USD per MWh", site, "")
