"""Reading a plan that a command was given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from planner.errors import BadInput

if TYPE_CHECKING:
    from planner.plan.schema import Plan

PLAN = typer.Argument(..., help="A plan, as `solve -o json=FILE` wrote it.")


def read(path: Path) -> Plan:
    """The plan of a file. Raises BadInput, also where it nests deeper than any plan does."""
    from planner import driver

    try:
        return driver.read_plan(path)
    except RecursionError:
        raise BadInput(f"{path.as_posix()}: not a plan: nested too deep") from None
