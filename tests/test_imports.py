"""Who may import whom: the contracts in pyproject.toml, and that they see every folder and every block."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
FILES = sorted((ROOT / "planner").rglob("*.py"))


def imported(path: Path, *, at_import: bool = False) -> set[str]:
    """Modules a file imports; `at_import`: only those that importing the file imports."""
    found = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if at_import else list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_contracts_are_kept() -> None:
    linter = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    if linter is None:
        pytest.skip("import-linter is in the `lint` extra; continuous integration runs it")
    done = subprocess.run([linter, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_every_folder_is_under_a_contract() -> None:
    named = {m.split(".")[1] for c in CONFIG["contracts"] for m in c.get("source_modules", []) + c.get("modules", [])}
    named |= {layer.split(".")[1] for c in CONFIG["contracts"] for layer in c.get("layers", [])}
    folders = {p.parent.name for p in (ROOT / "planner").glob("*/__init__.py")}
    assert folders - {"_data"} <= named


def test_the_audit_is_forbidden_everything_of_ours() -> None:
    contract = next(c for c in CONFIG["contracts"] if c.get("source_modules") == ["planner.audit"])
    ours = {p.stem for p in (ROOT / "planner").glob("*.py")} | {
        p.parent.name for p in (ROOT / "planner").glob("*/__init__.py")
    }
    forbidden = {m.removeprefix("planner.") for m in contract["forbidden_modules"]}
    assert ours - {"__init__", "audit", "_data"} <= forbidden


def test_only_one_file_knows_highs() -> None:
    assert [p.name for p in FILES if "highspy" in imported(p)] == ["pulp_highs.py"]


@pytest.mark.parametrize("path", sorted((ROOT / "planner" / "cli").glob("*.py")), ids=lambda p: p.stem)
def test_commands_import_nothing_heavy_before_they_run(path: Path) -> None:
    light = {"__future__", "collections.abc", "contextlib", "dataclasses", "errno", "io", "json", "os", "pathlib", "re"}
    light |= {
        "signal",
        "sys",
        "tempfile",
        "time",
        "typer",
        "typer.core",
        "typing",
        "planner",
        "planner.cli",
        "planner.errors",
    }
    found = {m for m in imported(path, at_import=True) if not m.startswith("planner.cli.")}
    assert found <= light
