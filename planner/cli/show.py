"""`aiplan show`: a plan again, in another format or detail, without solving."""

from __future__ import annotations

from pathlib import Path

import typer

from planner.cli.outputs import DETAIL, OUTPUT, emit, targets


def show(
    plan: Path = typer.Argument(..., help="A plan, as `solve -o json=FILE` wrote it."),
    output: list[str] = OUTPUT,
    detail: str = DETAIL,
) -> None:
    """Show a plan again without solving.

    Example: aiplan show plan.json --detail full -o markdown
    """
    from planner import driver

    where = targets(output, detail)
    emit(driver.read_plan(plan), where, detail)
