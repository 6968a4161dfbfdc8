"""One site's year: aiplan against PyPSA with HiGHS and against bare HiGHS, on the identical problem, in one run.

    python benchmarks/pypsa_site.py SERIES.csv [--market] [--peer PYTHON] [--shares 0 0.8 0.9 0.98] [--json]
    python benchmarks/pypsa_site.py SERIES.csv [--market] --confirm [ipm|ipm-crossover|simplex]   without the peers

SERIES.csv has columns load_mw, solar_cf, wind_cf, grid_price: the made-up site. With `--market` it is a year of a real
grid instead, with columns wind_mw, solar_mw and price_usd_per_mwh: a steady load of 20 MW, wind at 50 and solar at 52
USD/MWh in the shapes of that grid's own, a battery of the reference cost set, sales of at most a fifth of consumption.
Prices below zero are taken as zero: where consumption is paid for, linear programs burn energy in a battery's losses by
charging and discharging at once, which no battery does. PYTHON is an interpreter whose environment has what
`benchmarks/peers/requirements.txt` pins. `_s` is a whole process, `_solve_s` from data in memory to answer: for PyPSA
the building of its model counts, as the making of cuts does for us; loading modules does not, nor for us loading the
compiled recursion. The first, warming run of ours is printed apart: it compiles the recursion where need be. With
`--confirm` only our own model is solved, to 1e-4 and 1e-6, and HiGHS finds its optimum with every hour written out
(benchmarks/confirm.py).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from site_problem import MADE_UP, market, series

HERE = Path(__file__).parent
LOAD_MW, WIND_USD, SOLAR_USD = 20.0, 50.0, 52.0
METHODS = ("ipm-no-crossover", "ipm", "simplex")


def run(*command: str) -> dict[str, Any]:
    """A process's JSON, this project's modules in sight."""
    env = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def case(path: str, constants: str, peer: str, share: float, methods: tuple[str, ...]) -> dict[str, Any]:
    """The three answers to one share, and ours at a hundredth of the gap."""
    ours = run(sys.executable, str(HERE / "site_problem.py"), path, str(share), "1e-4", constants)
    fine = run(sys.executable, str(HERE / "site_problem.py"), path, str(share), "1e-6", constants)
    pypsa = run(peer, str(HERE / "peers" / "pypsa_peer.py"), path, str(share), constants)
    bare = [run(peer, str(HERE / "peers" / "highs_peer.py"), path, str(share), constants, method) for method in methods]
    highs = min(bare, key=lambda b: b["solve_s"])
    return {
        "share": share,
        "aiplan_s": ours["whole_s"],
        "pypsa_s": pypsa["whole_s"],
        "highs_s": highs["whole_s"],
        "aiplan_solve_s": ours["solve_s"],
        "pypsa_solve_s": pypsa["solve_s"],
        "highs_solve_s": highs["solve_s"],
        "highs_method": highs["method"],
        "aiplan_mb": ours["mb"],
        "pypsa_mb": pypsa["mb"],
        "aiplan_usd": ours["usd"],
        "aiplan_bound_usd": ours["bound_usd"],
        "pypsa_usd": pypsa["usd"],
        "relative_difference": ours["usd"] / pypsa["usd"] - 1,
        "fine_solve_s": fine["solve_s"],
        "fine_relative_difference": fine["usd"] / pypsa["usd"] - 1,
    }


def confirmed(path: str, constants: str, share: float, method: str) -> list[dict[str, Any]]:
    """Ours at two gaps, each beside the optimum that HiGHS finds for the same model."""
    program = str(HERE / "site_problem.py")
    fine = run(sys.executable, program, path, str(share), "1e-6", constants, method)
    rough = run(sys.executable, program, path, str(share), "1e-4", constants)
    rows = [{"asked": 1e-4} | rough, {"asked": 1e-6} | fine]
    usd = fine["confirmed_usd"]
    return [row | {"confirmed_usd": usd, "difference": usd and row["usd"] / usd - 1} for row in rows]


def confirmations(rows: list[dict[str, Any]]) -> str:
    """These side by side."""
    head = "share    gap asked   proven  trials  dispatches  aiplan s      difference to HiGHS"
    lines = (
        f"{r['share']:5.2f}  {r['asked']:11.0e}  {r['gap']:.1e}  {r['trials']:6d}  {r['dispatches']:10d}  "
        f"{r['solve_s']:8.2f}  {'no optimum in time' if r['difference'] is None else format(r['difference'], '23.1e')}"
        for r in rows
    )
    return "\n".join([head, *lines])


def real(path: Path, folder: Path) -> tuple[Path, dict[str, float]]:
    """A grid's year as a site's: the series in a file of their own, and the constants."""
    given = series(path)
    made = {f"{name}_cf": [mw / max(given[f"{name}_mw"]) for mw in given[f"{name}_mw"]] for name in ("solar", "wind")}
    made["grid_price"] = [max(0.0, usd) for usd in given["price_usd_per_mwh"]]
    made["load_mw"] = [LOAD_MW] * len(made["grid_price"])
    file = folder / "site.csv"
    rows = zip(*made.values(), strict=True)
    file.write_text("\n".join([",".join(made), *(",".join(map(repr, row)) for row in rows)]) + "\n")
    return file, market(WIND_USD, SOLAR_USD, made)


def table(rows: list[dict[str, Any]]) -> str:
    """The figures side by side."""
    head = "share  aiplan s  PyPSA s  HiGHS s  ratio PyPSA / HiGHS  whole ratio  memory ratio  difference   at 1e-6"
    lines = (
        f"{r['share']:5.2f}  {r['aiplan_solve_s']:8.3f}  {r['pypsa_solve_s']:7.2f}  {r['highs_solve_s']:7.2f}  "
        f"{r['pypsa_solve_s'] / r['aiplan_solve_s']:11.1f} / {r['highs_solve_s'] / r['aiplan_solve_s']:5.1f}  "
        f"{r['pypsa_s'] / r['aiplan_s']:11.1f}  {r['pypsa_mb'] / r['aiplan_mb']:12.1f}  "
        f"{r['relative_difference']:10.1e}  {r['fine_solve_s']:.3f} s, {r['fine_relative_difference']:.1e}"
        for r in rows
    )
    return "\n".join([head, *lines])


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("series")
    asked.add_argument("--peer", default=sys.executable)
    asked.add_argument("--shares", type=float, nargs="+", default=[0.0, 0.8, 0.9, 0.98])
    asked.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--market", action="store_true")
    asked.add_argument("--confirm", nargs="?", const="ipm", choices=("ipm", "ipm-crossover", "simplex"))
    args = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, k = (real(Path(args.series), Path(folder))) if args.market else (Path(args.series), MADE_UP)
        compare(args, str(path), json.dumps(k))


def compare(args: argparse.Namespace, path: str, constants: str) -> None:
    """Every share in turn, printed as it comes (JSON) or at the end (table)."""
    cold = run(sys.executable, str(HERE / "site_problem.py"), path, "0.5", "1e-4", constants)
    rows: list[dict[str, Any]] = []
    for share in args.shares:
        if args.confirm:
            rows += (made := confirmed(path, constants, share, args.confirm))
            print("\n".join(map(json.dumps, made)) if args.json else confirmations(made), flush=True)
            continue
        rows.append(case(path, constants, args.peer, share, tuple(args.methods)))
        if args.json:
            print(json.dumps(rows[-1]), flush=True)
    if not args.json and not args.confirm:
        print(f"first run: {cold['whole_s']:.2f} s, of which solving {cold['solve_s']:.2f} s")
        print(table(rows))


if __name__ == "__main__":
    main()
