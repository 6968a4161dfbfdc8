"""`aiplan explain`: why a plan is as it is, down to catalog rows and their sources."""

from __future__ import annotations

from pathlib import Path

import typer

from planner.cli.plans import PLAN, using


def explain(
    plan: Path = PLAN,
    item: str = typer.Argument("", help="A workload, machine, site, limit, account … by id or part of its name."),
) -> None:
    """Say why: what was taken and what stood against it, which limits bind, where every number is from.

    Example: aiplan explain plan.json chat
    """
    from difflib import get_close_matches

    from planner.errors import BadInput
    from planner.report.why import lines, names

    with using(plan) as answer:
        found = lines(answer, item)
    if not found:
        close = get_close_matches(item, names(answer), n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(close)}?" if close else "try a workload, a machine, a site or an account"
        raise BadInput(f"nothing in this plan is named {item!r}; {hint}")
    for line in found:
        typer.echo(line)
