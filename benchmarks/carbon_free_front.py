"""A front of carbon-free shares on the made-up site: cuts kept between the points, against none kept.

    python benchmarks/carbon_free_front.py SERIES.csv [POINTS] [--json]

Every point is solved to a proven 1e-4. The first, compiling call is not counted; loading modules is not either.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from site_problem import MADE_UP, model, series

MOST = 0.98


def front(data: dict[str, list[float]], points: int, *, keep: bool) -> dict[str, Any]:
    """Every point's cost and gap, and the seconds of all."""
    from planner.solve.decomposed import solve
    from planner.solve.memory import Memory

    solve(model({name: values[:48] for name, values in data.items()}, 0.0, MADE_UP))
    memory, made = Memory() if keep else None, []
    begin = time.perf_counter()
    for share in np.linspace(0.0, MOST, points).tolist():
        answer = solve(model(data, share, MADE_UP), gap=1e-4, memory=memory)
        made.append({"share": share, "usd": answer.objective, "gap": answer.gap})
    return {"cuts_kept": keep, "points": made, "s": time.perf_counter() - begin}


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--json"]
    hours, count = series(Path(words[0])), int(words[1]) if len(words) > 1 else 20
    for keep in (False, True):
        found = front(hours, count, keep=keep)
        if "--json" in sys.argv[1:]:
            print(json.dumps(found))
        else:
            print(f"{count} points, cuts {'kept' if keep else 'not kept'}: {found['s']:.1f} s")
            if keep:
                print("\n".join(f"{p['share']:6.3f}  {p['usd']:14,.0f}  gap {p['gap']:.1e}" for p in found["points"]))
