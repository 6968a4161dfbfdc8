"""Blocks' own keys: optional, checked, placed, in the schema; and the schema itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import jsonschema
import pytest
from pydantic import BaseModel, ConfigDict, Field

from planner.scenario import Fragment, ScenarioProblems, fragment_of, json_schema, load, loads
from planner.scenario.quantity import PowerKw
from planner.yaml12 import parse

EVERYTHING = Path(__file__).parent / "everything" / "scenario.yaml"
SMALL = """aiplan: 1
name: small
sites:
  - id: va
    location: {latitude: 39.0, longitude: -77.5}
    region: us_pjm_virginia
workloads:
  - {kind: dataset, id: corpus, size: 500 TB}
"""


class Standby(BaseModel):
    """A block's own record."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    power: PowerKw
    count: Annotated[int, Field(ge=1)] = 1


FRAGMENTS = (
    Fragment("site", "standby", Standby, "Standby generators"),
    Fragment("limits", "noise", PowerKw, "Largest noise"),
    Fragment("workload", "priority", Annotated[int, Field(ge=0)], "Who goes first"),
    Fragment("scenario", "auction", Standby, "An auction"),
)
USED = SMALL.replace("region:", "standby: {power: 2 MW}\n    region:").replace("500 TB", "500 TB, priority: 3")
USED += "limits: {noise: 3 kW}\nauction: {power: 1 kW, count: 2}\n"


def test_keys_of_blocks_are_read() -> None:
    scenario = loads(USED.encode(), "s.yaml", Path(), FRAGMENTS)
    assert fragment_of(scenario.sites[0], "standby") == Standby.model_construct(power=2000.0, count=1)
    assert fragment_of(scenario.limits, "noise") == 3.0
    assert fragment_of(scenario.workloads[0], "priority") == 3
    assert fragment_of(scenario, "auction").count == 2
    assert scenario.origin("limits", "noise") == "s.yaml:10"


def test_keys_of_blocks_are_optional() -> None:
    scenario = loads(SMALL.encode(), "s.yaml", Path(), FRAGMENTS)
    assert fragment_of(scenario.sites[0], "standby") is None
    assert fragment_of(scenario, "auction") is None
    assert fragment_of(scenario.limits, "noise") is None


def test_without_the_block_its_keys_are_unknown() -> None:
    with pytest.raises(ScenarioProblems) as caught:
        loads(USED.encode(), "s.yaml", Path())
    assert {p.code for p in caught.value.problems} == {"unknown-key"}
    assert [p.line for p in caught.value.problems] == [6, 9, 10, 11]


def test_faults_inside_fragments_are_placed() -> None:
    text = (
        USED.replace("2 MW", "2")
        .replace("count: 2", "cuont: 2")
        .replace("3 kW", "3 km")
        .replace("priority: 3", "priority: x")
    )
    with pytest.raises(ScenarioProblems) as caught:
        loads(text.encode(), "s.yaml", Path(), FRAGMENTS)
    found = caught.value.problems
    assert [(p.line, p.code) for p in found] == [(6, "quantity"), (9, "type"), (10, "quantity"), (11, "unknown-key")]
    assert "`count`" in found[-1].fix


@pytest.mark.parametrize("twice", [(FRAGMENTS[0], FRAGMENTS[0]), (Fragment("site", "grid", Standby),)])
def test_a_key_has_one_owner(twice: tuple[Fragment, ...]) -> None:
    with pytest.raises(ValueError, match=r"grid|standby"):
        loads(SMALL.encode(), "s.yaml", Path(), twice)


def schema() -> dict[str, Any]:
    return json_schema(FRAGMENTS)


def test_schema_is_one_and_describes_every_quantity() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    connection = schema()["$defs"]["Grid"]["properties"]["connection"]
    assert "Largest import" in connection["description"]
    assert "base unit: kW" in str(connection)


def test_schema_accepts_what_loads() -> None:
    data = parse(EVERYTHING.read_text(encoding="utf-8"), "e").data
    load(EVERYTHING)
    jsonschema.validate(data, json_schema())
    jsonschema.validate(parse(USED, "u").data, schema())


@pytest.mark.parametrize(
    ("a", "b"),
    [("name: small", "nmae: small"), ("kind: dataset", "kind: datset"), ("500 TB", "500"), ("39.0", "north")],
)
def test_schema_refuses_what_does_not_load(a: str, b: str) -> None:
    text = SMALL.replace(a, b)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(parse(text, "t").data, schema())
    with pytest.raises(ScenarioProblems):
        loads(text.encode(), "t.yaml", Path(), FRAGMENTS)


def test_schema_is_the_same_every_time() -> None:
    import json

    assert json.dumps(schema()) == json.dumps(schema())
