"""`aiplan export`: what is written where, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path

import pytest
import yaml
from cli_process import SCENARIO, Run

from planner.solve.pulp_highs import quiet_highs, quiet_stdout

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
        (("--to", "nomad"), "choose csv, focus, kubernetes, mps, prometheus"),
        (("--to", "kubernetes", "--period", "1999"), "--period 1999: the plan has"),
        (("--to", "kubernetes", "-o", "nowhere/plan.yaml"), "there is no folder nowhere"),
        (("--to", "csv", "--hours", "3"), "are for --to mps"),
        (("--to", "mps"), "plan.json: --to mps writes the model of a scenario"),
        (("--to", "csv"), "name a folder that is there with -o"),
        (("--to", "csv", "-o", "one.csv"), "name a folder that is there with -o"),
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
        for name in ("csv", "focus", "kubernetes", "prometheus"):
            done = run("export", "plan.json", "--to", name, cwd=tmp_path)
            assert done.returncode == 2
            assert "not a whole plan" in done.stderr or "an audit rejects this plan" in done.stderr
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


def test_money_of_a_solved_plan_adds_up(solved: Solved, run: Run, tmp_path: Path) -> None:
    folder, _ = solved
    plan = json.loads((folder / "plan.json").read_text("utf-8"))
    assert run("export", "plan.json", "--to", "csv", "-o", tmp_path, cwd=folder).returncode == 0
    shown = run("export", "plan.json", "--to", "focus", cwd=folder)
    assert shown.returncode == 0, shown.stderr
    lines = list(csv.DictReader((tmp_path / "lines.csv").open(encoding="utf-8", newline="")))
    focus = list(csv.DictReader(io.StringIO(shown.stdout)))
    cost = pytest.approx(plan["solver"]["objective_usd"])
    assert sum(float(x["amount"]) for x in lines) == cost
    assert sum(float(x["EffectiveCost"]) for x in focus) == cost
    assert (tmp_path / "hours-north.csv").read_text("utf-8") == (folder / "hours.csv").read_text("utf-8")


def test_a_report_is_what_show_writes(solved: Solved, run: Run) -> None:
    folder, _ = solved
    shown = run("show", "plan.json", "-o", "markdown", cwd=folder)
    assert run("report", "plan.json", cwd=folder).stdout == shown.stdout
    page = run("report", "plan.json", "-o", "html", "--detail", "full", cwd=folder)
    assert page.stdout == run("show", "plan.json", "-o", "html", "--detail", "full", cwd=folder).stdout
    assert page.stdout.startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("options", "said"),
    [(("-o", "csv"), "choose markdown, html"), (("--detail", "most"), "choose summary, normal, full")],
)
def test_what_is_no_report_is_refused(solved: Solved, run: Run, options: tuple[str, ...], said: str) -> None:
    done = run("report", "plan.json", *options, cwd=solved[0])
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_program_that_highs_solves_to_the_plan(solved: Solved, run: Run, tmp_path: Path) -> None:
    folder, _ = solved
    done = run("export", "tiny.yaml", "--to", "mps", "--hours", "24", "-o", tmp_path, cwd=folder)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    again = run("export", "tiny.yaml", "--to", "mps", "--hours", "24", cwd=folder)
    assert again.stdout == (tmp_path / "tiny.mps").read_text("utf-8")
    h = quiet_highs({"mip_rel_gap": 1e-9})
    with quiet_stdout():
        h.readModel(str(tmp_path / "tiny.mps"))
        h.run()
    plan = json.loads((folder / "plan.json").read_text("utf-8"))
    assert h.getInfo().objective_function_value == pytest.approx(plan["solver"]["objective_usd"], rel=1e-5)
    values = dict(zip(h.getLp().col_names_, h.getSolution().col_value, strict=True))
    machines = [c for c in plan["columns"] if c["family"] == "servers.total"]
    assert machines
    assert all(values[c["name"]] == pytest.approx(c["value"]) for c in machines)


def test_rows_without_end_are_no_program(run: Run, tmp_path: Path) -> None:
    store = "{technology: battery_li_ion_utility, max_power: 1 MW, max_energy: 8 MWh}"
    bears = f"    batteries: [{store}]\n    outage: {{duration: 4 h, share: 60%}}\nhardware:"
    (tmp_path / "tiny.yaml").write_text(SCENARIO.replace("hardware:", bears), encoding="utf-8")
    done = run("export", "tiny.yaml", "--to", "mps", "--hours", "24", cwd=tmp_path)
    assert done.returncode == 2
    assert "the outage of north has more rows than a file can hold" in done.stderr


def test_a_scenario_at_fault_is_no_program(run: Run, tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(SCENARIO.replace("3 MW", "3 XW"), encoding="utf-8")
    done = run("export", "tiny.yaml", "--to", "mps", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "tiny.yaml:8:" in done.stderr
