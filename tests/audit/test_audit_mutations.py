"""Seeded bugs: small wrong edits of a valid plan, each of which the law of its kind must name.

A consistent edit leaves books that add up: no law but its own may object, so none of the others covers for it.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import hand_plan
import pytest
from edits import flow
from edits_consistent import ALONE, BOOKS, CONSISTENT, Edit
from edits_named import NAMED
from settle import settle, total

from planner.audit import audit

Plan = dict[str, Any]


def laws(plan: Plan) -> set[str]:
    verdict = audit(json.loads(json.dumps(plan)))
    assert verdict.accepted == (not verdict.findings)
    return {f.law for f in verdict.findings}


def named(cases: list[tuple[str, str, Edit]]) -> Any:
    return pytest.mark.parametrize(
        ("law", "edit"), [pytest.param(law, edit, id=f"{name}-{law}") for name, law, edit in cases]
    )


def test_valid_plan_passes() -> None:
    verdict = audit(hand_plan.plan())
    assert verdict.findings == ()
    assert verdict.accepted
    assert verdict.notes == ()
    assert all(count > 0 for _, count in verdict.checked)


def test_settling_a_valid_plan_keeps_it_valid() -> None:
    assert laws(settle(hand_plan.plan())) == set()


@named(CONSISTENT)
def test_only_its_law_sees_a_consistent_error(law: str, edit: Edit) -> None:
    plan = hand_plan.plan()
    edit(plan)
    assert laws(settle(plan)) == {law}


def test_only_the_balance_sees_power_from_nowhere() -> None:
    plan = hand_plan.plan()
    flow(plan, "imported.grid", 8.778, 0.01, 4.706)
    assert laws(settle(plan, balance=False)) == {"balance"}


@named(BOOKS)
def test_only_its_law_sees_wrong_books_that_add_up(law: str, edit: Edit) -> None:
    plan = hand_plan.plan()
    edit(plan)
    assert laws(total(plan)) == {law}


@named(ALONE)
def test_only_its_law_sees_a_local_error(law: str, edit: Edit) -> None:
    plan = hand_plan.plan()
    edit(plan)
    del plan["measures"]  # which sum up what is edited
    assert laws(plan) == {law}


@named(NAMED)
def test_its_law_is_among_those_that_object(law: str, edit: Edit) -> None:
    plan = hand_plan.plan()
    edit(plan)
    assert law in laws(plan)


def test_what_no_law_reads_is_named() -> None:
    plan = hand_plan.plan()
    plan["columns"].append(hand_plan.column("contracts.mw", 3, {"site": "s", "period": "y1"}))
    plan["tallies"].append(hand_plan.tally("noise_db", 60))
    plan["limits"].append(hand_plan.limit("contracts.most", "<=", 3, 4))
    plan["ledger"].append(hand_plan.line("contracts", "fee", 1, 10, 10))
    verdict = audit(total(plan))
    assert verdict.accepted, verdict.findings
    said = " ".join(verdict.notes)
    assert all(name in said for name in ("contracts.mw", "noise_db", "contracts.most", "account 'contracts'"))


def test_weights_forgotten_are_not_taken_for_a_plan_of_the_first_hours() -> None:
    plan = hand_plan.plan()
    plan["hours"][0]["weight"] = [1, 1, 1]
    assert "calendar" in laws(plan)


def test_a_plan_of_the_first_hours_says_so() -> None:
    plan = hand_plan.plan()
    plan["hours"][0]["weight"] = [1, 1, 1]
    plan["accuracy"].update(hours=3, year_usd=None, difference=None)
    verdict = audit(plan)
    assert "calendar" not in {f.law for f in verdict.findings}
    assert any("only the first 3 of 8760 hours" in n for n in verdict.notes)


def test_laws_are_found_by_their_files() -> None:
    from pathlib import Path

    from planner.audit import run

    files = {p.stem for p in (Path(run.__file__).parent / "laws").glob("*.py")} - {"__init__"}
    found = run.all_laws()
    assert {law.name for law in found} == files
    assert all(law.doc.strip() for law in found)


def test_the_audit_imports_nothing_of_the_planner() -> None:
    import ast
    from pathlib import Path

    from planner.audit import run

    allowed = set(sys.stdlib_module_names) | {"numpy"}
    for path in Path(run.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert all(n.startswith("planner.audit") or n.split(".")[0] in allowed for n in names), (path, names)


def test_every_law_is_broken_alone_or_named_by_some_edit() -> None:
    from planner.audit.run import all_laws

    covered = {"balance"} | {law for cases in (CONSISTENT, BOOKS, ALONE, NAMED) for _, law, _ in cases}
    assert covered == {law.name for law in all_laws()}
