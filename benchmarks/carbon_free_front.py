"""A front of carbon-free shares on the made-up site: cuts kept between the points, against none kept.

    python benchmarks/carbon_free_front.py SERIES.csv [POINTS] [--confirm] [--json]

Every point is solved to a proven 1e-4. The first, compiling call is not counted; loading modules is not either.
`--confirm` finds the cost of every point again by HiGHS (benchmarks/confirm.py), outside of the time.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from confirm import METHODS, confirm, said
from site_problem import MADE_UP, model, series

MOST = 0.98


def front(data: dict[str, list[float]], points: int, *, keep: bool) -> tuple[dict[str, Any], list[Any]]:
    """Every point's cost, gap and trials, and the seconds of all; and the answers."""
    from planner.solve.decomposed import solve
    from planner.solve.memory import Memory

    solve(model({name: values[:48] for name, values in data.items()}, 0.0, MADE_UP))
    memory, shares = Memory() if keep else None, np.linspace(0.0, MOST, points).tolist()
    begin = time.perf_counter()
    answers = [solve(model(data, share, MADE_UP), gap=1e-4, memory=memory) for share in shares]
    took = time.perf_counter() - begin
    made = [
        {"share": share, "usd": a.objective, "gap": a.gap} | a.effort.counts()
        for share, a in zip(shares, answers, strict=True)
    ]
    return {"cuts_kept": keep, "points": made, "s": took}, answers


def confirmed(data: dict[str, list[float]], found: dict[str, Any], answers: list[Any], method: str) -> None:
    """Adds to every point what HiGHS finds for it."""
    for point, answer in zip(found["points"], answers, strict=True):
        point |= confirm(model(data, point["share"], MADE_UP), answer, method=method)


def text(found: dict[str, Any]) -> str:
    """Seconds of a front, and its points where cuts were kept."""
    points = found["points"]
    head = f"{len(points)} points, cuts {'kept' if found['cuts_kept'] else 'not kept'}: {found['s']:.1f} s, "
    head += f"{sum(p['trials'] for p in points)} trials"
    rows = [
        f"{p['share']:6.3f}  {p['usd']:14,.0f}  gap {p['gap']:.1e}  {said(p) if 'rows' in p else ''}".rstrip()
        for p in points
    ]
    return "\n".join([head, *rows] if found["cuts_kept"] else [head])


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("series", type=Path)
    asked.add_argument("points", type=int, nargs="?", default=20)
    asked.add_argument("--confirm", action="store_true")
    asked.add_argument("--method", choices=METHODS, default="ipm")
    asked.add_argument("--json", action="store_true")
    args = asked.parse_args()
    hours = series(args.series)
    for keep in (False, True):
        found, answers = front(hours, args.points, keep=keep)
        if args.confirm and keep:
            confirmed(hours, found, answers, args.method)
        print(json.dumps(found) if args.json else text(found), flush=True)


if __name__ == "__main__":
    main()
