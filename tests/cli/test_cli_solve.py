"""`aiplan solve` as a process: what goes where, and how it ends."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cli_process import ROOT, SCENARIO, Run, environment

from planner.plan.schema import Plan
from planner.solve.available import solvers

Solved = tuple[Path, subprocess.CompletedProcess[str]]


ESCAPED = '{"format_version": "1.0", "name": "\\u001b[31m"}'
"""A name that would colour the terminal."""


def test_the_table_goes_to_standard_output_and_progress_does_not(solved: Solved) -> None:
    _, done = solved
    assert "Plan tiny" in done.stdout
    assert "\x1b" not in done.stdout
    assert "incumbent" not in done.stdout
    assert "reading scenario" in done.stderr
    assert "Plan tiny" not in done.stderr


def test_files_are_whole_and_nothing_else_is_left(solved: Solved) -> None:
    folder, _ = solved
    assert sorted(p.name for p in folder.iterdir()) == ["hours.csv", "plan.csv", "plan.json", "run.json", "tiny.yaml"]
    plan = Plan.model_validate_json((folder / "plan.json").read_text(encoding="utf-8"))
    assert plan.name == "tiny"
    with (folder / "plan.csv").open(newline="", encoding="utf-8") as stream:
        ledger = [float(r["amount_usd"]) for r in csv.DictReader(stream) if r["table"] == "ledger"]
    assert sum(ledger) == pytest.approx(plan.solver.objective_usd, rel=1e-9)


def test_hours_are_those_of_the_plan(solved: Solved) -> None:
    folder, _ = solved
    plan = Plan.model_validate_json((folder / "plan.json").read_text(encoding="utf-8"))
    with (folder / "hours.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 24
    bought = next(f.kwh for f in plan.flows if f.role == "imported")
    assert sum(float(r["imported.grid"]) * float(r["weight"]) for r in rows) == pytest.approx(bought, rel=1e-6)


def test_run_info_holds_what_the_plan_must_not(solved: Solved) -> None:
    folder, _ = solved
    info = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert info["seconds"] > 0
    assert info["arguments"][0] == "solve"
    assert "seconds" not in Plan.model_fields


def test_standard_output_is_pure_json_and_the_same_bytes_again(solved: Solved, run: Run) -> None:
    folder, _ = solved
    done = run("solve", "tiny.yaml", "--hours", "24", "-o", "json", "-q", cwd=folder)
    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout == (folder / "plan.json").read_text(encoding="utf-8")


def test_without_its_hours_a_plan_is_the_same_otherwise(solved: Solved, run: Run) -> None:
    folder, _ = solved
    done = run("solve", "tiny.yaml", "--hours", "24", "-o", "json", "-q", "--no-hourly", cwd=folder)
    whole = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    assert json.loads(done.stdout) == whole | {"hours": []}


def test_another_solver_finds_a_plan_as_good(solved: Solved, run: Run) -> None:
    folder, _ = solved
    if "cbc" not in solvers():
        pytest.skip("this PuLP brings no CBC")
    done = run("solve", "tiny.yaml", "--hours", "24", "-o", "json", "-q", "--solver", "cbc", cwd=folder)
    assert done.returncode == 0, done.stderr
    first = json.loads((folder / "plan.json").read_text(encoding="utf-8"))["solver"]
    assert json.loads(done.stdout)["solver"]["objective_usd"] == pytest.approx(first["objective_usd"], rel=2e-3)


def test_no_plan_can_exist(tmp_path: Path, run: Run) -> None:
    text = SCENARIO + "limits: {purchase: 1000 USD}\n"
    (tmp_path / "poor.yaml").write_text(text, encoding="utf-8")
    done = run("solve", "poor.yaml", "--hours", "24", "-o", "json", cwd=tmp_path)
    assert done.returncode == 3
    assert done.stdout == ""
    assert "no plan can meet this scenario" in done.stderr
    assert "purchase budget" in done.stderr
    assert "the cheapest plan without limits (two typical weeks, to 1 %):" in done.stderr
    assert "poor.yaml:" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_fault_of_a_changed_value_says_that_the_file_has_another(tmp_path: Path, run: Run) -> None:
    (tmp_path / "tiny.yaml").write_text(SCENARIO, encoding="utf-8")
    done = run("solve", "tiny.yaml", "--set", "workloads.scoring.rate=-3", "-q", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("with workloads.scoring.rate=-3 in place of what the file says:\n\ntiny.yaml:")
    assert "`-3` has no unit" in done.stderr


REFUSED = {
    "no such verb": ("frobnicate",),
    "no scenario": ("solve",),
    "no such file": ("solve", "missing.yaml"),
    "no such option": ("solve", "tiny.yaml", "--wish"),
    "no such format": ("solve", "tiny.yaml", "-o", "pdf"),
    "no such detail": ("solve", "tiny.yaml", "--detail", "everything"),
    "no such engine": ("solve", "tiny.yaml", "--engine", "steam"),
    "no such solver": ("solve", "tiny.yaml", "--hours", "24", "--solver", "abacus"),
    "two on standard output": ("solve", "tiny.yaml", "-o", "table", "-o", "json"),
    "no file after the sign": ("solve", "tiny.yaml", "-o", "json="),
    "no such folder": ("solve", "tiny.yaml", "-o", "json=missing/plan.json"),
    "a folder": ("solve", "tiny.yaml", "-o", "json=."),
    "no folder for hours": ("solve", "tiny.yaml", "--hourly", "missing/h.csv"),
    "gap out of range": ("solve", "tiny.yaml", "--gap", "7"),
    "hours are no number": ("solve", "tiny.yaml", "--hours", "many"),
    "no such schema": ("schema", "wishes"),
    "no such block": ("math", "wishes"),
    "no such kind": ("catalog", "list", "wishes"),
    "no such row": ("catalog", "show", "node/wishes"),
    "half a row": ("catalog", "show", "node"),
    "no such overlay": ("catalog", "list", "--catalog", "missing"),
    "no plan to show": ("show", "tiny.yaml"),
    "no plan to audit": ("audit", "tiny.yaml"),
    "no plan to explain": ("explain", "missing.json"),
}


@pytest.mark.parametrize("words", REFUSED.values(), ids=REFUSED)
def test_bad_usage_is_told_apart_and_explained(tmp_path: Path, run: Run, words: tuple[str, ...]) -> None:
    (tmp_path / "tiny.yaml").write_text(SCENARIO, encoding="utf-8")
    done = run(*words, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert len(done.stderr.strip()) > 20
    assert "Traceback" not in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["tiny.yaml"]


def test_a_wrong_plan_is_refused_without_a_traceback(tmp_path: Path, run: Run) -> None:
    versions = ('{"format_version": "1.0"}', '{"format_version": "2.0"}')
    for text in ("{}", "[]", "null", *versions, "[" * 100_000, "\x00", ESCAPED):
        (tmp_path / "plan.json").write_text(text, encoding="utf-8")
        for verb in ("show", "explain"):
            done = run(verb, "plan.json", cwd=tmp_path)
            assert done.returncode == 2, (verb, text[:40], done.stderr)
            assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to send there")
def test_interrupted_before_there_is_a_plan(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(SCENARIO, encoding="utf-8")
    command = [sys.executable, "-m", "planner.cli.main", "solve", "tiny.yaml", "-o", "json=plan.json"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert "reading scenario" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert process.returncode == 130
    assert "interrupted before there was a plan" in rest
    assert "Traceback" not in rest
    assert [p.name for p in tmp_path.iterdir()] == ["tiny.yaml"]


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes that close early there")
def test_a_reader_that_leaves_is_no_fault(solved: Solved) -> None:
    folder, _ = solved
    command = f"'{sys.executable}' -m planner.cli.main show plan.json -o json | head -c 10"
    done = subprocess.run(
        command, shell=True, cwd=folder, env=environment(PYTHONPATH=str(ROOT)), capture_output=True, text=True
    )
    assert done.stderr == ""
    assert done.stdout.startswith("{")


def test_stages_are_dumped_to_files(solved: tuple[Path, Any], run: Run, tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text((solved[0] / "tiny.yaml").read_text("utf-8"), encoding="utf-8")
    dumps = ("--dump", "problem=problem.json", "--dump", "plan=dumped.json")
    done = run("solve", "tiny.yaml", "--hours", "24", "-q", *dumps, "-o", "json=plan.json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "problem.json").read_text("utf-8"))["name"] == "tiny"
    assert (tmp_path / "dumped.json").read_bytes() == (tmp_path / "plan.json").read_bytes()


@pytest.mark.parametrize("given", ["problem", "problem=", "problems=a.json", "problem=nowhere/a.json"])
def test_a_dump_that_cannot_be_written_is_refused(given: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text("aiplan: 1\n", encoding="utf-8")
    done = run("solve", "tiny.yaml", "--dump", given, cwd=tmp_path)
    assert done.returncode == 2
    assert "STAGE=FILE" in done.stderr or "there is no folder nowhere" in done.stderr
