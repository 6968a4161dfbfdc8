"""The scenario's format as JSON Schema, for editors and other checkers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from planner.scenario.fragment import Fragment

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(fragments: Sequence[Fragment] = ()) -> dict[str, Any]:
    """JSON Schema (2020-12) of a scenario as it is written, the blocks' own keys included."""
    from planner.scenario.schema import build

    made: dict[str, Any] = _as_written(build(fragments).model_json_schema(mode="validation"))
    return {"$schema": DIALECT, **made}


def _as_written(node: Any) -> Any:
    """Defaults as people write them: shares in percent; those in base units or of whole records left out."""
    if isinstance(node, list):
        return [_as_written(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: _as_written(value) for key, value in node.items()}
    default = made.get("default")
    if "default" in made and (default is None or isinstance(default, dict | list)):
        del made["default"]
    if isinstance(default, float) and made.get("type") == "string":
        percent = any(str(e).endswith("%") for e in made.get("examples", ()))
        del made["default"]
        made |= {"default": f"{default * 100:.10g}%"} if percent else {}
    return made
