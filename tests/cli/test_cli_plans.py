"""`show`, `audit`, `explain`, and what needs no plan: `check`, `catalog`, `schema`, `math`, `doctor`."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import jsonschema
import pytest
import yaml
from cli_process import SCENARIO, Run

from planner.cli import plans

SERVING = """\
  - kind: serving
    id: chat
    model: llama-3.1-70b
    requests: 20 req/s
    input_tokens: 1000
    output_tokens: 250
    ttft: 1 s
    tpot: 50 ms
"""
Solved = tuple[Path, subprocess.CompletedProcess[str]]


def test_show_is_what_solve_showed(solved: Solved, run: Run) -> None:
    folder, done = solved
    assert run("show", "plan.json", cwd=folder).stdout == done.stdout
    assert run("show", "plan.json", "-o", "json", cwd=folder).stdout == (folder / "plan.json").read_text("utf-8")
    assert run("show", "plan.json", "-o", "csv", cwd=folder).stdout == (folder / "plan.csv").read_text("utf-8")


def test_show_in_less_and_more_detail(solved: Solved, run: Run) -> None:
    folder, done = solved
    short = run("show", "plan.json", "--detail", "summary", cwd=folder).stdout
    long = run("show", "plan.json", "--detail", "full", cwd=folder).stdout
    assert len(short) < len(done.stdout) < len(long)
    assert "Ledger" in long
    assert "Ledger" not in done.stdout


def test_diff_of_a_plan_and_itself_and_of_one_and_none(solved: Solved, run: Run, tmp_path: Path) -> None:
    folder, _ = solved
    done = run("diff", "plan.json", "plan.json", "--exit-code", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Nothing differs" in done.stdout
    other = json.loads((folder / "plan.json").read_text("utf-8"))
    other["headline"][0]["energy_kwh_per_year"] *= 2
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(other), "utf-8")
    assert run("diff", "plan.json", str(changed), cwd=folder).returncode == 0
    done = run("diff", "plan.json", str(changed), "--exit-code", "-o", "json", cwd=folder)
    assert done.returncode == 1
    assert json.loads(done.stdout)["same"] is False
    done = run("diff", "plan.json", "nowhere.json", cwd=folder)
    assert done.returncode == 2
    assert "nowhere.json: cannot be read: no such file" in done.stderr


def test_foresight_runs_the_sizes_again(solved: Solved, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "ahead.json"
    done = run("foresight", "plan.json", "--ahead", "24", "-o", f"json={file}", "-o", "table", cwd=solved[0])
    assert done.returncode == 0, done.stderr
    rows = json.loads(file.read_text("utf-8"))
    assert rows[0]["more_usd"] == 0.0
    assert "the next 24 hours as the day before" in done.stdout


def test_audit_accepts_what_solve_wrote(solved: Solved, run: Run) -> None:
    folder, _ = solved
    done = run("audit", "plan.json", cwd=folder)
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1] == "accepted"


@pytest.mark.parametrize("verb", ["show", "simulate", "foresight", "export --to kubernetes", "audit"])
def test_a_plan_without_its_problem_is_bad_input_and_no_bug(
    solved: Solved, run: Run, tmp_path: Path, verb: str
) -> None:
    plan = json.loads((solved[0] / "plan.json").read_text(encoding="utf-8"))
    (tmp_path / "plan.json").write_text(json.dumps(plan | {"problem": {}}), encoding="utf-8")
    name, *options = verb.split()
    done = run(name, "plan.json", *options, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "plan.json: " in done.stderr
    assert "is missing" in done.stderr if verb == "audit" else "`aiplan audit plan.json` says" in done.stderr


def test_audit_rejects_a_plan_that_was_touched(solved: Solved, run: Run, tmp_path: Path) -> None:
    plan = json.loads((solved[0] / "plan.json").read_text(encoding="utf-8"))
    plan["ledger"][0]["amount_usd"] *= 1.01
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    done = run("audit", "plan.json", cwd=tmp_path)
    assert done.returncode == 1
    assert "rejected" in done.stdout
    assert "ledger" in done.stdout


@pytest.mark.parametrize(
    "verb", ["show plan.json", "explain plan.json", "diff plan.json plan.json", "simulate plan.json"]
)
def test_what_shows_a_plan_that_was_touched_says_so_in_a_line(
    verb: str, solved: Solved, run: Run, tmp_path: Path
) -> None:
    plan = json.loads((solved[0] / "plan.json").read_text(encoding="utf-8"))
    plan["ledger"][0]["amount_usd"] *= 1.01
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    done = run(*verb.split(), cwd=tmp_path)
    assert done.returncode == 0
    said = set(done.stderr.splitlines())
    assert said == {
        "plan.json: an audit rejects this plan, which was altered or is of another version: "
        "`aiplan audit plan.json` says what is wrong with it"
    }
    assert run(*verb.split(), cwd=solved[0]).stderr == ""


def test_a_plan_of_many_hours_is_judged_without_them(
    solved: Solved, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A price that was touched is still seen, an hour is left to `aiplan audit`."""
    monkeypatch.setattr(plans, "YEAR", 23)
    text = (solved[0] / "plan.json").read_text(encoding="utf-8")
    for touched in ("hour", "ledger"):
        plan = json.loads(text)
        if touched == "hour":
            plan["hours"][0]["dispatch"]["imported.grid"][3] *= 2
        else:
            plan["ledger"][0]["amount_usd"] *= 1.01
        (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
        with plans.using(tmp_path / "plan.json"):
            pass
        assert ("an audit rejects" in capsys.readouterr().err) == (touched == "ledger")


def test_explain_goes_down_to_sources(solved: Solved, run: Run) -> None:
    folder, _ = solved
    text = run("explain", "plan.json", "amd_epyc_9654_2s", cwd=folder).stdout
    assert "purchase: amd_epyc_9654_2s:" in text
    assert "source: node/amd_epyc_9654_2s." in text
    assert "source: price_node/amd_epyc_9654_2s.purchase_usd" in text


def test_explain_of_what_is_not_there_suggests(solved: Solved, run: Run) -> None:
    done = run("explain", "plan.json", "scorign", cwd=solved[0])
    assert done.returncode == 2
    assert "did you mean scoring" in done.stderr
    assert done.stdout == ""


def test_check_of_a_sound_scenario(tmp_path: Path, run: Run) -> None:
    (tmp_path / "tiny.yaml").write_text(SCENARIO, encoding="utf-8")
    done = run("check", "tiny.yaml", cwd=tmp_path)
    assert done.returncode == 0
    assert "scoring: 2 options on amd_epyc_7763_2s, amd_epyc_9654_2s" in done.stdout


def test_check_of_a_workload_that_nothing_can_run(tmp_path: Path, run: Run) -> None:
    start = SCENARIO.index("  - kind: service")
    text = SCENARIO[:start] + SERVING
    (tmp_path / "tiny.yaml").write_text(text, encoding="utf-8")
    done = run("check", "tiny.yaml", cwd=tmp_path)
    assert done.returncode == 1
    assert "chat: 0 options on no machine" in done.stdout
    assert "amd_epyc_9654_2s: " in done.stdout, "and why"


def test_check_locates_a_fault(tmp_path: Path, run: Run) -> None:
    (tmp_path / "tiny.yaml").write_text(SCENARIO.replace("3 MW", "3 MB"), encoding="utf-8")
    done = run("check", "tiny.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("tiny.yaml:8:")


def test_check_of_several_files_in_several_forms(tmp_path: Path, run: Run) -> None:
    (tmp_path / "good.yaml").write_text(SCENARIO, encoding="utf-8")
    (tmp_path / "bad.yaml").write_text(SCENARIO.replace("3 MW", "3 MB"), encoding="utf-8")
    forms = ("-o", "github", "-o", "sarif=a.sarif", "-o", "junit=j.xml")
    done = run("check", "good.yaml", "bad.yaml", *forms, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == ""
    assert done.stdout.startswith("::error file=bad.yaml,line=8,")
    assert json.loads((tmp_path / "a.sarif").read_text("utf-8"))["runs"][0]["results"][0]["ruleId"] == "quantity"
    assert (tmp_path / "j.xml").read_text("utf-8").count("<testsuite ") == 2
    done = run("check", "bad.yaml", "missing.yaml", "--exit-zero", cwd=tmp_path)
    assert done.returncode == 0
    assert "missing.yaml:1:1: there is no such file" in done.stderr


@pytest.mark.parametrize("which", ["scenario", "plan", "catalog"])
def test_schemas_are_schemas(run: Run, which: str) -> None:
    schema = json.loads(run("schema", which).stdout)
    jsonschema.validators.validator_for(schema).check_schema(schema)


def test_plans_and_scenarios_fit_their_schemas(solved: Solved, run: Run) -> None:
    folder, _ = solved
    jsonschema.validate(json.loads((folder / "plan.json").read_text("utf-8")), json.loads(run("schema", "plan").stdout))
    jsonschema.validate(yaml.safe_load(SCENARIO), json.loads(run("schema", "scenario").stdout))


def test_catalog_list_and_show(run: Run) -> None:
    kinds = {line.split()[0]: int(line.split()[1]) for line in run("catalog", "list").stdout.splitlines()}
    nodes = run("catalog", "list", "node").stdout.splitlines()
    assert kinds["node"] == len(nodes)
    text = run("catalog", "show", "node/dgx_h100").stdout
    assert text.startswith("node/dgx_h100: NVIDIA DGX H100  (catalogs/physics/")
    assert "max_w" in text


def test_an_overlay_is_shown_over_the_bundled_row(tmp_path: Path, run: Run) -> None:
    rows = "kind: price_node\nas_of: 2027-01-01\nsources: {q: {ref: our quote}}\nrows:\n"
    rows += "  - {id: dgx_h100, name: ours, purchase_usd: [123456, q]}\n"
    folder = tmp_path / "mine" / "prices"
    folder.mkdir(parents=True)
    (folder / "node.yaml").write_text(rows, encoding="utf-8")
    done = run("catalog", "show", "price_node/dgx_h100", "--catalog", "mine", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    line = next(x for x in done.stdout.splitlines() if "purchase_usd" in x)
    assert "123456" in line
    assert "our quote" in line


def test_the_bundled_catalogs_are_sound(run: Run) -> None:
    done = run("catalog", "lint")
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith(" 0 faults\n")


def test_efficiency_has_cpus_gpus_and_tpus_side_by_side(run: Run) -> None:
    families = {line.split()[0] for line in run("catalog", "efficiency").stdout.splitlines() if line.strip()}
    assert {"cpu", "gpu", "tpu"} <= families


def test_math_prints_every_block_or_one(run: Run) -> None:
    from planner.blocks import all_blocks

    text = run("math").stdout
    assert all(f"{block.name}\n{'=' * len(block.name)}\n" in text for block in all_blocks())
    assert run("math", "spares").stdout.startswith("spares\n======\n")


def test_doctor(run: Run) -> None:
    done = run("doctor")
    assert done.returncode == 0
    assert "highspy" in done.stdout
    assert "solvers    highs" in done.stdout
    assert "missing" not in done.stdout
