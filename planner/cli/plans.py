"""Reading a plan that a command was given, and telling a plan that is broken from a bug of ours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from planner.errors import AiplanError, BadInput

if TYPE_CHECKING:
    from planner.plan.schema import Plan

YEAR = 8760
"""Hours that an audit looks through in some tenths of a second."""
PLAN = typer.Argument(..., help="A plan, as `solve -o json=FILE` wrote it.")


@contextmanager
def using(path: Path, *, audited: bool = False) -> Iterator[Plan]:
    """The plan of a file, for a block of work. Raises BadInput, also where the work fails on what no audit accepts.

    `audited`: what no audit accepts is refused though the work succeeds, once it has. Else it is said on stderr.
    """
    from planner import plan_file

    data = plan_file.document(path)
    plan = plan_file.plan_of(path, data)
    if not (audited or _accepted(_quick(data))):
        said = "an audit rejects this plan, which was altered or is of another version"
        typer.echo(f"{path.as_posix()}: {said}: `aiplan audit {path.as_posix()}` says what is wrong with it", err=True)
    try:
        yield plan
        if audited and not _accepted(data):
            raise BadInput(f"{path.as_posix()}: an audit rejects this plan\n{_told(path)}")
    except (AiplanError, typer.Exit):
        raise
    except Exception as error:
        if os.environ.get("AIPLAN_DEBUG") or _accepted(data):
            raise
        said = f"{path.as_posix()}: not a whole plan ({type(error).__name__}: {error})"
        raise BadInput(f"{said}\n{_told(path)}") from None


def _told(path: Path) -> str:
    return f"  fix: `aiplan audit {path.as_posix()}` says what is wrong with it."


def _quick(data: dict[str, Any]) -> dict[str, Any]:
    """A plan that is judged in a blink: without its hours, where they are more than a year of one site."""
    try:
        hours = sum(len(bus["hour"]) for bus in data["hours"])
    except (KeyError, TypeError):
        hours = 0
    return data | {"hours": []} if hours > YEAR else data


def _accepted(data: dict[str, Any]) -> bool:
    from planner.audit import audit

    return audit(data).accepted
