"""What the hours add up to, and what one more unit of own supply would be worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.report.numbers import plain, share, si, usd, usd_per
from planner.report.section import Section

if TYPE_CHECKING:
    from planner.plan.schema import Measure, Plan

NAMES = {
    "carbon_free_hourly_own": "carbon-free hour by hour, own supply",
    "carbon_free_hourly_with_grid": "carbon-free hour by hour, with the grid's",
    "carbon_free_annual_own": "carbon-free by the year's volumes, own supply",
    "carbon_free_annual_with_grid": "carbon-free by the year's volumes, with the grid's",
    "co2_location": "operational carbon, location-based",
    "co2_market": "operational carbon, market-based",
    "embodied": "embodied carbon, spread over lives",
    "co2_consequential": "consequential carbon of what is bought, at the marginal rate",
    "co2_avoided": "carbon avoided against buying all, at the marginal rate",
    "water_on_site": "water on site",
    "water_at_plants": "water at the grid's power plants",
    "curtailed": "curtailed",
    "full_cycles": "full cycles",
    "full_cycles_over_life": "full cycles over its life",
    "life_by_wear": "life until wear leaves 80 %",
    "below_least_load": "runs below its least load",
    "below_least_load_stuck": "of that, with nothing to run higher for",
    "least_load_costs": "running at the least load then costs, at most",
    "part_load_costs": "fuel at part load costs more, at most",
    "part_load_carbon": "and emits more, at most",
    "starts": "starts of units",
    "load_peak": "highest hour of the loads",
    "load_factor": "load factor",
    "import_peak": "highest hour bought",
    "import_factor": "load factor of what is bought",
    "energy_cost": "energy, levelised",
    "moving_saves": "work that may move saves, by a second solve without it",
}
SHARES = ("carbon_free_", "curtailed", "load_factor", "import_factor")
WORTH = ("one_more_saves", "one_more_costs")
GRAMS_PER_KG = 1e3
MOST_YEARS = 100
"""Where a plan stops counting."""


def measures(plan: Plan) -> Section:
    """One row for each measure; an empty site is all of them together."""
    rows = [
        (r.site or "all", r.period or "all", NAMES.get(r.measure, r.measure), r.who, _value(r))
        for r in plan.measures
        if r.measure not in WORTH
    ]
    return Section("What the hours add up to", ("Site", "Period", "", "Of", ">"), rows)


def _value(r: Measure) -> str:
    if r.measure.startswith(SHARES):
        return share(r.value)
    if r.measure == "life_by_wear" and r.value >= MOST_YEARS:
        return f"over {MOST_YEARS:g} years"
    if r.unit == "USD per year":
        return f"{usd(r.value)} per year"
    if r.unit == "kgCO2e per year":
        return f"{si(r.value, 'kgCO2e')} per year"
    if r.unit == "kgCO2e per kWh":
        return f"{plain(r.value * GRAMS_PER_KG)} gCO2e/kWh"
    return si(r.value, r.unit)


def worth(plan: Plan) -> Section:
    """What one more of each thing on offer would save in a year, beside what it costs."""
    saves = {(r.who, r.site, r.period): r for r in plan.measures if r.measure == WORTH[0]}
    costs = {(r.who, r.site, r.period): r for r in plan.measures if r.measure == WORTH[1]}
    rows = []
    for (who, site, period), r in saves.items():
        unit = r.unit.removeprefix("USD per ")
        cost = costs.get((who, site, period))
        rows.append((who, site, period, usd_per(r.value, unit), "-" if cost is None else usd_per(cost.value, unit)))
    return Section("What one more would save, and cost", ("Item", "Site", "Period", ">Saves", ">Costs"), rows)
