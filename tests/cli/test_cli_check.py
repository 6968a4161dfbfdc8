"""`aiplan check` with policies: on a scenario alone, on plans, against a base, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from cli_process import ROOT, SCENARIO, Run

from planner.yaml12 import parse

POLICY = """\
aiplan_policy: 1
name: house
owner: platform
rules:
  - {id: target, scenario: 'workloads[*].availability', at_least: 99.9%, reason: Promised}
  - {id: regions, scenario: 'sites[*].region', one_of: [us_pjm_virginia], reason: Contracts}
  - {id: budget, figure: cost_per_year, at_most: 1 USD/year, reason: Budget, owner: finops}
  - {id: growth, figure: cost_per_year, may_rise: 5%, reason: Growth, unless_label: approved}
  - {id: peak, figure: peak_power, at_most: 3 MW, reason: Connection}
"""
FOLDER = ROOT / "scenarios" / "policies"


@pytest.fixture(scope="module")
def folder(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario, its plan of a typical week, one of half its load, one of its first day, and a policy."""
    home = tmp_path_factory.mktemp("policies")
    (home / "tiny.yaml").write_text(SCENARIO, encoding="utf-8")
    (home / "house.yaml").write_text(POLICY, encoding="utf-8")
    short = ("--weeks", "1", "--no-year-check", "-q")
    for name, how in (
        ("plan", short),
        ("half", ("--set", "workloads.scoring.rate=100000 req/s", *short)),
        ("day", ("--hours", "24", "-q")),
    ):
        done = run("solve", "tiny.yaml", "-o", f"json={name}.json", *how, cwd=home)
        assert done.returncode == 0, done.stderr
    return home


def codes(run: Run, folder: Path, *words: str) -> tuple[int, dict[str, list[str]], dict[str, str]]:
    """Exit code, levels of each code found, and the verdict on each rule."""
    done = run("check", "tiny.yaml", "--policy", "house.yaml", *words, "-o", "json", cwd=folder)
    assert done.stdout, done.stderr
    files = json.loads(done.stdout)["files"]
    found: dict[str, list[str]] = {}
    for problem in files[-1]["problems"]:
        found.setdefault(problem["code"], []).append(problem["level"])
    return done.returncode, found, {p["rule"]: p["verdict"] for p in files[-1]["policies"]}


def test_a_scenario_alone(run: Run, folder: Path) -> None:
    code, found, verdicts = codes(run, folder)
    assert (code, found) == (1, {"policy/target": ["error"]})
    assert verdicts["regions"] == "kept"
    assert [verdicts[r] for r in ("budget", "growth", "peak")] == ["not judged"] * 3


def test_a_rule_that_is_not_judged_may_be_a_finding(run: Run, folder: Path) -> None:
    code, found, _ = codes(run, folder, "--all-rules")
    assert code == 1
    assert found["not-judged"] == ["error"] * 3


def test_a_plan_and_a_base(run: Run, folder: Path) -> None:
    code, found, verdicts = codes(run, folder, "--plan", "plan.json", "--base", "half.json")
    assert code == 1
    assert set(found) == {"policy/target", "policy/budget", "policy/growth"}
    assert verdicts["peak"] == "kept"
    _, found, verdicts = codes(run, folder, "--plan", "plan.json", "--base", "half.json", "--label", "approved")
    assert "policy/growth" not in found
    assert verdicts["growth"] == "waived"
    _, _, verdicts = codes(run, folder, "--plan", "plan.json", "--base", "plan.json")
    assert verdicts["growth"] == "kept"


def test_a_plan_of_another_version_of_the_scenario_is_a_finding(run: Run, folder: Path) -> None:
    _, found, _ = codes(run, folder, "--plan", "half.json")
    assert found["stale-plan"] == ["error"]


def test_a_plan_of_the_first_hours_has_no_cost_of_a_year(run: Run, folder: Path) -> None:
    _, found, verdicts = codes(run, folder, "--plan", "day.json")
    assert {"policy/budget", "policy/peak"} <= set(found)
    assert verdicts["budget"] == "broken"


def test_solving_when_asked(run: Run, folder: Path) -> None:
    code, found, verdicts = codes(run, folder, "--solve", "--weeks", "1")
    assert code == 1
    assert set(found) == {"policy/target", "policy/budget"}
    assert verdicts["peak"] == "kept"


