"""`aiplan export`: a plan for another program."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from planner.cli.outputs import not_over, writable, write
from planner.cli.plans import PLAN, using
from planner.errors import BadInput

FORMATS_HELP = (
    "csv: tidy tables; focus: lines of cost as FOCUS 1.3 has them; kubernetes: what runs, a file a site; "
    "prometheus: alert rules."
)


def export(
    plan: Path = PLAN,
    to: str = typer.Option(..., "--to", metavar="NAME", help=FORMATS_HELP),
    output: Path | None = typer.Option(None, "-o", "--output", help="A file, or a folder for several."),
    period: str = typer.Option("", help="Which period of the plan; default: all for csv and focus, else the first."),
) -> None:
    """Write a plan as another program reads it: the same bytes for the same plan, each part with where it is from.

    Example: aiplan export plan.json --to kubernetes -o clusters/
    """
    from planner.export import FORMATS, apart, periods, render

    if to not in FORMATS:
        raise BadInput(f"--to {to}: choose {', '.join(FORMATS)}")
    with using(plan, audited=True) as answer:
        if period and period not in (have := periods(answer)):
            raise BadInput(f"--period {period}: the plan has {', '.join(have)}")
        files = render(answer, to, period)
    if output is not None:
        not_over([output], [plan])
    deliver(files, output, apart=apart(to))


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
