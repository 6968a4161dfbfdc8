"""One exact dispatch of a year: how long it takes, and how much memory a site holds.

A bus with a steady load, solar, wind, a grid and one store, 8,760 hours. The time is of `BusOracle.evaluate`: the
dispatch, its hourly prices, and the cut with its gradients; the least and the median of many, after a warming call.

    python benchmarks/oracle_alone.py [SERIES.csv] [--confirm] [--json]

SERIES.csv, with columns load_mw, solar_cf, wind_cf and grid_price, makes a further case, with a store of 4 hours.
`--confirm`: the dispatch's cost, found again by HiGHS with every hour written out (benchmarks/confirm.py).
"""

from __future__ import annotations

import json
import statistics
import sys
import time
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
from confirm import confirm, said
from site_problem import series

HOURS, REPEAT, SEED = 8760, 60, 7
BROWN = 20.0
"""USD/MWh that what comes from the grid counts beside its price."""
CASES = (("8,760 prices", 4.0), ("8,760 prices", 24.0), ("four prices", 4.0))
Hourly = np.ndarray[Any, np.dtype[np.float64]]


def prices(kind: str, rng: np.random.Generator) -> Hourly:
    """USD/MWh by hour: all different, or one of four by the time of day."""
    hour = np.arange(HOURS) % 24
    four = np.select([hour < 6, hour < 16, hour < 21], [20.0, 50.0, 120.0], 70.0)
    return four if kind == "four prices" else four + rng.uniform(-15.0, 15.0, HOURS)


def site(price: Hourly, load: Hourly, shapes: dict[str, Hourly]) -> tuple[Any, Any]:
    """A model of one bus, its sizes free, and the bus."""
    from planner.model import Calendar, Model, Store

    m = Model()
    calendar = Calendar(np.arange(HOURS), np.ones(HOURS), ((0, HOURS),), (tuple(range(12)),))
    bus = m.bus("power", "site", "year", calendar)
    bus.draw("load", m.column("load", origin=""), load)
    for name, shape in shapes.items():
        bus.available(name, m.column(name, origin=""), shape)
    power, energy = m.column("battery.mw", origin=""), m.column("battery.mwh", origin="")
    bus.store(Store("battery", power, energy, 0.94, 0.94, 1.0, 0.0, 0.5, 1.0, "wear", "", 0.94))
    bus.imports("grid", price, factor=1.0, origin="", most=30.0, tallies={"brown_mwh": 1.0})
    m.close()
    return m, bus


def confirmed(x: Hourly, usd: float, given: tuple[Hourly, Hourly, dict[str, Hourly]]) -> dict[str, Any]:
    """What HiGHS finds for a design, the store empty at both ends; what is counted costs as in the dispatch."""
    from dataclasses import replace
    from types import SimpleNamespace

    from planner.solve.oracle import BusOracle

    m, bus = site(given[0] + BROWN, *given[1:])
    for at, column in enumerate(BusOracle(bus, ("money",)).columns):
        m.columns[column] = replace(m.columns[column], lo=float(x[at]), hi=float(x[at]))
    return confirm(m, SimpleNamespace(values=np.zeros(len(m.columns)), objective=usd), ends=0.0)


def made_up(kind: str) -> tuple[Hourly, Hourly, dict[str, Hourly]]:
    """Prices, a steady load, and shapes of solar and wind without any pattern."""
    rng = np.random.default_rng(SEED)
    price = prices(kind, rng)
    return price, np.ones(HOURS), {k: np.clip(rng.uniform(-0.6, 1.0, HOURS), 0, 1) for k in ("solar", "wind")}


def from_file(path: Path) -> tuple[Hourly, Hourly, dict[str, Hourly]]:
    """A file's prices, load (20 MW on average) and shapes."""
    data = {name: np.array(values) for name, values in series(path).items()}
    shapes = {"solar": data["solar_cf"], "wind": data["wind_cf"]}
    return data["grid_price"], data["load_mw"] / data["load_mw"].mean(), shapes


def run(kind: str, store_hours: float, given: tuple[Hourly, Hourly, dict[str, Hourly]], sure: bool) -> dict[str, Any]:
    """Milliseconds of one evaluation and MB that the oracle holds and needs."""
    from planner.solve.oracle import BusOracle

    tracemalloc.start()
    o = BusOracle(site(*given)[1], ("money", "brown_mwh"))
    x = np.zeros(o.size)
    x[: len(o.columns)] = [{"load": 20.0, "solar": 25.0, "wind": 15.0}.get(name, 0.0) for name in names(o)]
    x[o.at[o.store.power]], x[o.at[o.store.energy]] = 8.0, 8.0 * store_hours
    mult = np.array([1.0, BROWN])
    found = o.evaluate(x, mult, 1e4)
    peak_mb = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    took = []
    for _ in range(REPEAT):
        begin = time.perf_counter()
        o.evaluate(x, mult, 1e4)
        took.append(1e3 * (time.perf_counter() - begin))
    usd = float(mult @ found.quantities) + found.artificial
    return {
        "prices": kind,
        "store_hours": store_hours,
        "least_ms": min(took),
        "median_ms": statistics.median(took),
        "memory_mb": peak_mb,
        "usd": usd,
        "bound_usd": found.bound,
    } | (confirmed(x, usd, given) if sure else {})


def names(o: Any) -> list[str]:
    """What each column of the bus is."""
    known = {p.column: p.who for p in o.bus.produced} | {d.column: d.who for d in o.bus.draws}
    return [known.get(column, "") for column in o.columns]


if __name__ == "__main__":
    sure = "--confirm" in sys.argv[1:]
    rows = [run(kind, hours, made_up(kind), sure) for kind, hours in CASES]
    rows += [run(Path(a).name, 4.0, from_file(Path(a)), sure) for a in sys.argv[1:] if not a.startswith("--")]
    if "--json" in sys.argv[1:]:
        for row in rows:
            print(json.dumps(row))
    else:
        print("prices                store h  least ms  median ms  memory MB")
        for row in rows:
            print(
                f"{row['prices']:20s}  {row['store_hours']:7.0f}  {row['least_ms']:8.2f}  {row['median_ms']:9.2f}  "
                f"{row['memory_mb']:9.1f}"
            )
            if sure:
                print(f"      {said(row)}")
