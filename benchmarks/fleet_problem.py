"""Sites with whole machines, cooling choices and spare ladders, sharing work and an hourly carbon-free share.

The instance `fleet(sites)`: six workloads (three at their site, three placeable anywhere) on eight machine types, three
cooling options with an hourly PUE each, five-rung spare ladders, solar, wind, a battery and a grid at every site.
91 whole numbers a site, 51 without the ladders. Made-up constants, seeded; weather of one TMY station shifted per site,
and per year where there are several.

    python benchmarks/fleet_problem.py [--sites 1 10 30] [--ladders on off] [--years 1 2 4] [--confirm] [--json]

Every number of sites is solved with each of `--ladders` and the first of `--years`; the further years come with the
first number of sites. `oracle`: seconds of the clock in dispatches and the making of cuts; `LPs`: in the master's
linear programs, `MILPs`: in its mixed-integer ones. `--confirm` finds each cost again by HiGHS (benchmarks/confirm.py).
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import pathlib
import time
from typing import Any

import numpy as np
from confirm import METHODS, confirm, said

from planner.model import Calendar, Col, Model, Store

HOURS = 8760
H = np.arange(HOURS)
RUNGS, SPARES = (32, 128, 512, 2048, 8192), (1, 2, 4, 8, 16)
CAPEX = (0.0, 90e3, 260e3)
"""USD per MW and year of each cooling option."""


def station() -> dict[str, Any]:
    """Hourly solar, wind, price, carbon and temperature, made from a TMY file that pvlib carries."""
    import pvlib

    file = pathlib.Path(pvlib.__file__).parent / "data" / "723170TYA.CSV"
    table, meta = pvlib.iotools.read_tmy3(file, map_variables=True)
    sun = pvlib.solarposition.get_solarposition(table.index, meta["latitude"], meta["longitude"])
    plane = pvlib.irradiance.get_total_irradiance(
        25, 180, sun["apparent_zenith"], sun["azimuth"], table["dni"], table["ghi"], table["dhi"]
    )["poa_global"].fillna(0).to_numpy()
    air = table["temp_air"].to_numpy()
    solar = np.clip(plane / 1000 * (1 - 0.004 * (air + plane / 1000 * 25 - 25)) * 0.86, 0, 1)
    speed = table["wind_speed"].to_numpy() * 10**0.2
    wind = np.clip((speed**3 - 27) / (12**3 - 27), 0, 1) * (speed < 25)
    price = 60 + 25 * ((H % 24 >= 16) & (H % 24 < 21)) - 15 * (H % 24 < 6)
    return {"solar": solar, "wind": wind, "price": price.astype(float), "temp": air}


def weather(base: dict[str, Any], site: int, years: int = 1) -> dict[str, Any]:
    """The station's year shifted by 37 days a site, and by 11 days for every further year, one after another (T,)."""
    each = [_weather(base, site, 24 * (37 * site + 11 * year)) for year in range(years)]
    return {k: np.concatenate([w[k] for w in each]) for k in each[0]}


def _weather(base: dict[str, Any], site: int, shift: int) -> dict[str, Any]:
    rolled = {k: np.roll(v, shift) for k, v in base.items() if k != "temp"}
    return {
        "solar": rolled["solar"],
        "wind": np.clip(rolled["wind"] * (2.0 + 0.2 * np.cos(site)), 0, 1),
        "price": rolled["price"] * 1.4 * (1 + 0.05 * np.sin(site)),
        "temp": base["temp"] + 3 * np.sin(2 * site),
    }


def calendar(years: int) -> Calendar:
    """Every hour of some years, each of them a cycle; together they stand for one."""
    stretches = tuple((HOURS * k, HOURS * (k + 1)) for k in range(years))
    weight = np.full(HOURS * years, 1.0 / years)
    return Calendar(np.tile(H, years), weight, stretches, (tuple(range(12)),) * years, np.arange(HOURS * years))


