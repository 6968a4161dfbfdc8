"""Findings on scenarios in every format: what the readers of each format ask for, whatever the findings hold."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from planner.checking import check
from planner.findings import FORMATS, render
from planner.findings.checked import Checked, Runs, fingerprint, problems, worst
from planner.scenario.problems import Problem

SOUND = """\
aiplan: 1
name: sound
sites:
  - {id: a, location: {latitude: 39.0, longitude: -77.5}, region: us_pjm_virginia, racks: 4, rack_power: 12 kW}
hardware: {allow: [dgx_h100]}
workloads:
  - {kind: service, id: see, work: vision, rate: 1000 /s}
"""
WRONG = SOUND.replace("12 kW", "12 kWh").replace("rate:", "rates:")
UNMET = SOUND.replace("12 kW", "3 kW")
HARD = Problem("a,b:c/é%.yaml", 3, 5, 5, "x <&> |`", "quantity", "50% of\n`a|b` <script> @all \x1b", "a, b", "Fix: it.")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Checked, ...]:
    """A sound scenario, one at fault, and one whose machines fit nowhere."""
    folder = tmp_path_factory.mktemp("checked")
    for name, text in (("sound", SOUND), ("wrong", WRONG), ("unmet", UNMET)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return check([folder / f"{name}.yaml" for name in ("sound", "wrong", "unmet")])


def test_every_file_has_its_verdict(files: tuple[Checked, ...]) -> None:
    assert [f.verdict for f in files] == ["ok", "bad input", "findings"]
    assert worst(files) == 2
    assert worst(files[::2]) == 1
    assert worst(files[:1]) == 0
    assert {(Path(p.file).stem, p.line, p.code) for p in problems(files)} == {
        ("wrong", 4, "quantity"),
        ("wrong", 7, "unknown-key"),
        ("wrong", 7, "missing"),
        ("unmet", 7, "unmet"),
    }


def test_a_file_named_twice_is_checked_once(tmp_path: Path) -> None:
    assert len(check([tmp_path / "missing.yaml", tmp_path / "missing.yaml"])) == 1


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_bytes_and_no_control_characters(files: tuple[Checked, ...], form: str) -> None:
    hard = (*files, Checked(HARD.file, (HARD,)))
    text = render(hard, form)
    assert text == render(hard, form)
    assert text.endswith("\n")
    if form not in ("text", "markdown", "github"):
        assert "\x1b" not in text
    assert render((), form) is not None


def test_json_holds_everything(files: tuple[Checked, ...]) -> None:
    data = json.loads(render(files, "json"))
    assert data["exit_code"] == 2
    assert [f["verdict"] for f in data["files"]] == ["ok", "bad input", "findings"]
    assert data["files"][0]["workloads"] == [{"workload": "see", "options": 1, "machines": ["dgx_h100"]}]
    assert all(p["line"] >= 1 and p["message"] for f in data["files"] for p in f["problems"])


def test_sarif_has_what_code_scanning_asks_for(files: tuple[Checked, ...]) -> None:
    log = json.loads(render((*files, Checked(HARD.file, (HARD,))), "sarif"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = [r["id"] for r in run["tool"]["driver"]["rules"]]
    assert rules == sorted(set(rules))
    assert len(run["results"]) == 5
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["message"]["text"]
        assert re.fullmatch("[0-9a-f]{32}", result["partialFingerprints"]["aiplan/v1"])
        place = result["locations"][0]["physicalLocation"]
        assert place["region"]["startLine"] >= 1
        assert place["region"]["endColumn"] > place["region"]["startColumn"] >= 1
        assert re.fullmatch(r"[A-Za-z0-9%./:_~-]+", place["artifactLocation"]["uri"])
    assert json.loads(render(files[:1], "sarif"))["runs"][0]["results"] == []


def test_github_escapes_what_would_end_its_fields(files: tuple[Checked, ...]) -> None:
    (line,) = render((Checked(HARD.file, (HARD,)),), "github").splitlines()
    head, text = line.split("::", 2)[1:]
    assert head.startswith("error file=a%2Cb%3Ac/é%25.yaml,line=3,col=5,endColumn=6,title=")
    assert text.startswith("50%25 of%0A`a|b`")
    assert render(files[:1], "github") == ""


def test_github_shows_ten_and_says_how_many_there_are() -> None:
    many = [Problem("a.yaml", n, 1, 2, "", "type", "no", "", "") for n in range(1, 25)]
    lines = render((Checked("a.yaml", tuple(many)),), "github").splitlines()
    assert len(lines) == 10
    assert "15 more problems" in lines[-1]
    assert len(render((Checked("a.yaml", tuple(many[:10])),), "github").splitlines()) == 10


def test_junit_has_a_case_for_each_workload_and_fault(files: tuple[Checked, ...]) -> None:
    root = ET.fromstring(render((*files, Checked(HARD.file, (HARD,))), "junit").encode())
    suites = [(s.get("tests"), s.get("failures")) for s in root]
    assert suites == [("2", "0"), ("3", "3"), ("2", "1"), ("1", "1")]
    assert [c.get("name") for c in root[2]] == ["is sound", "see can run"]
    assert root[2][1].find("failure") is not None


def test_gitlab_fingerprints_differ(files: tuple[Checked, ...]) -> None:
    twice = (Problem("a.yaml", 1, 1, 2, "", "type", "no"), Problem("a.yaml", 2, 1, 2, "", "type", "no"))
    issues = json.loads(render((*files, Checked("a.yaml", twice)), "gitlab"))
    marks = [i["fingerprint"] for i in issues]
    assert len(set(marks)) == len(marks) == 6
    assert all(i["location"]["positions"]["begin"]["line"] >= 1 for i in issues)
    assert {i["severity"] for i in issues} == {"critical", "major"}


def test_a_fingerprint_stays_where_lines_move() -> None:
    here, there = (Problem("a.yaml", n, 1, 2, " x: 1", "type", "no") for n in (3, 30))
    assert fingerprint(here) == fingerprint(there)
    assert fingerprint(here) != fingerprint(Problem("a.yaml", 3, 1, 2, " x: 2", "type", "no"))


def test_markdown_can_be_found_again_and_mentions_nobody(files: tuple[Checked, ...]) -> None:
    text = render((*files, Checked(HARD.file, (HARD,))), "markdown")
    assert text.startswith("<!-- aiplan check -->\n**aiplan check: 5 problems in 4 scenarios**, 1 sound\n")
    assert "<script>" not in text
    assert "@all" not in text
    assert "\\|b" in text
    assert render(files[:1], "markdown").splitlines()[1] == "**aiplan check: no problems in 1 scenario**"
    many = tuple(Problem("a.yaml", n, 1, 2, "", "type", "no" * 500) for n in range(1, 999))
    assert len(render((Checked("a.yaml", many, runs=(Runs("w", 1, ("m",)),)),), "markdown")) < 64_000
