"""`aiplan solve`: a scenario to a plan."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from planner.cli.outputs import emit, targets, write
from planner.errors import LIMIT

if TYPE_CHECKING:
    from planner.plan.schema import Plan


def solve(
    scenario: Path = typer.Argument(..., help="The scenario, a YAML file."),
    output: list[str] = typer.Option(
        [], "-o", "--output", metavar="FORMAT[=FILE]", help="table, json, csv or markdown; may be repeated."
    ),
    engine: str = typer.Option("auto", help="auto or monolithic."),
    solver: str = typer.Option("highs", help="highs, cbc, or any solver PuLP knows by name."),
    gap: float = typer.Option(None, min=0.0, max=1.0, help="Relative gap to prove, e.g. 0.001."),
    time_limit: float = typer.Option(None, min=0.1, help="Seconds; then the best plan so far, exit code 4."),
    weeks: int = typer.Option(None, min=0, max=52, help="Typical weeks to model; 0 models every hour."),
    hours: int = typer.Option(None, min=1, max=8760, help="Model only the first hours of each period."),
    year_check: bool = typer.Option(True, help="Check the plan's machines against all 8,760 hours."),
    hourly: Path = typer.Option(None, help="Write the modelled hours to this CSV file."),
    keep_hours: bool = typer.Option(True, "--keep-hours/--no-hourly", help="Keep the hours inside the plan."),
    run_info: Path = typer.Option(None, help="Write how long it took, and with what, to this JSON file."),
    detail: str = typer.Option("normal", help="summary, normal or full."),
    quiet: bool = typer.Option(False, "-q", "--quiet", help="No progress on standard error."),
) -> None:
    """Find the cheapest (or cleanest) plan of a scenario, and prove how far from the best it can be.

    Example: aiplan solve scenarios/quickstart.yaml -o table -o json=plan.json --hourly hours.csv
    """
    from planner import driver

    where = targets(output)
    begun = time.perf_counter()

    def say(text: str) -> None:
        if not quiet:
            print(f"{time.perf_counter() - begun:6.1f} s  {text}", file=sys.stderr, flush=True)

    plan = driver.solve(
        scenario,
        engine=engine,
        solver=solver,
        gap=gap,
        time_limit=time_limit,
        weeks=weeks,
        hours=hours,
        progress=say,
        check_year=year_check,
    )
    if hourly is not None:
        from planner.report.hours import render

        write(hourly, render(plan))
    kept = plan if keep_hours else plan.model_copy(update={"hours": []})
    emit(kept, where, detail)
    if run_info is not None:
        write(run_info, _run_info(plan, time.perf_counter() - begun))
    if plan.solver.status != "optimal":
        say(f"stopped early ({plan.solver.status}): this plan is within {plan.solver.gap:.2%} of the best there can be")
        raise typer.Exit(LIMIT)


def _run_info(plan: Plan, seconds: float) -> str:
    import json
    import platform

    made = {"seconds": round(seconds, 3), "python": platform.python_version(), "solver": plan.solver.name}
    return json.dumps(made | {"aiplan": plan.aiplan_version}, indent=1, sort_keys=True) + "\n"
