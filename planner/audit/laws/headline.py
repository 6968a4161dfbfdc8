"""The headline is the tables, summed up.

    cost per year = sum of ledger / H;   net present cost = sum of ledger / K;   purchases at the price of their day
    energy = (what loads draw + rented kWh) / H;   IT = IT kWh / H;   PUE = what loads draw / IT kWh
    carbon, water: tallies / H;   carbon-free share = 1 - kWh uncovered / energy, own supply only and with the grid's
    peak = sum of the sites' peaks in the period in which it is highest
K = H r / (1 - v^H), H the horizon in years.
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.assets import level
from planner.audit.verdict import RELATIVE, Check, equal, true
from planner.audit.view import View

NAME = "headline"


def check(view: View) -> Iterator[Check]:
    rows = view.plan["headline"]
    yield true("headline", "is not one row", len(rows) == 1)
    expected, size = _numbers(view)
    for row in rows:
        for field, value in expected.items():
            floor = RELATIVE if "share" in field else 1e-9
            scale = size if field in ("cost_usd_per_year", "net_present_cost_usd") else 0.0
            yield equal("headline", field, row[field], value, scale=scale, floor=floor)
        yield from _ratios(view, row)


def _numbers(view: View) -> tuple[dict[str, float], float]:
    years = view.problem["finance"]["horizon_years"]
    ledger = view.plan["ledger"]
    cost = sum(x["amount_usd"] for x in ledger)
    peak = max((view.total("power.peak_kw", period=p) for p in view.periods), default=0.0)
    fields = {
        "cost_usd_per_year": cost / years,
        "net_present_cost_usd": cost / level(view),
        "purchase_usd": sum(x["quantity"] * x["unit_price_usd"] for x in ledger if x["account"] == "purchase"),
        "energy_kwh_per_year": _used(view) / years,
        "it_energy_kwh_per_year": _it(view) / years,
        "co2_location_kg_per_year": view.tally("co2_kg") / years,
        "co2_market_kg_per_year": view.tally("co2_market_kg") / years,
        "embodied_kg_per_year": view.tally("embodied_kg") / years,
        "water_l_per_year": view.tally("water_l") / years,
        "peak_kw": peak,
    }
    return fields, sum(abs(x["amount_usd"]) for x in ledger)


def _it(view: View) -> float:
    return view.tally("it_air_load_kwh") + view.tally("it_liquid_load_kwh")


def _used(view: View) -> float:
    return view.tally("power_load_kwh") + view.tally("rented_kwh")


def _ratios(view: View, row: dict[str, float | None]) -> Iterator[Check]:
    """Shares of nothing are null."""
    it, used = _it(view), _used(view)
    wanted = {
        "pue": (view.tally("power_load_kwh") - view.tally("metered_kwh")) / it if it > 0 else None,
        "carbon_free_share_own": 1 - view.tally("brown_kwh") / used if used else None,
        "carbon_free_share_with_grid": 1 - view.tally("brown_grid_kwh") / used if used else None,
    }
    for field, ratio in wanted.items():
        given = row[field]
        yield true("headline", f"{field} is null or should be", (given is None) == (ratio is None))
        if given is not None and ratio is not None:
            yield equal("headline", field, given, ratio, floor=RELATIVE)
