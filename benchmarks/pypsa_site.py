"""One site's year: aiplan against PyPSA with HiGHS and against bare HiGHS, on the identical problem, in one run.

    python benchmarks/pypsa_site.py SERIES.csv [--peer PYTHON] [--shares 0 0.8 0.9 0.98] [--json]

SERIES.csv has columns load_mw, solar_cf, wind_cf, grid_price. PYTHON is an interpreter whose environment has what
`benchmarks/peers/requirements.txt` pins. `_s` is a whole process, `_solve_s` from data in memory to answer: for PyPSA
the building of its model counts, as the making of cuts does for us; loading modules does not, nor for us loading the
compiled recursion. The first, warming run of ours is printed apart: it compiles the recursion where need be.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
METHODS = ("ipm-no-crossover", "ipm", "simplex")


def run(*command: str) -> dict[str, Any]:
    """A process's JSON, this project's modules in sight."""
    env = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def case(path: str, peer: str, share: float, methods: tuple[str, ...]) -> dict[str, Any]:
    """The three answers to one share, and ours at a hundredth of the gap."""
    ours = run(sys.executable, str(HERE / "site_problem.py"), path, str(share))
    fine = run(sys.executable, str(HERE / "site_problem.py"), path, str(share), "1e-6")
    pypsa = run(peer, str(HERE / "peers" / "pypsa_peer.py"), path, str(share))
    bare = [run(peer, str(HERE / "peers" / "highs_peer.py"), path, str(share), method) for method in methods]
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
    args = asked.parse_args()
    cold = run(sys.executable, str(HERE / "site_problem.py"), args.series, "0.5")
    rows = []
    for share in args.shares:
        rows.append(case(args.series, args.peer, share, tuple(args.methods)))
        if args.json:
            print(json.dumps(rows[-1]), flush=True)
    if not args.json:
        print(f"first run: {cold['whole_s']:.2f} s, of which solving {cold['solve_s']:.2f} s")
        print(table(rows))


if __name__ == "__main__":
    main()
