"""`aiplan show`: a plan again, in another format or detail, without solving."""

from __future__ import annotations

from pathlib import Path

import typer

from planner.cli.outputs import emit, targets


def show(
    plan: Path = typer.Argument(..., help="A plan, as `solve -o json=FILE` wrote it."),
    output: list[str] = typer.Option(
        [], "-o", "--output", metavar="FORMAT[=FILE]", help="table, json, csv or markdown; may be repeated."
    ),
    detail: str = typer.Option("normal", help="summary, normal or full."),
) -> None:
    """Show a plan again without solving.

    Example: aiplan show plan.json --detail full -o markdown
    """
    from planner import driver

    emit(driver.read_plan(plan), targets(output), detail)
