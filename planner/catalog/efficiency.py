"""Performance per watt of CPU, GPU and TPU, side by side.

Accelerators: dense BF16 TFLOP/s over board power, vendor peak and measured matrix-multiply ceiling (mamf). CPU servers:
SPECpower ssj_ops per watt, median of published results. The two scales do not compare; each ranks its own kind.
"""

from __future__ import annotations

from planner.catalog.catalog import Catalog
from planner.catalog.rows import Row


def rows(books: Catalog) -> list[str]:
    """Lines of a plain table, best first within each family."""
    found = [f"{'family':<7} {'id':<34} {'peak BF16 TFLOP/s/W':>20} {'measured':>9} {'ssj_ops/W':>10}"]
    chips = [r for r in books.rows("accelerator") if r.get("bf16_tflops", 0) and r.get("tdp_w", 0)]
    for row in sorted(chips, key=lambda r: (str(r.text.get("family")), -_peak(r), r.id)):
        measured = row.get("mamf_bf16_tflops", 0.0) / row.number("tdp_w")
        shown = f"{measured:.2f}" if measured else "-"
        weak = " (power from memory)" if row.figure("tdp_w").confidence == "memory" else ""
        found.append(f"{row.text.get('family', ''):<7} {row.id:<34} {_peak(row):>20.2f} {shown:>9} {'-':>10}{weak}")
    servers = [r for r in books.rows("node") if "ssj_ops_per_w" in r.figures]
    ranked = sorted(servers, key=lambda r: (-r.number("ssj_ops_per_w"), r.id))
    return found + [f"{'cpu':<7} {r.id:<34} {'-':>20} {'-':>9} {r.number('ssj_ops_per_w'):>10,.0f}" for r in ranked]


def _peak(row: Row) -> float:
    return row.number("bf16_tflops") / row.number("tdp_w")
