"""`aiplan schema`: JSON Schemas for editors and other tools."""

from __future__ import annotations

import json

import typer


def schema(which: str = typer.Argument(..., help="scenario, plan, catalog or policy.")) -> None:
    """Print the JSON Schema of a scenario, a plan, a catalog file or a policy.

    Example: aiplan schema scenario > scenario.schema.json
    """
    from planner import schemas

    typer.echo(json.dumps(schemas.schema(which), indent=1, sort_keys=True))
