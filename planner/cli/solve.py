"""`aiplan solve`: a scenario to a plan."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from planner.cli.changes import CHANGES, change
from planner.cli.outputs import DETAIL, OUTPUT, emit, not_over, targets, writable, write
from planner.cli.progress import progress
from planner.errors import LIMIT, BadInput

if TYPE_CHECKING:
    from planner.plan.schema import Plan


DUMP = typer.Option(
    [],
    "--dump",
    metavar="STAGE=FILE",
    help="Write scenario, catalog, problem, options, model, solution or plan as JSON; may be repeated.",
)


def solve(
    scenario: Path = typer.Argument(..., help="The scenario, a YAML file."),
    output: list[str] = OUTPUT,
    detail: str = DETAIL,
    engine: str = typer.Option("auto", help="auto, decomposed (by cuts) or monolithic."),
    solver: str = typer.Option("highs", help="highs, cbc, or another that `aiplan doctor` finds."),
    gap: float | None = typer.Option(None, min=0.0, max=1.0, help="Relative gap to prove, e.g. 0.001."),
    time_limit: float | None = typer.Option(None, min=0.1, help="Seconds; then the best plan so far, exit code 4."),
    weeks: int | None = typer.Option(None, min=0, max=52, help="Typical weeks to model instead of every hour."),
    hours: int | None = typer.Option(
        None, min=1, max=8760, help="Model only the first hours of each period: to try a scenario, not to plan by."
    ),
    year_check: bool = typer.Option(True, help="After typical weeks, check the machines against every hour."),
    hourly: Path | None = typer.Option(None, help="Write the modelled hours to this CSV file."),
    keep_hours: bool = typer.Option(True, "--keep-hours/--no-hourly", help="Keep the hours inside the plan."),
    dumps: list[str] = DUMP,
    run_info: Path | None = typer.Option(None, help="Write how long it took, and with what, to this JSON file."),
    changes: list[str] = CHANGES,
    locked: bool = typer.Option(False, "--locked", help="Refuse catalog rows that are not as SCENARIO.lock has them."),
    quiet: bool = typer.Option(False, "-q", "--quiet", help="No progress on standard error."),
) -> None:
    """Find the cheapest (or cleanest) plan of a scenario, and prove how far from the best it can be.

    Example: aiplan solve scenarios/quickstart.yaml -o table -o json=plan.json --hourly hours.csv

    Exit codes: 0 a plan; 2 bad input; 3 no plan can exist; 4 stopped early with a plan; 5 stopped without one.
    """
    from planner import driver

    where = targets(output, detail, [scenario])
    stages = _dumps(dumps)
    beside = [writable(file) for file in (hourly, run_info) if file is not None]
    beside += [file for files in stages.values() for file in files]
    not_over([*beside, *(t.file for t in where if t.file is not None)], [scenario])
    if hours is not None and weeks is not None:
        raise BadInput("--hours and --weeks: choose one; the first hours alone, or weeks that stand for the year")
    _known(solver)
    asked = [change(text) for text in changes]
    if locked:
        from planner import locking

        locking.hold(scenario, asked)
    begun = time.perf_counter()
    with progress(quiet) as say:
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
            advise=True,
            changes=asked,
            watch=(lambda stage, value: _dumped(stages, stage, value)) if stages else None,
        )
    if hourly is not None:
        from planner.report.hours import render

        write(hourly, render(plan))
    if run_info is not None:
        write(run_info, _run_info(plan, time.perf_counter() - begun))
    emit(plan if keep_hours else plan.model_copy(update={"hours": []}), where, detail)
    if plan.solver.status != "optimal":
        typer.echo(f"stopped early: this plan is within {plan.solver.gap:.2%} of the best there can be", err=True)
        raise typer.Exit(LIMIT)


def _dumps(given: list[str]) -> dict[str, list[Path]]:
    """The files of each stage. Raises BadInput for what could not be written, before any work is done."""
    from planner.dumps import STAGES

    found: dict[str, list[Path]] = {}
    for text in given:
        stage, _, file = text.partition("=")
        if stage not in STAGES or not file:
            raise BadInput(f"--dump {text}: write STAGE=FILE, STAGE being one of {', '.join(STAGES)}")
        found.setdefault(stage, []).append(writable(Path(file)))
    return found


def _dumped(stages: dict[str, list[Path]], stage: str, value: Any) -> None:
    from planner.dumps import render

    for file in stages.get(stage, ()):
        write(file, render(stage, value))


def _known(solver: str) -> None:
    """BadInput where a solver is not installed; HiGHS always is."""
    if solver != "highs":
        from planner.solve.available import solvers

        if solver not in (found := solvers()):
            raise BadInput(f"no solver {solver!r} here; there are {', '.join(found)}")


def _run_info(plan: Plan, seconds: float) -> str:
    """What is not part of the plan because it differs from run to run."""
    import json
    import platform
    import sys

    made = {"seconds": round(seconds, 3), "python": platform.python_version(), "platform": platform.platform()}
    made |= {"solver": plan.solver.name, "aiplan": plan.aiplan_version, "arguments": sys.argv[1:]}
    return json.dumps(made, indent=1, sort_keys=True) + "\n"