def fleet(sites: int, share: float = 0.8, seed: int = 1, *, ladders: bool = True, years: int = 1) -> Model:
    """The instance as a planner model, in MW and MWh."""
    rng = np.random.default_rng(seed)
    rate, mw = rng.uniform(5, 60, (6, 8)), rng.uniform(4, 14, 8) / 1000
    usd, demand = rng.uniform(40e3, 150e3, 8), rng.uniform(1e4, 8e4, 6)
    hour, hours = np.tile(H, years), calendar(years)
    shape = np.array([1 + 0.3 * np.sin((hour % 24 - 3 * k) / 24 * 2 * np.pi) for k in range(6)])
    m, base = Model(), station()
    anywhere: dict[int, dict[Col, float]] = {k: {} for k in range(3, 6)}
    for s in range(sites):
        w = weather(base, s, years)
        over = (w["temp"] - t for t in (18, 24, 30))
        slopes = zip((1.25, 1.13, 1.07), (0.012, 0.010, 0.003), over, strict=True)
        pue = [least + slope * np.maximum(0, warm) for least, slope, warm in slopes]
        n = _machines(m, s, sites, rate, demand, usd, anywhere)
        if ladders:
            _spares(m, s, n, usd)
        heat = _cooling(m, s, n, mw)
        bus = m.bus("power", f"s{s}", "y", hours)
        for k in range(6):
            for o in range(3):
                bus.draw(f"w{k}", heat[k, o], shape[k] * pue[o])
        _energy(m, bus, s, w)
    for k, terms in anywhere.items():
        m.row(f"anywhere[k={k}]", terms, ">=", demand[k] * sites, origin="")
    if share:
        tallies = {("brown_mwh", "", ""): 1.0, ("power_load_kwh", "", ""): -(1 - share)}
        m.row("share", {}, "<=", 0.0, origin="", tallies=tallies)
    m.close()
    return m


def _machines(
    m: Model, s: int, sites: int, rate: Any, demand: Any, usd: Any, anywhere: dict[int, dict[Col, float]]
) -> dict[tuple[int, int], Col]:
    n = {}
    for k in range(6):
        asked = demand[k] * (1 + 0.2 * np.sin(s + k)) if k < 3 else demand[k] * sites
        for j in range(8):
            # Tighter than the instance and without loss: nothing is gained by more than does all of the work.
            most = min(RUNGS[-1], math.ceil(asked / rate[k, j]))
            n[k, j] = col = m.column(f"n[s={s:02d},k={k},j={j}]", origin="", hi=most, integer=True)
            m.cost("owning", "machines", col, unit_price=usd[j], origin="")
        terms = {n[k, j]: rate[k, j] for j in range(8)}
        if k < 3:
            m.row(f"here[s={s:02d},k={k}]", terms, ">=", asked, origin="")
        else:
            anywhere[k] |= terms
    return n


def _spares(m: Model, s: int, n: dict[tuple[int, int], Col], usd: Any) -> None:
    """Rungs taken in order: each admits more machines and costs more spares."""
    for j in range(8):
        rung = [m.column(f"rung[s={s:02d},j={j},l={r}]", origin="", hi=1, integer=True) for r in range(5)]
        for r in range(1, 5):
            m.row(f"order[s={s:02d},j={j},l={r}]", {rung[r]: 1.0, rung[r - 1]: -1.0}, "<=", 0.0, origin="")
        steps = [RUNGS[0], *(b - a for a, b in itertools.pairwise(RUNGS))]
        used = {n[k, j]: 1.0 for k in range(6)}
        for k in range(6):
            # For each workload apart: implied by whole rungs taken in order, and tighter than `room` where they are
            # relaxed, as a rung that admits more than the workload can use then counts for no more than that.
            most = m.columns[n[k, j]].hi
            admits = np.diff([0.0, *np.minimum(RUNGS, most)])
            if most < RUNGS[-1]:
                terms = {c: -float(step) for c, step in zip(rung, admits, strict=True) if step}
                m.row(f"room[s={s:02d},j={j},k={k}]", {n[k, j]: 1.0} | terms, "<=", 0.0, origin="")
        room = used | {c: -float(step) for c, step in zip(rung, steps, strict=True)}
        m.row(f"room[s={s:02d},j={j}]", room, "<=", 0.0, origin="")
        for r in range(5):
            more = SPARES[r] - (SPARES[r - 1] if r else 0)
            m.cost("owning", "spares", rung[r], unit_price=usd[j] * more, origin="")


def _cooling(m: Model, s: int, n: dict[tuple[int, int], Col], mw: Any) -> dict[tuple[int, int], Col]:
    z = [m.column(f"z[s={s:02d},o={o}]", origin="", hi=1, integer=True) for o in range(3)]
    m.row(f"one[s={s:02d}]", dict.fromkeys(z, 1.0), "==", 1.0, origin="")
    heat = {(k, o): m.column(f"E[s={s:02d},k={k},o={o}]", origin="", hi=60) for k in range(6) for o in range(3)}
    for k in range(6):
        terms = {n[k, j]: mw[j] for j in range(8)} | {heat[k, o]: -1.0 for o in range(3)}
        m.row(f"heat[s={s:02d},k={k}]", terms, "==", 0.0, origin="")
    for o in range(3):
        m.row(f"plant[s={s:02d},o={o}]", {heat[k, o]: 1.0 for k in range(6)} | {z[o]: -60.0}, "<=", 0.0, origin="")
        for k in range(6):
            m.cost("owning", "cooling", heat[k, o], unit_price=CAPEX[o], origin="")
    return heat


