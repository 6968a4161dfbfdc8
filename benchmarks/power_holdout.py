"""How well power at the wall is predicted where it was not measured.

    python benchmarks/power_holdout.py

    ln (watts / boards' watts) = a + accelerator + kind of work + tuned        all but a drawn to zero (ridge)

fitted to the published rows with `system_power_w` anew without each row, each accelerator and each kind of work; what
is left out is predicted by what the others say. Prints the errors and the ranges of measured over predicted
(serving_ranges.py) that `power_error` and `power_boards_error` of catalogs/physics/coefficient.yaml hold.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from serving_fit import DATA, FILES
from serving_ranges import span

from planner import driver
from planner.validate.books import books
from planner.validate.entry import Entry
from planner.validate.mlperf import tuned, work_of
from planner.validate.reading import entries
from planner.validate.serving_fields import POWER

RESULTS = Path(__file__).parent / "results" / "power_holdout.json"
DRAWN = 0.3
"""Ridge on squared log effects, over the squared log error of a row."""
MISSED = 0.1
FEW_GROUPS, WIDTHS = 5, 2.0
"""Fewer groups than this tell no percentile of the next one: the range then spans so many root mean square errors."""
Numbers = NDArray[np.float64]
WAYS: dict[str, Callable[[Entry, int], object]] = {
    "row": lambda entry, at: at,
    "kind of work": lambda entry, at: work_of(entry.text("model")) or "llm",
    "accelerator": lambda entry, at: entry.text("accelerator"),
}


def design(rows: list[Entry]) -> Numbers:
    """A column for the mean, each accelerator, each kind of work, and tuning; a row for each measurement."""
    marks = [
        ["mean", f"accelerator {e.text('accelerator')}", f"work {work_of(e.text('model')) or 'llm'}"]
        + (["tuned"] if tuned(e.text("system")) else [])
        for e in rows
    ]
    names = ["mean", *sorted({m for found in marks for m in found} - {"mean"})]
    return np.array([[float(name in found) for name in names] for found in marks])


def left_out(x: Numbers, y: Numbers, parts: list[object]) -> Numbers:
    """Log errors, predicted over measured, from a fit without each part."""
    errors = np.zeros(len(y))
    held = DRAWN * np.eye(x.shape[1])
    held[0, 0] = 0.0
    for part in set(parts):
        out = np.array([p == part for p in parts])
        effects = np.linalg.solve(x[~out].T @ x[~out] + held, x[~out].T @ y[~out])
        errors[out] = x[out] @ effects - y[out]
    return errors


def range_of(errors: Numbers, groups: int) -> tuple[float, float]:
    """Measured over predicted of a row like those of these log errors."""
    if groups >= FEW_GROUPS:
        return span(np.exp(-errors), MISSED)
    wide = WIDTHS * float(np.sqrt((errors**2).mean()))
    return float(np.exp(-wide)), float(np.exp(wide))


def figures(way: str, x: Numbers, y: Numbers, parts: list[object]) -> dict[str, object]:
    """Errors of what is left out, and how often a range made without it holds."""
    errors, groups = left_out(x, y, parts), len(set(parts))
    ratios, inside = np.exp(-errors), np.zeros(len(y), dtype=bool)
    for part in set(parts):
        out = np.array([p == part for p in parts])
        low, high = range_of(errors[~out], groups)
        inside[out] = (low <= ratios[out]) & (ratios[out] <= high)
    ape, (low, high) = np.abs(np.expm1(errors)), range_of(errors, groups)
    print(f"{way}: {len(y)} rows, mean {ape.mean():.1%}, held {inside.mean():.0%}, {low:.2f} to {high:.2f}")
    found = {"mape": ape.mean(), "median_ape": np.median(ape), "p90_ape": np.quantile(ape, 0.9)}
    found |= {"bias": np.expm1(errors).mean(), "coverage": inside.mean()}
    rounded = {name: round(float(value), 4) for name, value in found.items()}
    return {"title": f"leave {way} out: power", "n": len(y), "excluded": 0, **rounded}


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    known = books(driver.catalog([]))
    rows = [e for file in FILES for e in entries(DATA / file) if e.has(POWER)]
    boards = [e.positive("count", 1) * known.accelerator(e.text("accelerator")).number("tdp_w") for e in rows]
    x, y = design(rows), np.log([e.positive(POWER) / b for e, b in zip(rows, boards, strict=True)])
    made = [figures(way, x, y, [of(e, at) for at, e in enumerate(rows)]) for way, of in WAYS.items()]
    RESULTS.write_text(json.dumps(made, indent=1) + "\n")


if __name__ == "__main__":
    main()
