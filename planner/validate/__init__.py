"""Published measurements against what the estimators say: `aiplan validate ROWS.yaml`.

A predictor is a plain module in this folder. What it defines:

- `accepts(entry)`: whether a row is of its kind, judged by which fields it has, never by their values being right;
- `predict(entry, books)`: one `Prediction` for each measured field of the row. A field that cannot be predicted is a
  `Prediction` with `excluded`, the reason; raising `Excluded` sets the whole row aside. `entry` reads fields with their
  types checked (entry.py), `books` holds catalogs, coefficients and the accelerators' names (books.py);
- `fields(entry)`, if it likes: the measured fields of a row, so that a row set aside is so field by field.

Predictors are found by what they define, asked in the order of their names, and the first that accepts a row gets it.
Error is signed: predicted / measured - 1, so +0.10 promises a tenth too much (of throughput) or too long (of a time).
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from planner.validate.prediction import Predictor


def predictors() -> tuple[Predictor, ...]:
    """Every module of this folder that accepts and predicts, by name."""
    modules = [import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__)]
    found = [m for m in modules if hasattr(m, "accepts") and hasattr(m, "predict")]
    return tuple(
        Predictor(m.__name__.rpartition(".")[2], m.accepts, m.predict, getattr(m, "fields", None))
        for m in sorted(found, key=lambda m: m.__name__)
    )
