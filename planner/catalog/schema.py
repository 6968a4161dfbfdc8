"""The JSON Schema of a catalog file."""

from __future__ import annotations

from typing import Any

from planner.catalog.rows import LEVELS

SOURCE: dict[str, Any] = {
    "description": "an id of this file's `sources`, or several of them",
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
}
FIGURE: dict[str, Any] = {
    "description": "a number with its source; the unit is in the key",
    "anyOf": [
        {"type": "array", "prefixItems": [{"type": "number"}, {"type": "string"}], "minItems": 2, "maxItems": 2},
        {
            "type": "object",
            "required": ["value", "source"],
            "additionalProperties": False,
            "properties": {
                "value": {"type": "number"},
                "low": {"type": "number"},
                "high": {"type": "number"},
                "source": SOURCE,
                "as_of": {"type": "string"},
                "confidence": {"enum": list(LEVELS)},
                "note": {"type": "string"},
            },
        },
        {
            "type": "object",
            "required": ["array", "source"],
            "properties": {"array": {"type": "array", "items": {"type": "number"}}, "source": SOURCE},
        },
        {"type": "string"},
        {"type": "boolean"},
        {"type": "array", "items": {"type": "string"}},
    ],
}


def json_schema() -> dict[str, Any]:
    """What `aiplan schema catalog` prints."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "aiplan catalog file",
        "type": "object",
        "required": ["kind", "rows"],
        "properties": {
            "kind": {"type": "string"},
            "as_of": {"type": "string", "description": "default date of the file's figures"},
            "sources": {"type": "object"},
            "rows": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {
                        "id": {"type": "string"},
                        "name": {"type": "string"},
                        "tags": {"type": "array", "items": {"type": "string"}},
                    },
                    "additionalProperties": FIGURE,
                },
            },
        },
    }
