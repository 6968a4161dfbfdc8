"""The command `aiplan`: one file per verb, nothing heavy imported before a verb runs."""

from __future__ import annotations

import io
import os
import signal
import sys

import typer

from planner import errors
from planner.cli import audit, catalog, check, doctor, explain, math, schema, show, solve

app = typer.Typer(
    name="aiplan",
    help="Plan AI infrastructure: machines, fabric, spares, storage, cooling and every hour's energy, in one "
    "optimisation with a proven gap.\n\nExample: aiplan solve scenarios/quickstart.yaml -o table -o json=plan.json",
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


app.command("solve")(solve.solve)
app.command("check")(check.check)
app.command("show")(show.show)
app.command("audit")(audit.audit)
app.command("explain")(explain.explain)
app.command("schema")(schema.schema)
app.command("math")(math.math)
app.command("doctor")(doctor.doctor)
app.add_typer(catalog.app, name="catalog")


def main() -> None:
    """Run the command; every end has its exit code, and no bad input ever shows a traceback."""
    _streams()
    try:
        app()
    except errors.AiplanError as end:
        typer.echo(end.text, err=True)
        sys.exit(end.code)
    except KeyboardInterrupt:
        typer.echo("interrupted; nothing was written", err=True)
        sys.exit(errors.INTERRUPTED)
    except Exception as bug:
        if os.environ.get("AIPLAN_DEBUG"):
            raise
        typer.echo(
            f"aiplan hit a bug ({type(bug).__name__}: {bug}). Run again with AIPLAN_DEBUG=1 for the traceback, "
            "and report it with the scenario.",
            err=True,
        )
        sys.exit(errors.BUG)


def _streams() -> None:
    """The same bytes on every machine; and, as every Unix tool, end quietly when the reader of a pipe has gone."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", newline="\n")
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)


if __name__ == "__main__":
    main()
