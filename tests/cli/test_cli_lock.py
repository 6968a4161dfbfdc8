"""`aiplan catalog lock`, `catalog diff` and `solve --locked`: what a plan rests on, held still."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_process import SCENARIO, Run

OVERLAY = """\
kind: price_node
as_of: 2026-11-23
sources: {quote: a quote of today}
rows:
  - id: amd_epyc_9654_2s
    purchase_usd: [12345, quote]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A scenario that lays a folder of its own over our catalogs."""
    (tmp_path / "rows").mkdir()
    (tmp_path / "rows" / "prices.yaml").write_text(OVERLAY, encoding="utf-8")
    (tmp_path / "tiny.yaml").write_text(SCENARIO + "catalogs: [rows]\n", encoding="utf-8")
    return tmp_path


def test_a_locked_scenario_is_solved_until_a_row_changes(run: Run, folder: Path) -> None:
    done = run("catalog", "lock", "tiny.yaml", cwd=folder)
    assert done.returncode == 0, done.stderr
    lock = json.loads((folder / "tiny.lock").read_text("utf-8"))
    assert done.stdout == f"Written: tiny.lock, {len(lock['rows'])} rows\n"
    assert lock["rows"]["price_node/amd_epyc_9654_2s"]["figures"]["purchase_usd"]["value"] == 12345
    assert not any(row.startswith("node/dgx") for row in lock["rows"])
    assert run("catalog", "lock", "tiny.yaml", "--check", cwd=folder).returncode == 0
    solve = ("solve", "tiny.yaml", "--hours", "3", "--locked", "-q", "-o", "json=plan.json")
    assert run(*solve, cwd=folder).returncode == 0
    (folder / "plan.json").unlink()

    (folder / "rows" / "prices.yaml").write_text(OVERLAY.replace("12345", "15000"), encoding="utf-8")
    checked = run("catalog", "lock", "tiny.yaml", "--check", cwd=folder)
    told = "price_node/amd_epyc_9654_2s: purchase_usd: 12345 -> 15000 (+21.5%)\n"
    assert (checked.returncode, checked.stdout) == (1, told)
    refused = run(*solve, cwd=folder)
    assert refused.returncode == 2
    assert refused.stderr == (
        f"tiny.lock: the catalogs are not as locked:\n  {told}"
        "  fix: Go back to the rows of that day, or accept these: `aiplan catalog lock tiny.yaml`.\n"
    )
    assert not (folder / "plan.json").exists()
    shown = run("catalog", "diff", "tiny.lock", "rows", "--over", "--exit-code", cwd=folder)
    assert (shown.returncode, shown.stdout.splitlines()[1:]) == (
        1,
        ["~ price_node/amd_epyc_9654_2s", "    purchase_usd: 12345 -> 15000 (+21.5%)"],
    )


def test_rows_that_a_plan_would_use_anew_are_refused(run: Run, folder: Path) -> None:
    assert run("catalog", "lock", "tiny.yaml", cwd=folder).returncode == 0
    wider = SCENARIO.replace("allow: [", "allow: [amd_epyc_7763_1s, ") + "catalogs: [rows]\n"
    (folder / "tiny.yaml").write_text(wider, encoding="utf-8")
    changed = run("solve", "tiny.yaml", "--locked", cwd=folder)
    assert changed.returncode == 2
    assert "price_node/amd_epyc_7763_1s: not in the lock" in changed.stderr


def test_without_a_lock_there_is_nothing_to_hold_to(run: Run, folder: Path) -> None:
    done = run("solve", "tiny.yaml", "--locked", cwd=folder)
    assert done.returncode == 2
    assert done.stderr == (
        "tiny.lock: cannot be read: No such file or directory\n"
        "  expected: a lock file, as `aiplan catalog lock SCENARIO` writes it\n"
        "  fix: Lock first: `aiplan catalog lock SCENARIO`.\n"
    )


def test_a_lock_is_the_same_every_time(run: Run, folder: Path) -> None:
    first = [run("catalog", "lock", "tiny.yaml", cwd=folder), (folder / "tiny.lock").read_bytes()][1]
    run("catalog", "lock", "tiny.yaml", cwd=folder)
    assert (folder / "tiny.lock").read_bytes() == first


def test_a_scenario_at_fault_is_told_as_ever(run: Run, folder: Path) -> None:
    (folder / "tiny.yaml").write_text(SCENARIO.replace("3 MW", "3 XW"), encoding="utf-8")
    done = run("catalog", "lock", "tiny.yaml", cwd=folder)
    assert done.returncode == 2
    assert "tiny.yaml:8:" in done.stderr
    assert not (folder / "tiny.lock").exists()


def test_differences_as_json(run: Run, folder: Path) -> None:
    done = run("catalog", "diff", "bundled", "rows", "--over", "-o", "json", cwd=folder)
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)
    assert (data["same"], data["added"], data["removed"]) == (False, [], [])
    (change,) = data["changed"]
    assert (change["row"], change["field"], change["after"]["value"]) == (
        "price_node/amd_epyc_9654_2s",
        "purchase_usd",
        12345,
    )
    assert change["relative"] == pytest.approx(12345 / change["before"]["value"] - 1)
    assert run("catalog", "diff", "rows", "rows", "--exit-code", cwd=folder).returncode == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere", "bundled"), "nowhere: neither a folder of rows nor a lock file"),
        (("tiny.yaml", "bundled"), "tiny.yaml:1:1: not JSON"),
        (("bundled", "rows", "-o", "html"), "choose table, json"),
    ],
)
def test_what_cannot_be_compared_is_refused(run: Run, folder: Path, words: tuple[str, ...], said: str) -> None:
    done = run("catalog", "diff", *words, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
