"""A validation as JSON: `rows`, each the input row plus what came of it, one per measured field; and `groups`."""

from __future__ import annotations

import json
from dataclasses import asdict
from math import isfinite
from typing import Any

from planner.validate.run import Result, Validation


def render(made: Validation) -> str:
    """JSON text with a newline at its end; no NaN or infinity: such numbers of the input are written as text."""
    rows = [_row(result) for result in made.results]
    data = {"rows": rows, "groups": [asdict(group) for group in made.groups]}
    return json.dumps(_plain(data), indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def _row(result: Result) -> dict[str, Any]:
    ours = {
        "field": result.field,
        "unit": result.unit or result.entry.data.get("unit") or "",
        "predicted": result.predicted,
        "measured": result.measured,
        "error": result.error,
        "low": result.low,
        "high": result.high,
        "basis": result.basis,
        "predictor": result.predictor,
        "line": result.entry.line,
    }
    return {**result.entry.data, **ours, **({"excluded": result.excluded} if result.excluded else {})}


def _plain(value: Any) -> Any:
    """Numbers to nine digits, so that machines agree on the bytes."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return float(f"{value:.9g}") if isfinite(value) else str(value)
    return value
