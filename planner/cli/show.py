"""`aiplan show`: a plan again, in another format or detail, without solving."""

from __future__ import annotations

from pathlib import Path

from planner.cli.outputs import DETAIL, OUTPUT, emit, targets
from planner.cli.plans import PLAN, using


def show(
    plan: Path = PLAN,
    output: list[str] = OUTPUT,
    detail: str = DETAIL,
) -> None:
    """Show a plan again without solving.

    Example: aiplan show plan.json --detail full -o markdown
    """
    where = targets(output, detail, [plan])
    with using(plan) as answer:
        emit(answer, where, detail)
