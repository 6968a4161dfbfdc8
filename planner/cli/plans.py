"""Reading a plan that a command was given, and telling a plan that is broken from a bug of ours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from planner.errors import AiplanError, BadInput

if TYPE_CHECKING:
    from planner.plan.schema import Plan

PLAN = typer.Argument(..., help="A plan, as `solve -o json=FILE` wrote it.")


@contextmanager
def using(path: Path, *, audited: bool = False) -> Iterator[Plan]:
    """The plan of a file, for a block of work. Raises BadInput, also where the work fails on what no audit accepts.

    `audited`: what no audit accepts is refused though the work succeeds, once it has.
    """
    from planner import plan_file

    plan = plan_file.read(path)
    try:
        yield plan
        if audited and not _accepted(plan):
            raise BadInput(f"{path.as_posix()}: an audit rejects this plan\n{_told(path)}")
    except (AiplanError, typer.Exit):
        raise
    except Exception as error:
        if os.environ.get("AIPLAN_DEBUG") or _accepted(plan):
            raise
        said = f"{path.as_posix()}: not a whole plan ({type(error).__name__}: {error})"
        raise BadInput(f"{said}\n{_told(path)}") from None


def _told(path: Path) -> str:
    return f"  fix: `aiplan audit {path.as_posix()}` says what is wrong with it."


def _accepted(plan: Plan) -> bool:
    from planner.audit import audit

    return audit(plan.model_dump(mode="json")).accepted
