"""`aiplan check`: are scenarios sound, without solving them."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from planner.cli.outputs import chosen, deliver

OUTPUT = typer.Option(
    ["text"],
    "-o",
    "--output",
    metavar="FORMAT[=FILE]",
    help="text, json, markdown, github, gitlab, sarif or junit, to a file or standard output; may be repeated.",
)


def check(
    scenarios: list[Path] = typer.Argument(..., help="Scenarios, YAML files."),
    output: list[str] = OUTPUT,
    exit_zero: bool = typer.Option(False, "--exit-zero", help="End with 0 whatever is found: for reports alone."),
) -> None:
    """Check scenarios without solving them: every fault of every file at its place, and what nothing can run.

    Example: aiplan check scenarios/quickstart.yaml -o text -o sarif=aiplan.sarif

    Exit codes: 0 all sound; 1 a workload that nothing on offer can run; 2 bad input, whatever else is found.
    """
    from planner.checking import check as run
    from planner.findings import FORMATS, as_text, render
    from planner.findings.checked import worst

    where = chosen(output, FORMATS, scenarios)
    files = run(scenarios)
    on_screen = [t for t in where if (t.format, t.file) == ("text", None)]
    deliver([t for t in where if t not in on_screen], lambda name, terminal: render(files, name))
    if on_screen:
        typer.echo(as_text.summary(files), nl=False)
        sys.stdout.flush()
        typer.echo(as_text.faults(files), err=True, nl=False)
    if (code := worst(files)) and not exit_zero:
        raise typer.Exit(code)
