"""What a plan says its hours add up to: every wrong number is caught, and by no other law."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hand_hours
import hand_plan
import pytest

from planner.audit import audit

Plan = dict[str, Any]
EXACT = [(m["measure"], m["who"]) for m in hand_hours.measures() if m["measure"] != "one_more_saves"]


def laws(plan: Plan) -> set[str]:
    return {f.law for f in audit(plan).findings}


@pytest.mark.parametrize(("name", "who"), EXACT, ids=[f"{name} {who}".strip() for name, who in EXACT])
@pytest.mark.parametrize("by", [0.99, 1.01])
def test_a_number_that_is_off_by_a_hundredth(name: str, who: str, by: float) -> None:
    plan = hand_plan.plan()
    for row in plan["measures"]:
        if (row["measure"], row["who"]) == (name, who):
            row["value"] *= by
    assert laws(plan) == {"measures"}


def lose(name: str) -> Callable[[Plan], None]:
    def edit(plan: Plan) -> None:
        plan["measures"] = [m for m in plan["measures"] if m["measure"] != name]

    return edit


EDITS: dict[str, Callable[[Plan], Any]] = {
    "a share is left out": lose("carbon_free_hourly_own"),
    "a measure that is none": lambda p: p["measures"].append(hand_hours.measure("carbon_free_hourly_best", 1.0)),
    "a share of a site that is none": lambda p: p["measures"].append(hand_hours.measure("co2_market", 0.1, site="x")),
    "told twice": lambda p: p["measures"].append(p["measures"][0]),
    "a kW that costs more than it saves was bought": lambda p: next(
        m for m in p["measures"] if m["measure"] == "one_more_saves"
    ).update(value=150.0),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_other_faults(edit: Callable[[Plan], Any]) -> None:
    plan = hand_plan.plan()
    edit(plan)
    assert laws(plan) == {"measures"}


def test_the_marginal_rate_is_a_measure_and_nothing_else() -> None:
    plan = hand_plan.plan()
    plan["hours"][0]["series"]["marginal_kg_per_kwh"] = [0.6, 0.5, 0.7]
    bought = 0.6 * 8.778 + 0.5 * -0.3 + 0.7 * 4.706
    drawn = 0.6 * 8.778 + 0.5 * 7.59 + 0.7 * 10.002
    plan["measures"] += [
        hand_hours.measure("co2_consequential", bought * 2920),
        hand_hours.measure("co2_avoided", (drawn - bought) * 2920),
    ]
    assert laws(plan) == set()
    plan["measures"][-1]["value"] *= 1.01
    assert laws(plan) == {"measures"}


def test_a_plan_of_first_hours_has_no_measure_of_years() -> None:
    plan = hand_plan.plan()
    plan["accuracy"]["note"] = "only the first 3 hours of a period are modelled"
    assert laws(plan) == {"measures"}
    of_years = ("embodied", "energy_cost", "full_cycles", "full_cycles_over_life", "life_by_wear")
    plan["measures"] = [m for m in plan["measures"] if m["measure"] not in of_years]
    assert laws(plan) == set()


def test_a_plan_of_before_measures_is_accepted_and_said_so() -> None:
    plan = hand_plan.plan()
    del plan["measures"]
    assert audit(plan).accepted
    assert any("older version" in note for note in audit(plan).notes)
