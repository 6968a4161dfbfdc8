"""Fixtures: `aiplan` as a process, and a folder with a scenario solved in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cli_process import LIMIT_S, ROOT, SCENARIO, Run, environment


@pytest.fixture(scope="session")
def run() -> Run:
    """`run("solve", ...)`: a finished process."""

    def aiplan(*args: str | Path, cwd: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "planner.cli.main", *map(str, args)]
        told = environment(**env)
        return subprocess.run(command, cwd=cwd, env=told, capture_output=True, encoding="utf-8", timeout=LIMIT_S)

    return aiplan


@pytest.fixture(scope="session")
def solved(run: Run, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A folder with a scenario solved over 24 hours: plan.json, plan.csv, hours.csv, run.json; the table on stdout."""
    folder = tmp_path_factory.mktemp("solved")
    (folder / "tiny.yaml").write_text(SCENARIO, encoding="utf-8")
    done = run(
        *("solve", "tiny.yaml", "--hours", "24", "-o", "table", "-o", "json=plan.json", "-o", "csv=plan.csv"),
        *("--hourly", "hours.csv", "--run-info", "run.json"),
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    return folder, done
