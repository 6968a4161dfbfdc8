"""The hours of the plan written out by hand: series, dispatch, its sums, and the measures that they add up to."""

from __future__ import annotations

from typing import Any

HOUR = 2920.0
HERE = {"site": "s", "period": "y1"}


def hours() -> dict[str, Any]:
    return {
        "bus": "power",
        **HERE,
        "hour": [0, 1, 2],
        "weight": [HOUR, HOUR, HOUR],
        "stretches": [[0, 3]],
        "months": [list(range(12))],
        "series": {
            "price_usd_per_kwh": [0.1, 0.05, 0.2],
            "export_usd_per_kwh": [0.02, 0.02, 0.02],
            "intensity_kg_per_kwh": [0.4, 0.3, 0.5],
            "carbon_free_fraction": [0.3, 0.5, 0.2],
            "capacity_factor.solar": [0.0, 0.5, 0.2],
            "air_overhead.air": [0.15, 0.25, 0.35],
            "liquid_overhead.air": [0.05, 0.06, 0.07],
            "air_water.air": [1.0, 2.0, 1.0],
            "liquid_water.air": [0.1, 0.1, 0.1],
            "temperature_c": [10.0, 15.0, 20.0],
        },
        "dispatch": {
            "draw.cooled main air air 0": [8.568, 7.38, 9.792],
            "draw.plant main air": [0.21, 0.21, 0.21],
            "produced.solar": [0.0, 9.89, 4.0],
            "curtailed.solar": [0.0, 0.11, 0.0],
            "imported.grid": [8.778, 0.0, 4.706],
            "exported.grid": [0.0, 0.3, 0.0],
            "charge.cell": [0.0, 2.0, 0.0],
            "discharge.cell": [0.0, 0.0, 1.296],
            "level.cell": [0.0, 1.8, 0.0],
        },
    }


def flows(block: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for name, kw in block["dispatch"].items():
        role, _, who = name.partition(".")
        if role != "level":
            kwh = sum(w * x for w, x in zip(block["weight"], kw, strict=True))
            found.append({**HERE, "role": role, "who": who, "kwh": kwh, "peak_kw": max(kw)})
    return found


def measure(name: str, value: float, who: str = "", site: str = "s", period: str = "y1") -> dict[str, Any]:
    return {"measure": name, "who": who, "site": site, "period": period, "value": value, "unit": ""}


ENERGY_USD = 3400 + 341 + 5311.48 - 17.52 + 3.78432 + 1053.36
"""Sun 22000 - 19000 + 400, store 880 + 825 - 720 - 675 + 16 + 15, then what is bought, sold, worn and peaks."""


def measures() -> list[dict[str, Any]]:
    """The store holds sun alone: of the third hour's 10.002 kW, 4 + 1.296 are clean, and all of the second's 7.59."""
    per_kwh = {"co2_location": 17123.464, "co2_market": 17717.976, "embodied": 2562, "water_on_site": 64473.6}
    cells = 5 * 0.8
    return [
        measure("carbon_free_hourly_own", (7.59 + 5.296) / 26.37),
        measure("carbon_free_hourly_with_grid", (0.3 * 8.778 + 7.59 + 5.296 + 0.2 * 4.706) / 26.37),
        measure("carbon_free_annual_own", 13.89 / 26.37),
        measure("carbon_free_annual_with_grid", (13.89 + 0.3 * 8.778 + 0.2 * 4.706) / 26.37),
        *(measure(name, amount / 77000.4) for name, amount in per_kwh.items()),
        measure("water_at_plants", 1.8 * 13.484 / 26.37),
        measure("curtailed", 0.11 / 14, "solar"),
        measure("full_cycles", 1.62 * HOUR / cells, "cell"),
        measure("full_cycles_over_life", 10 * 1.62 * HOUR / cells, "cell"),
        measure("load_peak", 10.002),
        measure("load_factor", 8.79 / 10.002),
        measure("import_peak", 8.778),
        measure("import_factor", 13.484 / 3 / 8.778),
        measure("energy_cost", ENERGY_USD / 77.0004, period=""),
        measure("one_more_saves", 170.0, "solar"),
        measure("one_more_costs", 170.0, "solar"),  # 3400 a year for 20 kW
    ]
