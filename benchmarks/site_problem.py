"""The one-site problems of the benchmarks, and aiplan's answer to one as a whole process.

A data centre's load, solar, wind, a battery and a grid over 8,760 hours, the least share of its consumption met without
the grid. Peers in `peers/` solve the identical problem.

    made-up    constants of the benchmark's own, on series with four prices; a toy
    market     what is said in `market`: a grid's own hours, prices and shapes, costs from sources, sales of surplus

    python benchmarks/site_problem.py SERIES.csv SHARE [GAP] [CONSTANTS] [METHOD]     prints one JSON object

CONSTANTS is a JSON object with the keys of `MADE_UP`. With METHOD HiGHS finds the cost again (benchmarks/confirm.py).
"""

from __future__ import annotations

import csv
import json
import resource
import sys
import time
from math import inf
from pathlib import Path
from typing import Any

BEGAN = time.perf_counter()
MADE_UP: dict[str, float] = {
    "solar_usd_per_mw": 95_000.0,
    "wind_usd_per_mw": 150_000.0,
    "battery_usd_per_mw": 22_000.0,
    "battery_usd_per_mwh": 26_000.0,
    "eta": 0.94,
    "keep": 1.0,
    "wear_usd_per_mwh": 0.5,
    "connection_mw": 30.0,
    "export_mw": 0.0,
    "export_share": 0.0,
    "export_discount_usd_per_mwh": 0.0,
}
"""Costs per year. `eta`: each way; the inverter is rated on the grid's side for charging and on the cells' side for
discharging; `wear` is per MWh that leaves the cells; `keep`: what an hour leaves of the store's level; surplus sells at
the hour's price less the discount, up to `export_mw` and, over the year, `export_share` of consumption."""
LIFE_YEARS, RATE, OPERATION = 15, 0.07, 0.025
"""Of a battery: life and operation a year as a part of its price (NREL ATB 2024), and the rate of discount."""


def market(wind_usd_per_mwh: float, solar_usd_per_mwh: float, data: dict[str, list[float]]) -> dict[str, float]:
    """Constants for a real grid: wind and solar cost what their whole year costs per MWh; a battery of the reference
    cost set (Danish Energy Agency, in USD of 2025: 309.821 per kW, 269.41 per nameplate kWh, four fifths of it usable,
    0.8986 there and back, 4e-5 an hour lost), sales of at most a fifth of consumption."""
    annuity = RATE / (1 - (1 + RATE) ** -LIFE_YEARS) + OPERATION
    return MADE_UP | {
        "solar_usd_per_mw": solar_usd_per_mwh * sum(data["solar_cf"]),
        "wind_usd_per_mw": wind_usd_per_mwh * sum(data["wind_cf"]),
        "battery_usd_per_mw": 309_821.0 * annuity,
        "battery_usd_per_mwh": 269_410.0 / 0.8 * annuity,
        "eta": 0.8986**0.5,
        "keep": 1 - 4e-5,
        "export_mw": 30.0,
        "export_share": 0.2,
        "export_discount_usd_per_mwh": 1.0,
    }


def series(path: Path) -> dict[str, list[float]]:
    """The numeric columns of an hourly CSV file."""
    with path.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {name: [float(row[name]) for row in rows] for name in rows[0] if name != "timestamp_utc"}


def model(data: dict[str, list[float]], share: float, k: dict[str, float]) -> Any:
    """The problem as a planner model, in MW and MWh (the units of the series; the model does not mind)."""
    import numpy as np

    from planner.model import Calendar, Model, Store

    hours = len(data["load_mw"])
    calendar = Calendar(np.arange(hours), np.ones(hours), ((0, hours),), (tuple(range(12)),))
    m = Model()
    bus = m.bus("power", "site", "year", calendar)
    on = m.column("load.on", origin="", lo=1.0, hi=1.0)
    bus.draw("load", on, np.array(data["load_mw"]))
    for name in ("solar", "wind"):
        mw = m.column(f"{name}.mw", origin="")
        bus.available(name, mw, np.array(data[f"{name}_cf"]))
        m.cost("owning", name, mw, unit_price=k[f"{name}_usd_per_mw"], origin="")
    power, energy = (m.column(f"battery.{unit}", origin="") for unit in ("mw", "mwh"))
    m.cost("owning", "battery", power, unit_price=k["battery_usd_per_mw"], origin="")
    m.cost("owning", "battery", energy, unit_price=k["battery_usd_per_mwh"], origin="")
    eta, wear = k["eta"], k["wear_usd_per_mwh"] / k["eta"]
    bus.store(Store("battery", power, energy, eta, eta, 1.0, 1.0 - k["keep"], wear, 1.0, "wear", "", eta))
    price, most = np.array(data["grid_price"]), k["connection_mw"]
    bus.imports("grid", price, factor=1.0, origin="", most=most, tallies={"brown_mwh": 1.0})
    used = float(np.sum(data["load_mw"]))
    if k["export_mw"]:
        sale = price - k["export_discount_usd_per_mwh"]
        bus.exports("grid", sale, factor=1.0, origin="", most=k["export_mw"], tallies={"sold_mwh": 1.0})
        sold = {("sold_mwh", "", ""): 1.0}
        m.row("sold", {}, "<=", k["export_share"] * used, origin="", tallies=sold)
    if share > 0:
        m.row("share", {}, "<=", (1 - share) * used, origin="", tallies={("brown_mwh", "", ""): 1.0})
    m.close()
    return m


def run(path: Path, share: float, gap: float, k: dict[str, float], method: str = "") -> dict[str, Any]:
    """Solve; seconds inside the engine, USD a year, the proven gap."""
    from planner.solve.decomposed import solve

    data = series(path)
    # Loading modules and the compiled recursion is part of the whole process, not of solving.
    solve(model({name: values[:48] for name, values in data.items()}, 0.0, k))
    m = model(data, share, k)
    begin = time.perf_counter()
    answer = solve(m, gap=gap)
    row = {
        "share": share,
        "usd": answer.objective,
        "bound_usd": answer.bound,
        "gap": answer.gap,
        "solve_s": time.perf_counter() - begin,
        "whole_s": time.perf_counter() - BEGAN,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "sizes": {c.name: float(v) for c, v in zip(m.columns, answer.values, strict=True) if c.hi == inf},
    }
    if answer.effort is not None:
        row |= answer.effort.counts() | answer.effort.seconds()
    if method:
        from confirm import confirm

        row |= confirm(m, answer, method=method)
    return row


if __name__ == "__main__":
    file, least, *more = sys.argv[1:]
    constants = MADE_UP | json.loads(more[1]) if len(more) > 1 else MADE_UP
    method = more[2] if len(more) > 2 else ""
    print(json.dumps(run(Path(file), float(least), float(more[0]) if more else 1e-4, constants, method)))
