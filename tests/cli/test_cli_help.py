"""Help screens, word for word; and what `--help` may cost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import golden
import pytest
import typer
from cli_process import ROOT, Run, environment

GOLDEN = Path(__file__).parent / "golden"
VERBS = (
    "init",
    *("solve", "sweep", "check", "show", "diff", "audit", "explain", "export", "foresight", "estimate", "validate"),
    "report",
    *("schema", "math"),
    "doctor",
    "simulate",
    "catalog",
)
ROWS = ("list", "show", "lint", "lock", "diff", "efficiency")
ASKED = ("training", "serving", "network", "spares", "durability", "replicas")
SCREENS = [(), *((verb,) for verb in VERBS), *(("catalog", verb) for verb in ROWS), *(("estimate", a) for a in ASKED)]
MADE_WITH = (GOLDEN / "typer.txt").read_text(encoding="utf-8").strip()
HEAVY = ("rich", "pydantic", "numpy", "pulp", "highspy", "pvlib", "pandas", "yaml", "planner.driver", "planner.report")
MOST_CPU_S = 0.5
"""Five times what it takes here: a bound that holds on a busy machine and still sees an import of numpy or pydantic."""


def name(words: tuple[str, ...]) -> str:
    return "_".join(words) or "aiplan"


@pytest.mark.skipif(
    not typer.__version__.startswith(MADE_WITH), reason=f"the screens are those of typer {MADE_WITH}; it writes them"
)
@pytest.mark.parametrize("words", SCREENS, ids=name)
def test_screen(run: Run, words: tuple[str, ...]) -> None:
    done = run(*words, "--help")
    assert done.returncode == 0
    assert done.stderr == ""
    golden.check(GOLDEN / f"{name(words)}.txt", done.stdout)


@pytest.mark.parametrize("words", SCREENS, ids=name)
def test_every_help_has_an_example_of_its_own(run: Run, words: tuple[str, ...]) -> None:
    text = " ".join(run(*words, "-h").stdout.split())
    assert f"Example: {' '.join(('aiplan', *words))}" in text


def test_the_first_screen_names_every_verb_and_every_exit_code(run: Run) -> None:
    text = run("--help").stdout
    commands = text.partition("Commands:")[2].split()
    assert set(VERBS) <= set(commands)
    assert all(f" {code} " in " ".join(text.split()) for code in (0, 1, 2, 3, 4, 5, 70, 130))


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from planner.cli.main import main\n"
        "sys.argv = ['aiplan', '--help']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print('LOADED', [m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment(), capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "LOADED []"


def test_help_is_quick() -> None:
    code = (
        "import resource, subprocess, sys\n"
        "subprocess.run([sys.executable, '-m', 'planner.cli.main', '--help'], stdout=subprocess.DEVNULL, check=True)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_utime + used.ru_stime)"
    )
    pytest.importorskip("resource")
    seconds = []
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment(), capture_output=True, text=True)
        seconds.append(float(done.stdout))
    assert min(seconds) < MOST_CPU_S


def test_version(run: Run) -> None:
    from planner import __version__

    assert run("--version").stdout == f"aiplan {__version__}\n"


def test_completion_can_be_shown(run: Run) -> None:
    done = run("", _AIPLAN_COMPLETE="complete_bash", COMP_WORDS="aiplan so", COMP_CWORD="1")
    assert done.stdout.split() == ["solve"]
