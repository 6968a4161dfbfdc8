"""`aiplan simulate`: a plan's pools, failure by failure."""

from __future__ import annotations

from pathlib import Path

import typer

from planner.cli.plans import PLAN, using
from planner.errors import FINDINGS


def simulate(
    plan: Path = PLAN,
    events: int = typer.Option(100_000, min=1000, max=10_000_000, help="Failures and returns of each pool."),
    seed: int = typer.Option(1, min=0, max=2**31, help="Of the random numbers: the same gives the same run."),
) -> None:
    """Run every pool failure by failure, and say whether its spares hold what the plan promises.

    Nothing is drawn from the formula that chose the spares: machines fail and return one by one, domains with all in
    them, and the time with enough machines up is counted, with its 99.9 % interval.

    Example: aiplan simulate plan.json --events 1000000

    Exit codes: 0 all hold; 1 a pool falls short; 2 bad input.
    """
    from planner.simulate.plan import runs

    short = False
    with using(plan) as answer:
        found = list(runs(answer, events=events, seed=seed))
    for run in found:
        head = f"{run.pool}: {run.working:,} working, {run.spares} spare, promised {run.target:.4%}"
        if run.counted is None:
            typer.echo(f"{head}; nothing in it ever fails")
            continue
        c = run.counted
        said = f"up {c.availability:.4%} +- {c.half_width:.4%} of {c.days:,.0f} days"
        typer.echo(f"{head}; {said}: {'holds' if run.holds else 'FALLS SHORT'}")
        short |= not run.holds
    if short:
        raise typer.Exit(FINDINGS)
