"""`aiplan check`: is a scenario sound, without solving it."""

from __future__ import annotations

from pathlib import Path

import typer

from planner.errors import FINDINGS


def check(scenario: Path = typer.Argument(..., help="The scenario, a YAML file.")) -> None:
    """Validate a scenario without solving: every fault located, exit 2; a workload no machine can run, exit 1.

    Example: aiplan check scenarios/quickstart.yaml
    """
    from planner import driver

    report = driver.check(scenario)
    for line in report.lines:
        typer.echo(line)
    if not report.ok:
        raise typer.Exit(FINDINGS)
