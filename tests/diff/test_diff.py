"""Two plans beside each other: figures, decisions, the question, and what bounds say of both."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import golden
import plan_factory
import pytest

from planner.diff import Change, compare
from planner.diff.as_json import render as as_json
from planner.diff.as_markdown import MARK
from planner.diff.as_markdown import render as as_markdown
from planner.diff.as_table import render as as_table
from planner.diff.sections import beside
from planner.plan.schema import Plan

GOLDEN = Path(__file__).parent / "golden"
WORKLOAD: dict[str, Any] = {"id": "chat", "demand": [200.0], "origin": "small.yaml:12", "spec": {"requests": 200.0}}
PROBLEM: dict[str, Any] = {
    "finance": {"horizon_years": 2.0},
    "keys": {"limits": {"carbon": 90000.0}},
    "machines": [{"id": "box", "price_usd": 200000.0, "cites": []}],
    "sites": [{"id": "north", "price": [0.05] * 24}],
    "workloads": [WORKLOAD],
}


def plan(**changes: Any) -> Plan:
    return plan_factory.plan(**{"problem": copy.deepcopy(PROBLEM), **changes})


def proposal() -> Plan:
    """Twelve machines where there were ten, cooled by liquid, for a fifth more requests; the battery is gone."""
    problem = copy.deepcopy(PROBLEM)
    problem["workloads"][0]["spec"]["requests"] = 240.0
    problem["workloads"][0]["demand"] = [240.0]
    problem["workloads"][0]["origin"] = "small.yaml:13"
    problem["sites"][0]["price"][3] = 0.06
    problem["machines"].append({"id": "rack", "price_usd": 1.0, "cites": []})
    sizing = [s.model_copy(update={"quantity": 12.0}) if s.item == "box" else s for s in plan_factory.plan().sizing]
    ledger = [plan_factory.line("purchase", "box", 12, "machines", 200_000.0), *plan_factory.LEDGER[1:]]
    cost = sum(x.amount_usd for x in ledger)
    head = plan_factory.HEADLINE.model_copy(update={"cost_usd_per_year": cost, "pue": None, "energy_kwh_per_year": 6e5})
    return plan(
        problem=problem,
        sizing=sizing,
        ledger=ledger,
        headline=[head],
        choices=[plan_factory.choice("cooling", "air", False), plan_factory.choice("cooling", "liquid", True)],
        flows=[f for f in plan_factory.FLOWS if f.who != "battery"],
        solver=plan_factory.SOLVER.model_copy(update={"objective_usd": cost, "bound_usd": cost, "gap": 0.0}),
    )


def test_a_plan_and_itself_are_the_same() -> None:
    found = compare(plan(), plan())
    assert found.same
    assert (found.changes, found.taken, found.asked) == ((), (), ())
    assert "Nothing differs" in as_table(found, terminal=False)


def test_what_only_a_solver_leaves_is_no_difference() -> None:
    head = plan_factory.HEADLINE
    near = head.model_copy(update={"energy_kwh_per_year": head.energy_kwh_per_year * (1 + 1e-9)})
    assert compare(plan(), plan(headline=[near])).same
    far = head.model_copy(update={"energy_kwh_per_year": head.energy_kwh_per_year * (1 + 1e-5)})
    assert not compare(plan(), plan(headline=[far])).same


def test_every_figure_that_changed_is_a_row_and_no_other() -> None:
    found = compare(plan(), proposal())
    sizes = [c for c in found.changes if c.table == "sizing"]
    assert {c.item for c in sizes} == {"box"}
    assert Change("sizing", "spare", "box", "north", "main", "2027", 2.0, 12.0, "machines") in sizes
    gone = [(c.kind, c.before, c.after) for c in found.changes if c.table == "flows"]
    assert gone == [("charge", 20_000.0, 0.0), ("discharge", 18_000.0, 0.0)]
    assert [(t.before, t.after) for t in found.taken] == [("air", "liquid")]


def test_the_question_is_told_by_name_without_what_follows_from_it() -> None:
    found = [(a.name, a.before, a.after) for a in compare(plan(), proposal()).asked]
    assert found == [
        ("workloads.chat.requests", "200", "240"),
        ("sites.north.price", "a list", "another list"),
        ("machines.rack", "-", "there"),
    ]


def test_ledger_rows_add_up_to_the_difference_of_the_ledgers() -> None:
    before, after = plan(), proposal()
    found = compare(before, after)
    change = sum((c.after or 0.0) - (c.before or 0.0) for c in found.changes if c.table == "ledger")
    sums = [sum(x.amount_usd for x in p.ledger) for p in (before, after)]
    assert change == pytest.approx(sums[1] - sums[0])


def test_bounds_are_a_years_and_hold_the_plans_own_difference() -> None:
    before, after = plan(), proposal()
    low, high = compare(before, after).bounds or (0.0, 0.0)
    own = (after.solver.objective_usd - before.solver.objective_usd) / 2.0
    assert low <= own <= high
    assert low == pytest.approx(own)  # the proposal is proven, the first plan is not
    assert high - low == pytest.approx((before.solver.objective_usd - before.solver.bound_usd) / 2.0)


def test_bounds_of_carbon_say_nothing_of_money() -> None:
    solver = plan_factory.SOLVER.model_copy(update={"objective": ["carbon", "cost"]})
    assert compare(plan(), plan(solver=solver)).bounds is None


def test_plans_of_other_hours_do_not_compare_and_say_so() -> None:
    solver = plan_factory.SOLVER.model_copy(update={"hours": 8760, "status": "limit", "gap": 0.02})
    found = compare(plan(), plan(solver=solver, catalog_sha256="2" * 64, aiplan_version="9"))
    text = " ".join(found.warnings)
    assert "1,008 hours of a period are modelled before, 8,760 after" in text
    assert "The plan after was stopped early, at a gap of 2.000%" in text
    assert "catalogs differ" in text
    assert "different versions" in text


def test_plans_of_first_hours_say_that_their_sums_are_no_years() -> None:
    accuracy = plan_factory.ACCURACY.model_copy(update={"note": "only the first 168 hours of a period are modelled"})
    found = compare(plan(accuracy=accuracy), plan(accuracy=accuracy))
    assert found.warnings == (
        "Both model only the first 1,008 hours of a period, and what is per year here is of those.",
    )
    assert compare(plan(), plan()).warnings == ()


@pytest.mark.parametrize(
    ("before", "after", "unit", "expected"),
    [
        (1e6, 1.5e6, "kWh", ("1 GWh", "1.500 GWh", "+500 MWh", "+50.0%")),
        (2e6, 1e6, "USD", ("2.000 MUSD", "1.000 MUSD", "-1.000 MUSD", "-50.0%")),
        (0.0, 3.0, "machines", ("0 machines", "3 machines", "+3 machines", "new")),
        (0.5, 0.6, "share", ("50.00%", "60.00%", "+10.00 points", "")),
        (None, 1.2, "", ("-", "1.200", "", "")),
        (7.0, 7.0, "kW", ("7 kW", "7 kW", "", "")),
    ],
)
def test_beside(before: float | None, after: float, unit: str, expected: tuple[str, ...]) -> None:
    assert beside(before, after, unit) == expected


def test_screens() -> None:
    found = compare(plan(), proposal())
    golden.check(GOLDEN / "table.txt", as_table(found, terminal=False))
    golden.check(GOLDEN / "markdown.txt", as_markdown(found, terminal=False))
    assert as_markdown(found, terminal=False).startswith(MARK)


def test_json_has_every_row_and_its_change() -> None:
    found = compare(plan(), proposal())
    data = json.loads(as_json(found, terminal=False))
    assert not data["same"]
    assert len(data["changes"]) == len(found.changes)
    spare = next(c for c in data["changes"] if c["kind"] == "spare")
    assert (spare["before"], spare["after"], spare["change"]) == (2.0, 12.0, 10.0)
    assert next(c for c in data["headline"] if c["item"] == "pue")["change"] is None
