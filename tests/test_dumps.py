"""Stages of a solve as JSON: whole, the same bytes each time, and true to what they are of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planner import driver
from planner.dumps import STAGES, render
from planner.errors import Infeasible

SCENARIO = """\
aiplan: 1
name: tiny
sites:
  - id: north
    location: {latitude: 39.04, longitude: -77.49}
    region: us_pjm_virginia
    grid: {connection: 3 MW, price: 0.06 USD/kWh}
    cooling: [air_chilled_water]
hardware: {allow: [amd_epyc_9654_2s]}
workloads:
  - {kind: service, id: scoring, rate: 20000 req/s, throughput: {amd_epyc_9654_2s: 9000 req/s}}
"""


def stages(folder: Path, text: str = SCENARIO) -> dict[str, str]:
    """Every stage that a solve of twelve hours reaches, as text."""
    path = folder / "tiny.yaml"
    path.write_text(text, encoding="utf-8")
    found: dict[str, str] = {}

    def watch(stage: str, value: Any) -> None:
        assert stage not in found, "each once"
        found[stage] = render(stage, value)

    try:
        driver.solve(path, hours=12, watch=watch)
    except Infeasible:
        assert "budget" in text
    return found


@pytest.fixture(scope="module")
def dumped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return stages(tmp_path_factory.mktemp("dumps"))


@pytest.fixture(scope="module")
def data(dumped: dict[str, str]) -> dict[str, Any]:
    return {stage: json.loads(text) for stage, text in dumped.items()}


def test_every_stage_is_told_in_order(dumped: dict[str, str]) -> None:
    assert tuple(dumped) == STAGES


def test_the_same_bytes(dumped: dict[str, str], tmp_path: Path) -> None:
    again = stages(tmp_path)
    assert [stage for stage in STAGES if again[stage] != dumped[stage]] == []


def test_no_stage_says_where_it_was_made(dumped: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.getbasetemp().as_posix()
    assert [stage for stage, text in dumped.items() if home in text] == []


def test_quantities_are_in_base_units(data: dict[str, Any]) -> None:
    assert data["scenario"]["sites"][0]["grid"]["connection"] == 3000.0
    assert data["problem"]["sites"][0]["grid"]["connection_kw"] == 3000.0
    assert len(data["problem"]["sites"][0]["temperature_c"]) == 8760
    assert data["options"]["options"][0]["per_machine"] == 9000.0


def test_catalog_rows_have_their_sources(data: dict[str, Any]) -> None:
    rows = {(row["kind"], row["id"]): row for row in data["catalog"]["rows"]}
    assert len(rows) == len(data["catalog"]["rows"]) > 500
    assert all(f["source"] and f["as_of"] for row in rows.values() for f in row["figures"].values())
    assert ("node", "amd_epyc_9654_2s") in rows


def test_rows_name_columns_and_hold_at_the_solution(data: dict[str, Any]) -> None:
    value = {column["name"]: column["value"] for column in data["solution"]["columns"]}
    assert set(value) == {column["name"] for column in data["model"]["columns"]}
    for column in data["model"]["columns"]:
        assert value[column["name"]] >= column["lo"] - 1e-6
        assert column["hi"] is None or value[column["name"]] <= column["hi"] + 1e-6
    plain = [row for row in data["model"]["rows"] if not row["tallies"] and row["accounts"] is None]
    assert len(plain) > 10
    for row in plain:
        left = sum(by * value[name] for name, by in row["terms"].items())
        over = {"<=": left - row["rhs"], ">=": row["rhs"] - left, "==": abs(left - row["rhs"])}[row["sense"]]
        assert over <= 1e-6 * max(1.0, abs(row["rhs"]), abs(left)), row["name"]


def test_hours_of_the_bus_balance(data: dict[str, Any]) -> None:
    value = [column["value"] for column in data["solution"]["columns"]]
    (bus,) = [bus for bus in data["model"]["buses"] if bus["balanced"]]
    (hours,) = [d for d in data["solution"]["dispatch"] if d["bus"] == bus["name"]]
    drawn = [sum(d["profile"][t] * value[d["column"]] for d in bus["draws"]) for t in range(12)]
    assert drawn == pytest.approx([sum(part[t] for part in hours["imported"]) for t in range(12)])
    assert min(drawn) > 0


def test_the_solution_is_the_plans(data: dict[str, Any]) -> None:
    solver = data["plan"]["solver"]
    assert data["solution"]["cost_usd"] == pytest.approx(solver["objective_usd"])
    assert data["solution"]["bound"] == pytest.approx(solver["bound_usd"])


def test_a_solve_without_a_plan_leaves_its_model(tmp_path: Path) -> None:
    found = stages(tmp_path, SCENARIO + "limits: {budget: 1 USD}\n")
    assert tuple(found) == STAGES[:5]
    rows = {row["label"]: row for row in json.loads(found["model"])["rows"]}
    assert rows["budget"]["rhs"] == 1.0
    assert rows["budget"]["accounts"] == []
