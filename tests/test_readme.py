"""What the README tells people to type works."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", TEXT, flags=re.DOTALL) for line in block.splitlines()]
EXAMPLE = re.findall(r"```yaml\n(.*?)```", TEXT, flags=re.DOTALL)[0]
SOLVE, TEST = COMMANDS[:2]
BARE = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8", "NO_COLOR": "1"}
SHORT = ("--hours", "24")


def aiplan(*words: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """The command in this environment."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "planner.cli.main", *map(str, words)]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, encoding="utf-8", timeout=600)


def test_first_comes_solving_then_testing_one_line_each_from_nothing() -> None:
    assert SOLVE.startswith("python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/aiplan solve ")
    editable = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && "
    assert TEST.startswith(f"{editable}.venv/bin/python -m pytest")


def test_the_solving_command_solves() -> None:
    words = shlex.split(SOLVE.rpartition("&&")[2])
    assert words[0] == ".venv/bin/aiplan"
    done = aiplan(*words[1:])
    assert done.returncode == 0, done.stderr
    assert "Plan quickstart" in done.stdout
    assert "proven" in done.stdout


def test_the_example_solves(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(EXAMPLE, encoding="utf-8")
    done = aiplan("solve", "small.yaml", *SHORT, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Plan small" in done.stdout


def test_every_verb_of_the_table_exists_and_none_is_missing() -> None:
    told = set(re.findall(r"^\| `aiplan (\w+)", TEXT, flags=re.MULTILINE))
    shown = aiplan("--help").stdout.partition("Commands:")[2]
    assert told == set(re.findall(r"^  (\w+)", shown, flags=re.MULTILINE))


def test_formats_and_exit_codes_are_those_of_the_code() -> None:
    from planner import errors
    from planner.report import FORMATS

    row = next(line for line in TEXT.splitlines() if line.startswith("| `aiplan solve"))
    assert {f for f in FORMATS if f"`{f}`" in row} == set(FORMATS)
    codes = {value for name, value in vars(errors).items() if name.isupper() and isinstance(value, int)}
    sentence = TEXT[TEXT.index("Exit codes:") : TEXT.index("Data goes to")]
    assert {int(code) for code in re.findall(r"\b(\d+)\b", sentence)} == codes


def test_links_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.full
@pytest.mark.parametrize("command", [SOLVE, TEST], ids=["solve", "test"])
def test_from_a_fresh_clone(tmp_path: Path, command: str) -> None:
    git = shutil.which("git")
    assert git, "this test clones the repository"
    subprocess.run([git, "clone", "-q", str(ROOT), str(tmp_path / "clone")], check=True)
    kept = {k: v for k, v in os.environ.items() if k.startswith(("PIP_", "SSL_", "HTTP", "http"))}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path / "clone",
        env={**BARE, **kept},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=3600,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
