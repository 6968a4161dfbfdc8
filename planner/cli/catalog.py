"""`aiplan catalog`: what is in the catalogs, and whether a folder of rows is sound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from planner.cli.changes import CHANGES, change
from planner.cli.outputs import TABLE_OR_JSON, chosen, emit_as, writable, write
from planner.cli.verb import Verb, Verbs

if TYPE_CHECKING:
    from planner.catalog import Figure

app = typer.Typer(
    cls=Verbs,
    help="List, show, lint, lock and compare catalogs.\n\nExample: aiplan catalog show node/dgx_h100",
    no_args_is_help=True,
    rich_markup_mode=None,
)
OVERLAY = typer.Option([], "--catalog", help="An overlay folder; may be repeated.")


@app.command("list", cls=Verb)
def list_rows(kind: str = typer.Argument("", help="Only this kind."), catalog: list[Path] = OVERLAY) -> None:
    """List kinds, or the rows of one kind.

    Example: aiplan catalog list node
    """
    from planner import driver
    from planner.errors import BadInput

    books = driver.catalog(catalog)
    if not kind:
        for name in books.kinds():
            typer.echo(f"{name:<20} {len(books.rows(name)):>5}")
        return
    if kind not in books.kinds():
        raise BadInput(f"no kind {kind!r}; there are {', '.join(books.kinds())}")
    for row in books.rows(kind):
        typer.echo(f"{row.id:<36} {row.name}{'  (some figures from memory)' if row.memory else ''}")


@app.command(cls=Verb)
def show(item: str = typer.Argument(..., metavar="KIND/ID", help="The row."), catalog: list[Path] = OVERLAY) -> None:
    """Show a row: every figure with its source, date and confidence.

    Example: aiplan catalog show switch/nvidia_sn5600
    """
    from planner import driver
    from planner.catalog import CatalogError
    from planner.errors import BadInput

    kind, slash, id = item.partition("/")
    if not slash:
        raise BadInput(f"{item}: write KIND/ID, e.g. node/dgx_h100; `aiplan catalog list` names the kinds")
    try:
        row = driver.catalog(catalog).row(kind, id)
    except CatalogError as error:
        raise BadInput(str(error)) from None
    typer.echo(f"{row.origin}: {row.name}  ({row.file}:{row.line})")
    for name, text in sorted(row.text.items()):
        typer.echo(f"  {name:<34} {text}")
    for name, figure in sorted(row.figures.items()):
        typer.echo(f"  {name:<34} {_number(figure)}  [{figure.confidence}, {figure.as_of}] {figure.source}")
        if figure.note:
            typer.echo(f"  {'':<34} {figure.note}")
    for name, values in sorted(row.arrays.items()):
        typer.echo(f"  {name:<34} {' '.join(f'{v:g}' for v in values)}")


def _number(figure: Figure) -> str:
    low, high = figure.low, figure.high
    if low is None and high is None:
        return f"{figure.value:g}"
    return f"{figure.value:g} ({'…' if low is None else f'{low:g}'} to {'…' if high is None else f'{high:g}'})"


@app.command(cls=Verb)
def lint(folder: Path = typer.Argument(None, help="A folder of rows; default: the bundled catalogs.")) -> None:
    """Check catalogs: sources, dates, order of ranges, references. Faults end with exit 2.

    Example: aiplan catalog lint my-catalog/
    """
    from planner import driver
    from planner.catalog.lint import faults
    from planner.errors import FINDINGS

    books = driver.catalog([folder] if folder else [])
    found = faults(books)
    for text in found:
        typer.echo(text)
    rows = [row for kind in books.kinds() for row in books.rows(kind)]
    figures = sum(len(r.figures) for r in rows)
    memory = sum(f.confidence == "memory" for r in rows for f in r.figures.values())
    typer.echo(f"{len(rows)} rows, {figures} figures, {memory} of them from memory, {len(found)} faults")
    if found:
        raise typer.Exit(FINDINGS)


@app.command(cls=Verb)
def lock(
    scenario: Path = typer.Argument(..., help="The scenario, a YAML file."),
    changes: list[str] = CHANGES,
    check: bool = typer.Option(False, "--check", help="Write nothing; say what is not as locked, with exit code 1."),
) -> None:
    """Lock the catalog rows that a scenario plans with: SCENARIO.lock holds their figures, dates and hashes.

    `aiplan solve SCENARIO --locked` then plans with nothing else.

    Example: aiplan catalog lock scenarios/quickstart.yaml
    """
    from planner import locking
    from planner.errors import FINDINGS

    file = locking.beside(scenario)
    asked = [change(text) for text in changes]
    if check:
        for line in (found := locking.differences(scenario, asked)):
            typer.echo(line)
        if found:
            raise typer.Exit(FINDINGS)
        typer.echo(f"{file.as_posix()}: every row is as locked")
        return
    text, count = locking.lock(scenario, asked)
    write(writable(file), text)
    typer.echo(f"Written: {file.as_posix()}, {count} rows")


@app.command(cls=Verb)
def diff(
    before: str = typer.Argument(..., help="A folder of rows, a lock file, or `bundled`: the rows that ship."),
    after: str = typer.Argument(..., help="What to set beside it: the same choice."),
    over: bool = typer.Option(False, "--over", help="Lay folders over the bundled rows first, as a scenario does."),
    output: list[str] = TABLE_OR_JSON,
    exit_code: bool = typer.Option(False, "--exit-code", help="End with 1 where anything differs."),
) -> None:
    """Set two catalogs beside each other: rows that came and went, and what changed, figure by figure.

    Beside a lock file only the rows it holds are compared.

    Example: aiplan catalog diff bundled my-catalog/ --over

    Exit codes: 0 done; 1 with --exit-code, anything differs; 2 bad input.
    """
    from planner import locking
    from planner.catalog.compare_text import as_json, as_table
    from planner.errors import FINDINGS

    where = chosen(output, ("table", "json"))
    found = locking.compared(before, after, over=over)
    emit_as(where, {"table": as_table, "json": as_json}, found)
    if exit_code and not found.same:
        raise typer.Exit(FINDINGS)


@app.command(cls=Verb)
def efficiency(catalog: list[Path] = OVERLAY) -> None:
    """Performance per watt of CPU, GPU and TPU side by side.

    Example: aiplan catalog efficiency
    """
    from planner import driver
    from planner.catalog.efficiency import rows

    for line in rows(driver.catalog(catalog)):
        typer.echo(line)


@app.command(cls=Verb)
def calibrate(
    rows: Path = typer.Argument(..., help="Your measurements, a YAML file as `aiplan validate` reads."),
    output: Path = typer.Option(Path("calibrated"), "-o", "--output", help="Overlay folder to write."),
    catalog: list[Path] = OVERLAY,
    date: str = typer.Option("", help="Date of the measurements; default: today."),
) -> None:
    """Fit coefficients to your own measurements, as an overlay.

    At least three rows for an accelerator at a precision, or under a serving software. Yours win over ours wherever
    the folder is named: under `catalogs:` of a scenario, or with --catalog.

    Example: aiplan catalog calibrate benchmarks/data/training_measurements.yaml -o my-catalog
    """
    from planner import ask

    path = output / "coefficient.yaml"
    found, text = ask.calibrated(rows, catalog, date)
    write(path, text, make_folder=True)
    typer.echo(f"{found}Written: {path.as_posix()}")
