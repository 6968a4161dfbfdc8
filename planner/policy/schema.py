"""The shape of a policy file. What a rule's figure and comparison mean is checked where figures are known."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from planner.scenario.schema_base import Day, Id, Many, Prose, Record, Ref, Some, Text, Version, fault
from planner.scenario.schema_workload import KINDS

Level = Literal["error", "warning", "info"]
COMPARISONS = ("at_most", "at_least", "one_of", "none_of", "may_rise", "may_fall", "given")
SUBJECTS = ("figure", "plan", "scenario")


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, dict | list):
        raise fault(
            "this is not one value", "a number, a quantity with its unit, or a word", "Write one value.", "type"
        )
    return value


Scalar = Annotated[Any, AfterValidator(_scalar), WithJsonSchema({"type": ["string", "number", "boolean"]})]
Share = Annotated[Any, AfterValidator(_scalar), WithJsonSchema({"type": "string", "examples": ["5%", "50 kUSD/year"]})]


class Of(Record):
    """Which part of a figure: everything that is left out may be anything."""

    workload: Text | None = None
    kind: Annotated[Literal[tuple(KINDS)] | None, Field(description="Kind of workload")] = None  # type: ignore[valid-type]
    site: Text | None = None
    hall: Text | None = None
    period: Text | None = None
    machine: Text | None = None
    row: Annotated[Text | None, Field(description="Catalog row, KIND/ID")] = None


class Where(Record):
    """Which scenarios: those with all of these tags, and with none of those."""

    tags: Many[Ref] = ()
    without: Many[Ref] = ()


class Exemption(Record):
    """A scenario that need not keep a rule, why, and until when: the last day on which it need not."""

    scenario: Annotated[Text, Field(description="Name of the scenario")]
    reason: Text
    owner: Text | None = None
    until: Annotated[Day | None, Field(description="Last day; left out, there is no end")] = None
    of: Of = Of()


class Rule(Record):
    """One figure of a scenario or a plan, and what it is held to."""

    id: Id
    figure: Annotated[Text | None, Field(description="A named figure")] = None
    plan: Annotated[Text | None, Field(description="A path in a plan's JSON, as `headline[*].pue`")] = None
    scenario: Annotated[Text | None, Field(description="A path in a scenario, as `workloads[*].survive`")] = None
    of: Of = Of()
    total: Annotated[Literal["sum", "count"] | None, Field(description="Of all that the path leads to")] = None
    at_most: Scalar = None
    at_least: Scalar = None
    one_of: Some[Scalar] | None = None
    none_of: Some[Scalar] | None = None
    may_rise: Annotated[Share, Field(description="At most so much above the base: a share of it, or an amount")] = None
    may_fall: Annotated[Share, Field(description="At most so much below the base: a share of it, or an amount")] = None
    given: Annotated[bool | None, Field(description="Whether the key must stand in the scenario, or must not")] = None
    level: Level = "error"
    reason: Text
    owner: Text | None = None
    where: Where = Where()
    unless_label: Annotated[Text | None, Field(description="A label of the pull request that waives the rule")] = None
    exempt: Many[Exemption] = ()


class Policy(Record):
    """Rules with one owner."""

    aiplan_policy: Annotated[Version, Field(description="Version of this format")]
    name: Text
    description: Prose = ""
    owner: Text | None = None
    rules: Some[Rule]


def json_schema(figures: tuple[str, ...]) -> dict[str, Any]:
    """JSON Schema (2020-12) of a policy file; `figures`: the names that there are."""
    made = Policy.model_json_schema(mode="validation")
    made["$defs"]["Rule"]["properties"]["figure"] = {
        "description": "A named figure",
        "enum": list(figures),
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_without_none(made)}


def _without_none(node: Any) -> Any:
    """No defaults that stand for nothing, and no `null` beside what may be left out."""
    if isinstance(node, list):
        return [_without_none(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: _without_none(value) for key, value in node.items()}
    if "default" in made and made["default"] in (None, [], {}):
        del made["default"]
    if isinstance(choices := made.get("anyOf"), list):
        left = [c for c in choices if c != {"type": "null"}]
        if len(left) == 1:
            del made["anyOf"]
            made = {**left[0], **made}
    return made
