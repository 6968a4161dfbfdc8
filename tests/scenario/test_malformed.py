"""Every malformed scenario has a golden screen; `UPDATE_GOLDENS=1 pytest tests/scenario` writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from planner.driver import fragments
from planner.intake import read
from planner.scenario import ScenarioProblems, render

FOLDER = Path(__file__).parent / "malformed"
FILES = sorted(p.name for p in FOLDER.glob("*.yaml"))


def screen(name: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(FOLDER)
    with pytest.raises(ScenarioProblems) as caught:
        read(Path(name), fragments())
    return render(caught.value.problems)


@pytest.mark.parametrize("name", FILES)
def test_screen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    golden = FOLDER / name.replace(".yaml", ".txt")
    shown = screen(name, monkeypatch)
    if os.environ.get("UPDATE_GOLDENS"):
        golden.write_text(shown, encoding="utf-8")
    assert shown == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_every_problem_says_where_and_what_to_do(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    with pytest.raises(ScenarioProblems) as caught:
        read(Path(name), fragments())
    lines = Path(name).read_bytes().decode("utf-8", "replace").split("\n")
    for problem in caught.value.problems:
        assert problem.fix
        assert problem.message
        assert problem.expected
        assert 1 <= problem.column < problem.end_column
        if problem.file == name:
            assert problem.line_text == lines[problem.line - 1]


def test_no_screen_speaks_of_pydantic() -> None:
    jargon = ("Input should", "pydantic", "str_type", "tuple", "dict", "NoneType", "Traceback", "ValidationError")
    for golden in FOLDER.glob("*.txt"):
        text = golden.read_text(encoding="utf-8")
        assert not [word for word in jargon if word in text], golden.name


def test_there_are_many() -> None:
    assert len(FILES) >= 30
    assert {p.stem for p in FOLDER.glob("*.txt")} == {Path(f).stem for f in FILES}
