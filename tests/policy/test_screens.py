"""What every format says of rules kept, broken, exempt, waived and not judged, word for word."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import golden
import pytest
from policy_toys import facts, plan, rules

from planner import __version__
from planner.findings import FORMATS, render
from planner.findings.checked import Checked, Runs, worst
from planner.policy.judge import judge

GOLDEN = Path(__file__).parent / "golden"
RULES = """\
  - {id: budget, figure: cost_per_year, at_most: 900 kUSD/year, reason: The budget of FY27., owner: finops}
  - {id: growth, figure: cost_per_year, may_rise: 5%, unless_label: cost-approved, reason: Growth is decided.}
  - {id: pue, figure: pue, at_most: 1.2, level: warning, reason: Design, exempt: [{scenario: small, reason: old hall}]}
  - {id: outlives-a-zone, scenario: 'workloads[kind=serving].survive', at_least: zone, level: warning, reason: Fires}
  - {id: no-spot, figure: machines_offered, of: {kind: serving}, none_of: ['tag:spot'], reason: Spot is taken back}
  - {id: age, figure: catalog_age, at_most: 730 days, level: info, reason: Prices fall}
  - {id: regions, scenario: 'sites[*].region', one_of: [us_pjm_virginia, de], reason: Contracts name them}
  - {id: carbon-growth, figure: carbon_per_year, may_rise: 5%, reason: It falls}
  - {id: europe, figure: pue, at_most: 1.3, where: {tags: [eu]}, reason: Law}
"""


def files(folder: Path, *, based: bool) -> tuple[Checked, ...]:
    """A policy of nine rules and the scenario, with a plan, and a base that is dearer to pass."""
    ours = rules(folder, RULES)
    found = facts(folder, plan())
    base = plan(cost_usd_per_year=800_000.0) if based else None
    verdicts, problems = judge(ours, found, base, ("cost-approved",))
    verdicts = [replace(v, policy="house.yaml") for v in verdicts]
    problems = [replace(p, file="small.yaml", fix=p.fix.replace(folder.as_posix() + "/", "")) for p in problems]
    runs = (Runs("chat", 2, ("box", "spot_box")),)
    scenario = Checked("small.yaml", tuple(problems), 1, 2, runs, tuple(verdicts))
    return Checked("house.yaml", (), rules=len(ours)), scenario


@pytest.mark.parametrize("form", FORMATS)
def test_screen(form: str, tmp_path: Path) -> None:
    text = render(files(tmp_path, based=True), form).replace(f'"{__version__}"', '"VERSION"')
    golden.check(GOLDEN / f"with_base.{form}.txt", text)


def test_without_a_base(tmp_path: Path) -> None:
    golden.check(GOLDEN / "without_base.text.txt", render(files(tmp_path, based=False), "text"))


def test_levels_reach_every_format(tmp_path: Path) -> None:
    found = files(tmp_path, based=True)
    levels = {p.code: p.level for p in found[1].problems}
    assert set(levels.values()) == {"error", "warning", "info"}
    results = json.loads(render(found, "sarif"))["runs"][0]["results"]
    assert {r["level"] for r in results} == {"error", "warning", "note"}
    assert {i["severity"] for i in json.loads(render(found, "gitlab"))} == {"major", "minor", "info"}
    heads = {line.split(" ")[0] for line in render(found, "github").splitlines()}
    assert heads == {"::error", "::warning", "::notice"}
    suite = ET.fromstring(render(found, "junit").encode())[1]
    failed = {case.get("name") for case in suite if case.find("failure") is not None}
    assert failed == {"budget: The budget of FY27.", "no-spot: Spot is taken back"}
    assert len(suite) == 2 + 9
    assert suite.get("failures") == "2"


def test_exit_codes_follow_levels(tmp_path: Path) -> None:
    found = files(tmp_path, based=True)[1]
    assert worst((found,)) == 1
    soft = replace(found, problems=tuple(p for p in found.problems if p.level != "error"))
    info = replace(found, problems=tuple(p for p in found.problems if p.level == "info"))
    assert [worst((soft,), level) for level in ("error", "warning", "info")] == [0, 1, 1]
    assert [worst((info,), level) for level in ("error", "warning", "info")] == [0, 0, 1]


def test_json_names_every_rule_and_its_verdict(tmp_path: Path) -> None:
    _, scenario = json.loads(render(files(tmp_path, based=True), "json"))["files"]
    assert {p["rule"]: p["verdict"] for p in scenario["policies"]} == {
        "budget": "broken",
        "growth": "waived",
        "pue": "exempt",
        "outlives-a-zone": "broken",
        "no-spot": "broken",
        "age": "broken",
        "regions": "kept",
        "carbon-growth": "kept",
        "europe": "does not apply",
    }
