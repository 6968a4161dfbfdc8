"""`KEY=VALUE` put into a scenario: where it goes, and what is said where it has no place."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.scenario import ScenarioProblems, render
from planner.scenario.change import Change
from planner.scenario.loader import examine

SMALL = """aiplan: 1
name: small
sites:
  - id: va
    location: {latitude: 39, longitude: -77.5}
    region: us_pjm_virginia
    grid: {connection: 3 MW}
workloads:
  - {kind: dataset, id: corpus, size: 500 TB}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_an_entry_goes_by_its_id_or_its_number(file: Path) -> None:
    for key in ("sites.va.grid.connection", "sites.0.grid.connection", "sites[0].grid.connection"):
        reading = examine(file, changes=[Change(key, "5 MW")])
        assert reading.problems == ()
        assert reading.source.value(("sites", 0, "grid", "connection")) == "5 MW"


def test_what_is_not_there_is_made(file: Path) -> None:
    reading = examine(file, changes=[Change("limits.carbon_free.share", "90%")])
    assert reading.problems == ()
    assert reading.source.value(("limits",)) == {"carbon_free": {"share": "90%"}}


def test_a_value_may_be_a_mapping(file: Path) -> None:
    reading = examine(file, changes=[Change("limits.carbon_free", "{share: 80%, grid: excluded}")])
    assert reading.source.value(("limits", "carbon_free", "grid")) == "excluded"


def test_another_value_is_another_fingerprint(file: Path) -> None:
    found = [examine(file, changes=c).scenario for c in ([], [Change("name", "a")], [Change("name", "b")])]
    assert len({s._sha256 for s in found if s is not None}) == 3


def test_a_wrong_value_is_told_at_the_place_of_the_key(file: Path) -> None:
    (fault,) = examine(file, changes=[Change("sites.va.grid.connection", "three")]).problems
    assert (fault.line, fault.code) == (7, "quantity")
    assert "`three`" in fault.message


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("sites.oslo.region", "x", "sites has no entry `oslo`"),
        ("sites.7.region", "x", "an id or a number: va"),
        ("name.first", "x", "name is `small`, in which there is no `first`"),
        ("limits..carbon", "x", "`limits..carbon` is no key"),
        ("name", "[1", "the value of `name`"),
    ],
)
def test_a_change_without_a_place_is_a_fault(file: Path, key: str, value: str, said: str) -> None:
    with pytest.raises(ScenarioProblems) as caught:
        examine(file, changes=[Change(key, value)])
    assert said in render(caught.value.problems)
