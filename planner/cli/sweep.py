"""`aiplan sweep`: a scenario solved for every value of one of its keys."""

from __future__ import annotations

import re
from pathlib import Path

import typer

from planner.cli.outputs import chosen, deliver
from planner.cli.progress import progress
from planner.errors import LIMIT, BadInput

FORMATS = ("table", "json", "csv")
OUTPUT = typer.Option(
    [], "-o", "--output", metavar="FORMAT[=FILE]", help="table, json or csv, to a file or standard output."
)
VARY = typer.Option(
    ..., "--vary", metavar="KEY=VALUES", help="KEY=V1,V2,... or KEY=FROM..TO/COUNT, a unit after TO."
)
NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
RANGE = re.compile(rf"({NUMBER})\.\.({NUMBER})([^\d].*)?/(\d+)")
"""From, to, the unit of both, how many."""


def sweep(
    scenario: Path = typer.Argument(..., help="The scenario, a YAML file."),
    vary: str = VARY,
    output: list[str] = OUTPUT,
    gap: float | None = typer.Option(None, min=0.0, max=1.0, help="Relative gap to prove for each, e.g. 0.001."),
    hours: int | None = typer.Option(
        None, min=1, max=8760, help="Model only the first hours of each period: to try a scenario, not to plan by."
    ),
    time_limit: float | None = typer.Option(None, min=0.1, help="Seconds for each value."),
    quiet: bool = typer.Option(False, "-q", "--quiet", help="No progress on standard error."),
) -> None:
    """Solve a scenario for every value of one key: what a limit costs from one end to the other.

    A key is the path of names with dots between; entries of a list go by their id. Catalogs are read once, and what one
    solve found out about the year of energy is kept for the next.

    Example: aiplan sweep scenarios/quickstart.yaml --vary limits.carbon_free.share=0..90%/10 -o csv=front.csv

    Exit codes: 0 every value has a plan or is proven to have none; 2 bad input; 4 stopped early somewhere.
    """
    from planner.sweep import as_csv, as_json, as_table
    from planner.sweep.run import sweep as run

    key, values = parsed(vary)
    where = chosen(output, FORMATS, [scenario])
    with progress(quiet) as say:
        front = run(scenario, key, values, gap=gap, hours=hours, time_limit=time_limit, progress=say)
    renders = {"table": as_table.render, "json": as_json.render, "csv": as_csv.render}
    deliver(where, lambda name, terminal: renders[name](front, terminal=terminal))
    if len(front.points) < front.asked or any(p.status not in ("optimal", "infeasible") for p in front.points):
        raise typer.Exit(LIMIT)


def parsed(text: str) -> tuple[str, list[str]]:
    """The key and its values. Raises BadInput."""
    from planner.sweep.run import MAX_POINTS, between

    key, equals, given = text.partition("=")
    if not key or not equals or not given:
        raise BadInput(f"--vary {text}: write KEY=V1,V2,... or KEY=FROM..TO/COUNT")
    found = RANGE.fullmatch(given)
    if not found:
        return key, [value.strip() for value in given.split(",")]
    first, last, unit, count = float(found[1]), float(found[2]), found[3] or "", int(found[4])
    if not 2 <= count <= MAX_POINTS:
        raise BadInput(f"--vary {text}: COUNT must be 2 to {MAX_POINTS:,}")
    return key, [value + unit for value in between(first, last, count)]
