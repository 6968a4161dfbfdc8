"""Any bytes, any nesting, any value anywhere: a scenario or located problems, never anything else."""

from __future__ import annotations

from pathlib import Path

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.scenario import Problem, ScenarioProblems, loads, render

EVERYTHING = Path(__file__).parent / "everything" / "scenario.yaml"


def only_problems(raw: bytes) -> None:
    """Any bytes are a scenario or located problems; the screen can be written as UTF-8."""
    found: list[Problem] = []
    scenario = None
    try:
        scenario = loads(raw, "f.yaml", EVERYTHING.parent)
    except ScenarioProblems as error:
        found = error.problems
    assert (scenario is None) == bool(found)
    assert render(found).encode("utf-8")


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    only_problems(text.encode("utf-8", "surrogatepass"))


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(raw: bytes) -> None:
    only_problems(raw)


KEYS = st.sampled_from(
    (
        *("aiplan", "name", "sites", "workloads", "limits", "grid", "id", "kind", "location", "periods", "objective"),
        *("pipeline", "from", "to", "keep", "x"),
    )
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates().map(str)
NESTED = st.recursive(
    LEAVES | st.sampled_from(["20 MW", "5%", "serving", "dataset"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=6), inner, max_size=6),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(KEYS, NESTED, max_size=8), st.booleans())
def test_any_nested_mapping(data: dict[str, object], flow: bool) -> None:
    only_problems(yaml.safe_dump(data, default_flow_style=flow, allow_unicode=True).encode("utf-8", "surrogatepass"))


VALUES = (
    "", "{}", "[]", "1", "-1", "0.5", "true", ".nan", "1e400", "9" * 60, "20 MW", "5%", "va", "chat", "2027-01-01",
    "[1, 2]", "{a: 1}", '"\\ud800"', '"\\x07"', "../x", "training", "{kind: load}", "[[[]]]", "<mapping>",
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_value_anywhere(data: st.DataObject) -> None:
    lines = EVERYTHING.read_text(encoding="utf-8").splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        head, colon, _ = lines[at].partition(": ")
        lines[at] = head + colon + data.draw(st.sampled_from(VALUES))
    only_problems("\n".join(lines).encode())


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_line_lost_or_doubled(data: st.DataObject) -> None:
    lines = EVERYTHING.read_text(encoding="utf-8").splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at : at + 1] = data.draw(st.sampled_from([[], [lines[at]] * 2, [lines[at][2:]], ["  " + lines[at]]]))
    only_problems("\n".join(lines).encode())
