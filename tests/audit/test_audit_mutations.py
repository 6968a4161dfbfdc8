"""Seeded bugs: small wrong edits of a valid plan, each of which the law of its kind must name.

A consistent edit leaves books that add up: no law but its own may object, so none of the others covers for it.
"""

from __future__ import annotations

import json
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
    assert laws(plan) == {law}


@named(NAMED)
def test_its_law_is_among_those_that_object(law: str, edit: Edit) -> None:
    plan = hand_plan.plan()
    edit(plan)
    assert law in laws(plan)


def test_every_law_is_broken_alone_or_named_by_some_edit() -> None:
    from planner.audit.run import all_laws

    covered = {"balance"} | {law for cases in (CONSISTENT, BOOKS, ALONE, NAMED) for _, law, _ in cases}
    assert covered == {law.name for law in all_laws()}
