"""JSON Schemas of the files that people write and that we write."""

from __future__ import annotations

from typing import Any

from planner.errors import BadInput


def schema(which: str) -> dict[str, Any]:
    """The JSON Schema of a scenario, a plan, a catalog file or a policy."""
    if which == "scenario":
        from planner.driver import fragments
        from planner.scenario import json_schema

        return json_schema(fragments())
    if which == "plan":
        from planner.plan.schema import Plan

        return Plan.model_json_schema()
    if which == "catalog":
        from planner.catalog.schema import json_schema as catalog_schema

        return catalog_schema()
    if which == "policy":
        from planner.policy.figures import FIGURES
        from planner.policy.schema import json_schema as policy_schema

        return policy_schema(tuple(FIGURES))
    raise BadInput(f"no schema {which!r}: choose scenario, plan, catalog or policy")
