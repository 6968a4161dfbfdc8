"""An answer's cost found again by HiGHS: every hour written out, the answer's whole numbers held.

All that is continuous (sizes of generation and stores, every hour) is free, so the optimum found is the least that
those whole numbers can cost. By the interior point method, with crossover to a vertex only where that is asked for.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

METHODS = ("ipm", "ipm-crossover", "simplex")


def confirm(
    m: Any, answer: Any, *, method: str = "ipm", limit_s: float = 1800.0, ends: float | None = None
) -> dict[str, Any]:
    """What HiGHS finds for a model at the whole numbers of `answer`: cost, relative difference, seconds, rows.

    `ends`: what a store holds where a stretch ends and begins; free where none is given.
    """
    from planner.solve.expand import expand
    from planner.solve.pulp_highs import quiet_highs, status_of, to_highs

    expanded = expand(m)
    values = np.zeros(len(expanded.matrix.lo))
    values[expanded.column] = answer.values
    held = expanded.matrix.fixed(values)
    for key, columns in expanded.buses.items() if ends is not None else ():
        for level in (store[2] for store in columns.stores):
            last = level[[end - 1 for _, end in m.buses[key].calendar.stretches]]
            held.lo[last] = held.hi[last] = ends
    options: dict[str, object] = {"solver": "simplex" if method == "simplex" else "ipm", "time_limit": limit_s}
    h = quiet_highs(options | {"run_crossover": "on" if method == "ipm-crossover" else "off"})
    h.passModel(to_highs(held, held.dense(expanded.ledger())))
    begin = time.perf_counter()
    h.run()
    found = {"confirmed_by": method, "confirm_s": time.perf_counter() - begin, "rows": len(held.row_lo)}
    usd = float(h.getInfo().objective_function_value)
    if status_of(h) != "optimal":
        return found | {"confirmed_usd": None, "difference": None}
    return found | {"confirmed_usd": usd, "difference": answer.objective / usd - 1}


def said(row: dict[str, Any]) -> str:
    """One line of it."""
    if row["confirmed_usd"] is None:
        spent = f"{row['confirm_s']:.0f} s on {row['rows']:,} rows"
        return f"{row['confirmed_by']}: stopped without an optimum after {spent}"
    what = f"{row['confirmed_usd']:,.2f}, relative difference {row['difference']:.1e}"
    return f"{row['confirmed_by']}: {what}, {row['confirm_s']:.0f} s on {row['rows']:,} rows"
