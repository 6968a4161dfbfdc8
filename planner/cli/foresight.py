"""`aiplan foresight`: what knowing the whole year is worth to a plan."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import typer

from planner.cli.outputs import TABLE_OR_JSON, chosen, emit_as
from planner.cli.plans import PLAN, using

FORMATS = ("table", "json")


def foresight(
    plan: Path = PLAN,
    ahead: int = typer.Option(48, "--ahead", min=2, max=336, help="Hours that are looked ahead."),
    on: Path | None = typer.Option(None, "--on", help="A plan of the same sites whose hours to run through."),
    output: list[str] = TABLE_OR_JSON,
) -> None:
    """Run a plan's sizes without knowing the year: hour by hour, with the next hours known, then guessed.

    A plan's dispatch knows every hour to come. Guesses take each hour to be as the same hour of the day before. With
    --on it is run through another year's sun, wind, prices and grid, which its sizes were not made for.

    Example: aiplan foresight plan.json --ahead 24 -o table -o json=foresight.json
    """
    from planner.foresight.run import worth
    from planner.foresight.text import as_json, as_table

    where = chosen(output, FORMATS, [plan, *([on] if on else [])])
    with using(plan) as answer, using(on) if on else nullcontext() as other:
        found = worth(answer, ahead, other)
    emit_as(where, {"table": as_table, "json": as_json}, found)
