"""`aiplan export`: a plan for another program."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from planner.cli.changes import CHANGES, change
from planner.cli.outputs import not_over, writable, write
from planner.cli.plans import using
from planner.errors import BadInput

MPS = "mps"
"""A format of the model, not of a plan."""
FORMATS_HELP = (
    "csv: tidy tables; focus: lines of cost as FOCUS 1.3 has them; kubernetes: what runs, a file a site; "
    "prometheus: alert rules; mps: a scenario's program."
)


def export(
    plan: Path = typer.Argument(..., help="A plan, as `solve -o json=FILE` wrote it; for mps a scenario."),
    to: str = typer.Option(..., "--to", metavar="NAME", help=FORMATS_HELP),
    output: Path | None = typer.Option(None, "-o", "--output", help="A file, or a folder for several."),
    period: str = typer.Option("", help="Which period of the plan; default: all for csv and focus, else the first."),
    weeks: int | None = typer.Option(None, min=0, max=52, help="For mps: typical weeks instead of every hour."),
    hours: int | None = typer.Option(None, min=1, max=8760, help="For mps: only the first hours of each period."),
    changes: list[str] = CHANGES,
) -> None:
    """Write a plan as another program reads it: the same bytes for the same plan, each part with where it is from.

    Example: aiplan export plan.json --to kubernetes -o clusters/

    Example: aiplan export scenario.yaml --to mps --hours 24 -o model.mps
    """
    from planner.export import FORMATS, apart, periods, render

    if to == MPS:
        _program(plan, output, period, weeks=weeks, hours=hours, changes=changes)
        return
    if to not in FORMATS:
        raise BadInput(f"--to {to}: choose {', '.join(sorted((*FORMATS, MPS)))}")
    if weeks is not None or hours is not None or changes:
        raise BadInput(f"--weeks, --hours and --set are for --to {MPS}: a plan has been solved already")
    with using(plan, audited=True) as answer:
        if period and period not in (have := periods(answer)):
            raise BadInput(f"--period {period}: the plan has {', '.join(have)}")
        files = render(answer, to, period)
    if output is not None:
        not_over([output], [plan])
    deliver(files, output, apart=apart(to))


def _program(
    scenario: Path, output: Path | None, period: str, *, weeks: int | None, hours: int | None, changes: list[str]
) -> None:
    from planner import program

    if scenario.suffix == ".json":
        raise BadInput(f"{scenario.as_posix()}: --to {MPS} writes the model of a scenario\n  fix: Name its YAML file.")
    if period:
        raise BadInput(f"--period: --to {MPS} writes all periods together")
    if output is not None and not output.is_dir():
        not_over([writable(output)], [scenario])
    text = program.mps(scenario, weeks=weeks, hours=hours, changes=[change(given) for given in changes])
    deliver({f"{scenario.stem}.mps": text}, output, apart=False)


def deliver(files: dict[str, str], output: Path | None, *, apart: bool) -> None:
    """Texts to standard output, a file or a folder; those that stand `apart` only to a folder. Raises BadInput."""
    if output is not None and output.is_dir():
        for name, text in files.items():
            write(output / name, text)
    elif len(files) > 1 and (apart or output is not None):
        raise BadInput(f"{len(files)} files ({', '.join(files)}): name a folder that is there with -o")
    elif output is None:
        sys.stdout.write("".join(files.values()))
    else:
        write(writable(output), "".join(files.values()))
