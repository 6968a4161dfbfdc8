"""The command `aiplan`: one file per verb, nothing heavy imported before a verb runs."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import typer

from planner import errors, interrupt
from planner.cli import (
    audit,
    catalog,
    check,
    diff,
    doctor,
    estimate,
    explain,
    export,
    foresight,
    init,
    math,
    report,
    schema,
    show,
    simulate,
    solve,
    streams,
    sweep,
    validate,
)
from planner.cli.verb import Verb, Verbs

app = typer.Typer(
    cls=Verbs,
    name="aiplan",
    help="Plan AI infrastructure: machines, fabric, spares, storage, cooling and every hour's energy, in one "
    "optimisation with a proven gap.\n\nExample: aiplan solve scenarios/quickstart.yaml -o table -o json=plan.json\n\n"
    "Exit codes: 0 ok; 1 findings; 2 bad input or usage; 3 no plan can exist; 4 stopped early with a plan; "
    "5 stopped without one; 70 a bug; 130 interrupted.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from planner import __version__

        typer.echo(f"aiplan {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Options of the command itself."""


VERBS = (
    ("init", init.init, "Write a first scenario to change."),
    ("solve", solve.solve, "Find the best plan of a scenario and prove it."),
    ("sweep", sweep.sweep, "Solve a scenario for every value of one key."),
    ("check", check.check, "Check a scenario without solving it."),
    ("show", show.show, "Show a plan again, in any format."),
    ("report", report.report, "Write a plan as Markdown or HTML."),
    ("diff", diff.diff, "Set two plans beside each other."),
    ("audit", audit.audit, "Re-check a plan from its JSON alone."),
    ("explain", explain.explain, "Say why a plan is as it is, with sources."),
    ("export", export.export, "Write a plan for Kubernetes, Prometheus …"),
    ("foresight", foresight.foresight, "Say what knowing the whole year is worth to a plan."),
    ("simulate", simulate.simulate, "Run a plan's pools failure by failure."),
    ("validate", validate.validate, "Predict published measurements and show the error."),
    ("schema", schema.schema, "Print the JSON Schema of a file."),
    ("math", math.math, "Print the equations of every block."),
    ("doctor", doctor.doctor, "Check this installation."),
)
for name, verb, short in VERBS:
    app.command(name, short_help=short, cls=Verb)(verb)
app.add_typer(estimate.app, name="estimate", short_help="Estimate one model on one machine type.")
app.add_typer(catalog.app, name="catalog")


def main() -> None:
    """Run the command; every end has its exit code, and no bad input ever shows a traceback."""
    streams.prepare()
    interrupt.watch()
    try:
        app(prog_name="aiplan")
    except errors.AiplanError as end:
        typer.echo(end.text, err=True)
        sys.exit(end.code)
    except SystemExit as end:
        if end.code == errors.INTERRUPTED:  # typer makes this of Ctrl-C
            _interrupted()
        raise
    except Exception as bug:
        if interrupt.seen():  # wrapped by a library in an error of its own
            _interrupted()
        if isinstance(bug, OSError) and streams.is_full(bug):
            streams.forget_output()
            typer.echo(f"cannot write to standard output: {bug.strerror}", err=True)
            sys.exit(errors.BAD_INPUT)
        if os.environ.get("AIPLAN_DEBUG"):
            raise
        typer.echo(
            f"aiplan hit a bug ({type(bug).__name__}: {bug}). Run again with AIPLAN_DEBUG=1 for the traceback, "
            "and report it with the scenario.",
            err=True,
        )
        sys.exit(errors.BUG)


def _interrupted() -> NoReturn:
    """End at once: Python would else end by the signal where Ctrl-C came inside an `exec`."""
    typer.echo("interrupted before there was a plan", err=True)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(errors.INTERRUPTED)


if __name__ == "__main__":
    main()
