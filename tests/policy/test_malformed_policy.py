"""Every malformed policy has a golden screen; UPDATE_GOLDENS=1 writes them anew."""

from __future__ import annotations

from pathlib import Path

import golden
import pytest

from planner import driver, intake
from planner.policy.load import load
from planner.scenario import ScenarioProblems, render
from planner.scenario.problems import Problem
from planner.scenario.schema import build

FOLDER = Path(__file__).parent / "malformed"
FILES = sorted(p.name for p in FOLDER.glob("*.yaml"))


@pytest.fixture(scope="module")
def known() -> dict[str, set[str]]:
    return intake.known(driver.catalog())


def faults(name: str, known: dict[str, set[str]], monkeypatch: pytest.MonkeyPatch) -> list[Problem]:
    monkeypatch.chdir(FOLDER)
    with pytest.raises(ScenarioProblems) as caught:
        load(Path(name), build(driver.fragments()), known)
    return caught.value.problems


@pytest.mark.parametrize("name", FILES)
def test_screen(name: str, known: dict[str, set[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    golden.check(FOLDER / name.replace(".yaml", ".txt"), render(faults(name, known, monkeypatch)))


@pytest.mark.parametrize("name", FILES)
def test_every_problem_says_where_and_what_to_do(
    name: str, known: dict[str, set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = (FOLDER / name).read_text("utf-8").split("\n")
    for problem in faults(name, known, monkeypatch):
        assert problem.fix
        assert problem.expected
        assert 1 <= problem.column < problem.end_column
        assert problem.line_text == lines[problem.line - 1]


@pytest.mark.parametrize(("name", "rules"), [("unknown_figure", 3), ("paths", 10), ("values", 10), ("comparisons", 13)])
def test_no_rule_of_these_is_taken(
    name: str, rules: int, known: dict[str, set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each line after the head holds a rule that is wrong on its own, in its shape or in what it means."""
    found = {p.line for p in faults(f"{name}.yaml", known, monkeypatch)}
    assert len(found) == rules


def test_no_screen_speaks_of_python() -> None:
    jargon = ("Input should", "pydantic", "str_type", "tuple", "NoneType", "Traceback", "ValidationError", "Kind(")
    for path in FOLDER.glob("*.txt"):
        assert not [word for word in jargon if word in path.read_text("utf-8")], path.name


def test_screens_and_files_are_the_same() -> None:
    assert {p.stem for p in FOLDER.glob("*.txt")} == {Path(f).stem for f in FILES}
