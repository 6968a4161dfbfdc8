"""Problem and options as JSON values: base units, arrays left out, infinities as null."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from math import isfinite
from typing import Any

import numpy as np

DIGITS = 12
"""Significant digits kept: far below solver tolerance, and the same text on every run."""


def tidy(value: float) -> float:
    """A float rounded to `DIGITS` significant digits, never minus zero."""
    return float(f"{value:.{DIGITS}g}") + 0.0


def jsonable(value: Any, *, arrays: bool = False) -> Any:
    """A frozen value as JSON; arrays of hours are dropped (None) unless `arrays`."""
    if isinstance(value, np.ndarray):
        return [tidy(float(v)) for v in value] if arrays or len(value) <= 168 else None
    if isinstance(value, bool) or value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float | np.floating):
        return tidy(float(value)) if isfinite(value) else None
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return {f.name: jsonable(getattr(value, f.name), arrays=arrays) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(k): jsonable(v, arrays=arrays) for k, v in sorted(value.items(), key=lambda kv: str(kv[0]))}
    if isinstance(value, list | tuple):
        return [jsonable(v, arrays=arrays) for v in value]
    if hasattr(value, "model_dump"):
        return jsonable(value.model_dump(mode="json"), arrays=arrays)
    raise TypeError(f"no JSON form for {type(value).__name__}")
