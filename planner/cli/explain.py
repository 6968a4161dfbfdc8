"""`aiplan explain`: why a plan is as it is, down to catalog rows and their sources."""

from __future__ import annotations

from pathlib import Path

import typer


def explain(
    plan: Path = typer.Argument(..., help="A plan, as `solve -o json=FILE` wrote it."),
    item: str = typer.Argument("", help="A workload, machine, site, limit, account … by id or part of its name."),
) -> None:
    """Say why: what was chosen and what stood against it, which limits bind, and where every number is from.

    Example: aiplan explain plan.json chat
    """
    from planner import driver
    from planner.report.why import lines

    for line in lines(driver.read_plan(plan), item):
        typer.echo(line)
