"""`aiplan export`: what is written where, and what is refused."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import yaml
from cli_process import Run

Solved = tuple[Path, subprocess.CompletedProcess[str]]


@pytest.mark.parametrize(("name", "file"), [("kubernetes", "north.yaml"), ("prometheus", "north.rules.yaml")])
def test_to_standard_output_a_file_and_a_folder(solved: Solved, run: Run, tmp_path: Path, name: str, file: str) -> None:
    folder, _ = solved
    shown = run("export", "plan.json", "--to", name, cwd=folder)
    assert shown.returncode == 0, shown.stderr
    assert shown.stderr == ""
    assert [d for d in yaml.safe_load_all(shown.stdout) if d]
    assert run("export", "plan.json", "--to", name, "-o", tmp_path / "one.yaml", cwd=folder).stdout == ""
    assert run("export", "plan.json", "--to", name, "-o", tmp_path, cwd=folder).stdout == ""
    assert (tmp_path / "one.yaml").read_text("utf-8") == (tmp_path / file).read_text("utf-8") == shown.stdout


def test_the_machines_of_a_solved_plan(solved: Solved, run: Run) -> None:
    folder, _ = solved
    plan = json.loads((folder / "plan.json").read_text("utf-8"))
    objects = list(yaml.safe_load_all(run("export", "plan.json", "--to", "kubernetes", cwd=folder).stdout))
    nodes = sum(o["spec"]["replicas"] for o in objects if o and o["kind"] == "NodePool")
    assert nodes == sum(s["quantity"] for s in plan["sizing"] if s["kind"] == "machine")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--to", "nomad"), "choose kubernetes, prometheus"),
        (("--to", "kubernetes", "--period", "1999"), "--period 1999: the plan has"),
        (("--to", "kubernetes", "-o", "nowhere/plan.yaml"), "there is no folder nowhere"),
    ],
)
def test_what_cannot_be_is_refused(solved: Solved, run: Run, options: tuple[str, ...], said: str) -> None:
    done = run("export", "plan.json", *options, cwd=solved[0])
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_a_plan_that_was_touched_is_refused(solved: Solved, run: Run, tmp_path: Path) -> None:
    plan = json.loads((solved[0] / "plan.json").read_text("utf-8"))
    for touched in ({**plan["problem"], "machines": []}, {}):
        (tmp_path / "plan.json").write_text(json.dumps({**plan, "problem": touched}), encoding="utf-8")
        for name in ("kubernetes", "prometheus"):
            done = run("export", "plan.json", "--to", name, cwd=tmp_path)
            assert done.returncode == 2
            assert "not a whole plan" in done.stderr
            assert done.stdout == ""


def test_a_plan_that_an_audit_rejects_is_never_exported(solved: Solved, run: Run, tmp_path: Path) -> None:
    plan = json.loads((solved[0] / "plan.json").read_text("utf-8"))
    size = next(s for s in plan["sizing"] if s["kind"] == "machine")
    size["quantity"] += 10
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    done = run("export", "plan.json", "--to", "kubernetes", "-o", "out.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert "an audit rejects this plan\n  fix: `aiplan audit plan.json`" in done.stderr
    assert not (tmp_path / "out.yaml").exists()
