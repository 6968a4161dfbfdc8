"""`aiplan audit`: re-check a plan from its JSON alone."""

from __future__ import annotations

from pathlib import Path

import typer

from planner.cli.plans import PLAN
from planner.errors import FINDINGS, BadInput


def audit(plan: Path = PLAN) -> None:
    """Re-check every law a plan must obey, from its JSON alone: balances, money, spares, limits. Exit 1 on findings.

    Example: aiplan audit plan.json
    """
    from planner import plan_file
    from planner.audit import audit as run

    verdict = run(plan_file.document(plan))
    if not verdict.readable:
        lines = [f"{plan.as_posix()}: {f.where}: {f.message}" for f in verdict.findings]
        raise BadInput("\n".join([*lines, f"  expected: {plan_file.EXPECTED}"]))
    for law, count in verdict.checked:
        typer.echo(f"{law:<24} {count:>9,} checks")
    for note in verdict.notes:
        typer.echo(f"note: {note}")
    for finding in verdict.findings:
        typer.echo(str(finding))
    typer.echo("accepted" if verdict.accepted else f"rejected: {len(verdict.findings)} findings")
    if not verdict.accepted:
        raise typer.Exit(FINDINGS)
