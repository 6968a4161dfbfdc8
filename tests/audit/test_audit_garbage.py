"""Whatever JSON it is given, the audit answers with a verdict; what is not a plan it rejects."""

from __future__ import annotations

import json
from functools import reduce
from operator import getitem
from typing import Any

import hand_plan
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.audit import Verdict, audit, fields

Path = tuple[str | int, ...]
GARBAGE = [
    None,
    True,
    "",
    "1",
    "nan",
    -1,
    0,
    7,
    1e300,
    -1e300,
    10**400,
    float("nan"),
    float("inf"),
    [],
    {},
    [[1]],
    {"a": 1},
]
SPOIL = [float("nan"), float("inf"), "1.0", "text"]


def paths(value: Any, at: Path = ()) -> list[Path]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, item in inner for path in paths(item, (*at, key)))]


def kinds(value: Any) -> list[Path]:
    """One path of each kind: the first of every list."""
    found = {tuple("*" if isinstance(k, int) else k for k in path): path for path in reversed(paths(value))}
    return sorted(found.values(), key=str)


PLAN = hand_plan.plan()
PATHS = paths(PLAN)[1:]
LEAVES = [path for path in kinds(PLAN) if type(reduce(getitem, path, PLAN)) in (int, float)]


def spoilt(path: Path, value: Any = None, *, gone: bool = False) -> Any:
    plan = hand_plan.plan()
    place: Any = plan
    for key in path[:-1]:
        place = place[key]
    if gone:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return plan


def judged(plan: Any) -> Verdict:
    verdict = audit(plan)
    assert verdict.accepted == (not verdict.findings)
    assert all(f.law and f.message and str(f) for f in verdict.findings)
    json.dumps([[f.value, f.limit] for f in verdict.findings], allow_nan=False)
    return verdict


@pytest.mark.parametrize("plan", [None, 3, "plan", [], {}, {"hours": []}, {"solver": {}}, [[[]]]], ids=repr)
def test_what_is_no_plan_is_rejected(plan: Any) -> None:
    assert not judged(plan).accepted


def test_every_number_must_be_a_finite_number() -> None:
    for path in LEAVES:
        for value in SPOIL:
            assert not judged(spoilt(path, value)).accepted, (path, value)


def test_every_record_needs_its_keys() -> None:
    for path in LEAVES:
        asked = path[:-1] == ("problem", "keys", "limits")  # a limit not asked for is no fault of the plan's
        if isinstance(path[-1], str):
            accepted = judged(spoilt(path, gone=True)).accepted
            assert not accepted or asked, path


def test_deep_nesting_is_rejected_or_read() -> None:
    deep: Any = 1
    for _ in range(900):
        deep = [deep]
    judged(spoilt(("excuses",), [deep]))
    judged({"solver": deep})


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PATHS), st.sampled_from(GARBAGE))
def test_no_edit_raises(path: Path, value: Any) -> None:
    judged(spoilt(path, value))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PATHS))
def test_no_loss_raises(path: Path) -> None:
    judged(spoilt(path, gone=True))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PATHS), st.sampled_from(GARBAGE)), min_size=2, max_size=6))
def test_no_edits_together_raise(edits: list[tuple[Path, Any]]) -> None:
    plan: Any = hand_plan.plan()
    for path, value in edits:
        place: Any = plan
        try:
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = value
        except (TypeError, KeyError, IndexError):
            continue
    judged(plan)


@pytest.mark.parametrize(
    ("version", "words"),
    [("1.0", "an older version of aiplan, these laws read"), ("1.999", "a newer version"), ("0.9", "an older version")],
)
def test_a_plan_of_another_version_is_told_so(version: str, words: str) -> None:
    plan = hand_plan.plan()
    plan["format_version"] = version
    del plan["problem"]["machines"][0]["crews"]
    verdict = judged(plan)
    assert not verdict.readable
    assert words in verdict.findings[0].message
    assert [f.where for f in verdict.findings[1:]] == ["plan.problem.machines[0].crews"]


def test_another_version_that_lacks_nothing_is_read() -> None:
    plan = hand_plan.plan()
    plan["format_version"] = "1.0"
    assert judged(plan).accepted


def test_the_format_that_laws_read_is_the_one_that_is_written() -> None:
    from planner.plan.schema import FORMAT_VERSION

    assert FORMAT_VERSION == fields.FORMAT
