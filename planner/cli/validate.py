"""`aiplan validate`: published measurements against what the estimators say."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

from planner.cli.outputs import writable, write
from planner.errors import BadInput

FORMATS = ("table", "json")
OUTPUT = typer.Option(
    [], "-o", "--output", metavar="FORMAT[=FILE]", help="table or json, to a file or standard output; may be repeated."
)


def validate(
    rows: Path = typer.Argument(..., help="Measurements, a YAML file."),
    output: list[str] = OUTPUT,
    catalog: list[Path] = typer.Option([], "--catalog", help="An overlay folder; may be repeated."),
) -> None:
    """Predict every measurement in a file and print the error by accelerator, model family and source.

    A row that cannot be predicted is counted and named with the reason. Error is predicted / measured - 1.

    Example: aiplan validate benchmarks/data/training_measurements.yaml -o table -o json=errors.json
    """
    from planner import driver
    from planner.validate import as_json, as_table
    from planner.validate.books import books
    from planner.validate.reading import entries
    from planner.validate.run import validate as run

    where = targets(output, FORMATS)
    made = run(entries(rows), books(driver.catalog(catalog)))
    emit(where, {"table": as_table.render, "json": as_json.render}, made)


def targets(given: list[str], formats: tuple[str, ...]) -> list[tuple[str, Path | None]]:
    """Format and file of each `-o`; the default is the first format on standard output. Raises BadInput."""
    found: list[tuple[str, Path | None]] = []
    for text in given or [formats[0]]:
        name, equals, file = text.partition("=")
        if name not in formats:
            raise BadInput(f"-o {text}: no format {name!r}; choose {', '.join(formats)}")
        if equals and not file:
            raise BadInput(f"-o {text}: a file name is missing after '='")
        found.append((name, writable(Path(file)) if file else None))
    if sum(file is None for _, file in found) > 1:
        raise BadInput("-o: only one format can go to standard output; write the other as FORMAT=FILE")
    return found


def emit(where: list[tuple[str, Path | None]], formats: dict[str, Callable[[Any], str]], what: Any) -> None:
    """Render and write to every target, files first: a closed pipe loses none of them."""
    for name, file in sorted(where, key=lambda target: target[1] is None):
        text = formats[name](what)
        if file is not None:
            write(file, text)
        else:
            sys.stdout.write(text)
            sys.stdout.flush()
