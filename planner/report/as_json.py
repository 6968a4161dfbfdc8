"""The plan as JSON: the same bytes for the same plan."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.plan.schema import Plan


def render(plan: Plan, *, detail: str, terminal: bool) -> str:
    """Every table; hours on one line each."""
    data = plan.model_dump(mode="json")
    parts = [f" {json.dumps(key)}: {_value(value)}" for key, value in data.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _value(value: object) -> str:
    """Lists of records one record a line: small diffs, small files."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(f"  {json.dumps(v, ensure_ascii=False, allow_nan=False)}" for v in value) + "\n ]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
