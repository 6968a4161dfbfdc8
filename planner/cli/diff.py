"""`aiplan diff`: two plans beside each other."""

from __future__ import annotations

from pathlib import Path

import typer

from planner.cli.outputs import chosen, deliver
from planner.cli.plans import using

BEFORE = typer.Argument(..., help="A plan, as `solve -o json=FILE` wrote it.")
AFTER = typer.Argument(..., help="The plan to set beside it.")
OUTPUT = typer.Option(
    [],
    "-o",
    "--output",
    metavar="FORMAT[=FILE]",
    help="table, markdown or json, to a file or standard output; may be repeated.",
)


def diff(
    before: Path = BEFORE,
    after: Path = AFTER,
    output: list[str] = OUTPUT,
    exit_code: bool = typer.Option(False, "--exit-code", help="End with 1 where anything differs."),
) -> None:
    """Set two plans beside each other: what was asked otherwise, what is built, costs, draws and emits more or less.

    Money is levelised; the proven bounds of both say between which sums their best plans lie apart.

    Example: aiplan diff main.json proposal.json -o table -o markdown=comment.md

    Exit codes: 0 done; 1 with --exit-code, anything differs; 2 bad input.
    """
    from planner.diff import FORMATS, compare, render
    from planner.errors import FINDINGS

    where = chosen(output, FORMATS, [before, after])
    with using(before) as old, using(after) as new:
        found = compare(old, new)
        deliver(where, lambda name, terminal: render(found, name, terminal=terminal))
    if exit_code and not found.same:
        raise typer.Exit(FINDINGS)