def test_a_scenario_without_a_plan_is_a_finding(run: Run, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(SCENARIO + "limits: {budget: 1 USD}\n", encoding="utf-8")
    (tmp_path / "house.yaml").write_text(POLICY, encoding="utf-8")
    code, found, verdicts = codes(run, tmp_path, "--solve", "--weeks", "1")
    assert code == 1
    assert found["no-plan"] == ["error"]
    assert verdicts["budget"] == "not judged"


def test_a_policy_alone(run: Run, folder: Path) -> None:
    done = run("check", "--policy", "house.yaml", cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "house.yaml: valid; 5 rules\n", "")


def test_a_policy_at_fault_is_bad_input_and_scenarios_are_checked_all_the_same(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "tiny.yaml").write_text(SCENARIO, encoding="utf-8")
    (tmp_path / "house.yaml").write_text(POLICY.replace("peak_power", "peak_pwoer"), encoding="utf-8")
    done = run("check", "tiny.yaml", "--policy", "house.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout.startswith("tiny.yaml: valid;")
    assert "house.yaml:9:24: rules[4].figure: there is no figure `peak_pwoer`" in done.stderr
    assert "Did you mean `peak_power`?" in done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "nothing to check"),
        (("--plan", "plan.json", "--policy", "house.yaml"), "name that too"),
        (("tiny.yaml", "--policy", "house.yaml", "--fail-on", "fatal"), "choose error, warning, info"),
        (("tiny.yaml", "--policy", "house.yaml", "--today", "tomorrow"), "year-month-day"),
        (("tiny.yaml", "--policy", ".."), "no YAML file is in this folder"),
        (("tiny.yaml", "--plan", "plan.json", "--plan", "half.json"), "a second plan of 'tiny'"),
        (("tiny.yaml", "--plan", "house.yaml"), "not JSON"),
    ],
)
def test_what_cannot_be_checked_is_refused(run: Run, folder: Path, words: tuple[str, ...], says: str) -> None:
    done = run("check", *words, cwd=folder)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stdout == ""


def test_a_plan_that_no_audit_accepts_is_refused(run: Run, folder: Path) -> None:
    made = json.loads((folder / "plan.json").read_text("utf-8"))
    made["headline"][0]["cost_usd_per_year"] /= 2
    (folder / "cheaper.json").write_text(json.dumps(made), encoding="utf-8")
    done = run("check", "tiny.yaml", "--policy", "house.yaml", "--plan", "cheaper.json", cwd=folder)
    assert done.returncode == 2
    assert "an audit rejects this plan" in done.stderr


def test_a_plan_of_none_of_the_scenarios_is_refused(run: Run, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(SCENARIO.replace("name: tiny", "name: other"), encoding="utf-8")
    done = run("check", "other.yaml", "--plan", folder / "plan.json", cwd=tmp_path)
    assert done.returncode == 2
    assert "a plan of 'tiny', and the scenarios that are checked are other" in done.stderr


def test_the_policies_that_come_with_it_hold_together(run: Run) -> None:
    done = run("check", "scenarios/quickstart.yaml", "--policy", "scenarios/policies", "-o", "json")
    files = json.loads(done.stdout)["files"]
    assert [f["file"] for f in files[:-1]] == [p.relative_to(ROOT).as_posix() for p in sorted(FOLDER.glob("*.yaml"))]
    assert not [p for f in files[:-1] for p in f["problems"]]
    assert all(f["rules"] >= 5 for f in files[:-1])
    assert done.returncode == 0, files[-1]["problems"]


def test_policies_fit_their_schema(run: Run) -> None:
    schema = json.loads(run("schema", "policy").stdout)
    jsonschema.validators.validator_for(schema).check_schema(schema)
    for path in sorted(FOLDER.glob("*.yaml")):
        jsonschema.validate(parse(path.read_text("utf-8"), path.name).data, schema)
    rule = {"id": "a", "figure": "cost_by_year", "at_most": "1 USD/year", "reason": "x"}
    with pytest.raises(jsonschema.ValidationError, match="cost_by_year"):
        jsonschema.validate({"aiplan_policy": 1, "name": "x", "rules": [rule]}, schema)
    wrong = {**rule, "figure": "cost_per_year", "at_mots": 1}
    with pytest.raises(jsonschema.ValidationError, match="at_mots"):
        jsonschema.validate({"aiplan_policy": 1, "name": "x", "rules": [wrong]}, schema)
