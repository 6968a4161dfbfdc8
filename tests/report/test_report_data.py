"""JSON, CSV and hours: what other programs read."""

import csv
import io
import json

import plan_factory as made
import pytest

from planner.plan.schema import Plan
from planner.report import render
from planner.report.hours import render as hours


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_json_is_the_plan() -> None:
    plan = made.plan()
    assert Plan.model_validate(json.loads(render(plan, "json"))) == plan


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_json_holds_no_number_that_json_has_not(value: float) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    text = render(made.plan(problem={"x": value}), "json")
    assert json.loads(text, parse_constant=refuse)["problem"] == {"x": None}


def test_detail_does_not_change_data() -> None:
    for name in ("json", "csv"):
        assert render(made.plan(), name, detail="summary") == render(made.plan(), name, detail="full")


def test_csv_ledger_sums_to_the_objective() -> None:
    ledger = [float(r["amount_usd"]) for r in rows(render(made.plan(), "csv")) if r["table"] == "ledger"]
    assert sum(ledger) == pytest.approx(made.TOTAL_USD)


def test_csv_has_every_table() -> None:
    found = {r["table"] for r in rows(render(made.plan(), "csv"))}
    names = {"sizing", "choices", "work", "flows", "ledger", "tallies", "limits", "availability", "headline"}
    assert found == names | {"measures"}


def test_csv_limits_have_use_limit_slack_and_price() -> None:
    mine = [r for r in rows(render(made.plan(), "csv")) if r["item"] == "chat demand"]
    assert [r["kind"] for r in mine] == ["value", "limit >=", "slack", "one looser saves"]
    assert float(mine[-1]["amount_usd"]) == 89.5


def test_hours_have_a_row_each() -> None:
    found = rows(hours(made.plan()))
    assert [(r["hour_of_year"], r["price_usd_per_kwh"], r["imported.grid"]) for r in found] == [
        ("0", "0.05", "40.0"),
        ("1", "0.06", "51.0"),
    ]


def test_hours_of_sites_that_differ_share_their_columns() -> None:
    other = made.HOURS.model_copy(update={"site": "south", "dispatch": {"produced.sun": [1.0, 2.0]}})
    found = rows(hours(made.plan(hours=[made.HOURS, other])))
    assert [(r["site"], r["imported.grid"], r["produced.sun"]) for r in found] == [
        ("north", "40.0", ""),
        ("north", "51.0", ""),
        ("south", "", "1.0"),
        ("south", "", "2.0"),
    ]
