"""Options read without pydantic are what typer makes of them, and so is every complaint."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from planner.cli.verb import Verb

VALUES = ["5", "-5", "0", "5.0", "1e3", "1_000", "x", "", "nan", "inf", "999999999999999999999", " 5", "+5", "٣"]


def answer(kind: Any, value: str, *, quick: bool, **limits: Any) -> tuple[int, str]:
    """Exit code and everything printed by a command with one option."""
    app = typer.Typer(rich_markup_mode=None)

    @app.command(cls=Verb if quick else None)
    def run(a: kind = typer.Option(..., **limits), b: list[Path] = typer.Option([])) -> None:
        typer.echo(f"{type(a)} {a!r} {b!r}")

    found = CliRunner().invoke(app, ["--a", value])
    return found.exit_code, found.output


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("kind", [int, float, str, int | None, float | None, list[str], list[Path], Path])
def test_any_value_means_what_it_means_to_typer(kind: Any, value: str) -> None:
    assert answer(kind, value, quick=True) == answer(kind, value, quick=False)


@pytest.mark.parametrize("kind", [int, float])
@pytest.mark.parametrize("value", ["0", "1", "2", "3", "4"])
def test_limits_hold(kind: Any, value: str) -> None:
    quick = answer(kind, value, quick=True, min=1, max=3)
    assert quick == answer(kind, value, quick=False, min=1, max=3)
    assert quick[0] == (0 if value in "123" else 2)


NEVER = (
    "pydantic",
    "pulp",
    "highspy",
    "numba",
    "pvlib",
    "rich",
    "planner.problem",
    "planner.blocks",
    "planner.scenario",
)
"""What an estimate has no use for, and would wait for: types of whole plans, solvers, compilers."""


@pytest.mark.parametrize(
    ("rest", "never"),
    [
        (["training", "--tokens", "1T"], NEVER),
        (["serving"], (*NEVER, "numpy", "planner.estimate.topology")),
    ],
    ids=["training", "serving"],
)
def test_an_estimate_loads_what_it_needs_and_no_more(rest: list[str], never: tuple[str, ...]) -> None:
    run = (
        "import sys\nfrom planner.cli.main import main\n"
        f"try:\n main()\nfinally:\n print([m for m in {never!r} if m in sys.modules], file=sys.stderr)"
    )
    args = [*rest, "--model", "llama-3.1-8b", "--machine", "dgx_h100"]
    made = subprocess.run([sys.executable, "-c", run, "estimate", *args], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    assert made.stderr.strip() == "[]"
