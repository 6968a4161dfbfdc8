"""`aiplan validate`: published measurements against what the estimators say."""

from __future__ import annotations

from pathlib import Path

import typer

from planner.cli.outputs import TABLE_OR_JSON, chosen, emit_as

FORMATS = ("table", "json")


def validate(
    rows: Path = typer.Argument(..., help="Measurements, a YAML file."),
    output: list[str] = TABLE_OR_JSON,
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

    where = chosen(output, FORMATS, [rows])
    made = run(entries(rows), books(driver.catalog(catalog)))
    emit_as(where, {"table": as_table.render, "json": as_json.render}, made)
