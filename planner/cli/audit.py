"""`aiplan audit`: re-check a plan from its JSON alone."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from planner.cli.plans import PLAN
from planner.errors import FINDINGS, BadInput


def audit(plan: Path = PLAN) -> None:
    """Re-check every law a plan must obey, from its JSON alone: balances, money, spares, limits. Exit 1 on findings.

    Example: aiplan audit plan.json
    """
    from planner.audit import audit as run

    try:
        data = json.loads(plan.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadInput(f"{plan.as_posix()}: not a plan: {error}") from None
    verdict = run(data)
    for law, count in verdict.checked:
        typer.echo(f"{law:<24} {count:>9,} checks")
    for note in verdict.notes:
        typer.echo(f"note: {note}")
    for finding in verdict.findings:
        typer.echo(str(finding))
    typer.echo("accepted" if verdict.accepted else f"rejected: {len(verdict.findings)} findings")
    if not verdict.accepted:
        raise typer.Exit(FINDINGS)