def _energy(m: Model, bus: Any, s: int, w: dict[str, Any]) -> None:
    eta, wear = 0.93, 0.01
    for name, usd in (("solar", 70e3), ("wind", 105e3)):
        size = m.column(f"{name}[s={s:02d}]", origin="", hi=300)
        m.cost("owning", name, size, unit_price=usd, origin="")
        bus.available(name, size, w[name])
    power = m.column(f"BP[s={s:02d}]", origin="", lo=1e-4, hi=200)
    energy = m.column(f"BE[s={s:02d}]", origin="", lo=1e-4, hi=2000)
    m.cost("owning", "battery", power, unit_price=12e3, origin="")
    m.cost("owning", "battery", energy, unit_price=22e3, origin="")
    # The instance wears the store by what is charged and by what is discharged; over a year both are in proportion.
    both = wear * (1 + 1 / eta**2)
    bus.store(Store("battery", power, energy, eta, eta, 1.0, 0.0, both, 1.0, "wear", ""))
    bus.imports("grid", w["price"], factor=1.0, origin="", most=200.0, tallies={"brown_mwh": 1.0})


def run(sites: int, ladders: bool, years: int, args: argparse.Namespace) -> dict[str, Any]:
    """Solve to the gap; how large, how long and where, how near."""
    from planner.solve.decomposed import solve

    m = fleet(sites, ladders=ladders, years=years)
    begin = time.perf_counter()
    answer = solve(m, gap=args.gap, time_limit=args.limit)
    row = {
        "sites": sites,
        "ladders": ladders,
        "years": years,
        "whole_numbers": sum(c.integer for c in m.columns),
        "s": time.perf_counter() - begin,
        "usd": answer.objective,
        "bound_usd": answer.bound,
        "gap": answer.gap,
        "status": answer.status,
    }
    if answer.effort is not None:
        row |= answer.effort.counts() | answer.effort.seconds()
    return row | (confirm(m, answer, method=args.method, limit_s=args.confirm_limit) if args.confirm else {})


def cases(args: argparse.Namespace) -> list[tuple[int, bool, int]]:
    """Sites, ladders, years: growth in each, one at a time."""
    ladders = [which == "on" for which in args.ladders]
    found = [(sites, ladder, args.years[0]) for sites in args.sites for ladder in ladders]
    return found + [(args.sites[0], ladders[0], years) for years in args.years[1:]]


HEAD = (
    "sites ladders years whole   trials dispatches  cuts MILPs     s  oracle    LPs  MILPs s       gap   status"
)


def line(r: dict[str, Any]) -> str:
    """A row of the table."""
    return (
        f"{r['sites']:5d} {'on' if r['ladders'] else 'off':>7s} {r['years']:5d} {r['whole_numbers']:5d}   "
        f"{r['trials']:6d} {r['dispatches']:10d} {r['cuts']:5d} {r['programs']:5d} {r['s']:5.1f}  "
        f"{r['oracle_s']:6.2f} {r['relaxed_s']:6.2f}  {r['milp_s']:7.2f}  {r['gap']:.2e}   {r['status']}"
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--sites", type=int, nargs="+", default=[1, 10, 30])
    asked.add_argument("--ladders", nargs="+", choices=("on", "off"), default=["on", "off"])
    asked.add_argument("--years", type=int, nargs="+", default=[1, 2, 4])
    asked.add_argument("--gap", type=float, default=1e-4)
    asked.add_argument("--limit", type=float, default=600.0, help="seconds for one case")
    asked.add_argument("--confirm", action="store_true", help="find each cost again by HiGHS")
    asked.add_argument("--method", choices=METHODS, default="ipm")
    asked.add_argument("--confirm-limit", type=float, default=1800.0, help="seconds for that")
    asked.add_argument("--json", action="store_true", help="one object a line")
    args = asked.parse_args()
    from planner.solve.decomposed import solve

    solve(fleet(1), gap=0.1)  # compiles the recursion where need be
    if not args.json:
        print(HEAD)
    for sites, ladders, years in cases(args):
        row = run(sites, ladders, years, args)
        print(json.dumps(row) if args.json else line(row), flush=True)
        if args.confirm and not args.json:
            print(f"      {said(row)}", flush=True)


if __name__ == "__main__":
    main()
