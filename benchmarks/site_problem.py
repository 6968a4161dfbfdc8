"""The one-site problem of the benchmarks, and aiplan's answer to it as a whole process.

A data centre's load, solar, wind, a battery and a grid over 8,760 hours, the least share of its consumption met without
the grid. Constants are the benchmark's own, not claims about the market; peers in `peers/` solve the identical problem.

    python benchmarks/site_problem.py SERIES.csv SHARE [GAP]     prints one JSON object
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
USD = {"solar": 95_000.0, "wind": 150_000.0, "battery_mw": 22_000.0, "battery_mwh": 26_000.0}
"""Per MW (MWh) and year."""
ETA = 0.94
"""Each way; the inverter is rated on the grid's side for charging and on the cells' side for discharging."""
WEAR = 0.5
"""USD per MWh that leaves the cells."""
CONNECTION_MW = 30.0


def series(path: Path) -> dict[str, list[float]]:
    """The columns of an hourly CSV file."""
    with path.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {name: [float(row[name]) for row in rows] for name in rows[0]}


def model(data: dict[str, list[float]], share: float) -> Any:
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
        m.cost("owning", name, mw, unit_price=USD[name], origin="")
    power, energy = (m.column(f"battery.{unit}", origin="") for unit in ("mw", "mwh"))
    m.cost("owning", "battery", power, unit_price=USD["battery_mw"], origin="")
    m.cost("owning", "battery", energy, unit_price=USD["battery_mwh"], origin="")
    bus.store(Store("battery", power, energy, ETA, ETA, 1.0, 0.0, WEAR / ETA, 1.0, "wear", "", ETA))
    bus.imports(
        "grid", np.array(data["grid_price"]), factor=1.0, origin="", most=CONNECTION_MW, tallies={"brown_mwh": 1.0}
    )
    if share > 0:
        most = (1 - share) * float(np.sum(data["load_mw"]))
        m.row("share", {}, "<=", most, origin="", tallies={("brown_mwh", "", ""): 1.0})
    m.close()
    return m


def run(path: Path, share: float, gap: float) -> dict[str, Any]:
    """Solve; seconds inside the engine, USD a year, the proven gap."""
    from planner.solve.decomposed import solve

    data = series(path)
    # Loading modules and the compiled recursion is part of the whole process, not of solving.
    solve(model({name: values[:48] for name, values in data.items()}, 0.0))
    m = model(data, share)
    begin = time.perf_counter()
    answer = solve(m, gap=gap)
    return {
        "share": share,
        "usd": answer.objective,
        "bound_usd": answer.bound,
        "gap": answer.gap,
        "solve_s": time.perf_counter() - begin,
        "whole_s": time.perf_counter() - BEGAN,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "sizes": {c.name: float(v) for c, v in zip(m.columns, answer.values, strict=True) if c.hi == inf},
    }


if __name__ == "__main__":
    file, least = Path(sys.argv[1]), float(sys.argv[2])
    print(json.dumps(run(file, least, float(sys.argv[3]) if len(sys.argv) > 3 else 1e-4)))
