"""Plans for other programs: one file per format, `to_NAME.py`, whose `render(plan, period)` gives files by name."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.plan.schema import Plan

PREFIX = "to_"
FORMATS = tuple(sorted(i.name.removeprefix(PREFIX) for i in iter_modules(__path__) if i.name.startswith(PREFIX)))
"""Every format there is a file for: `to_NAME.py`."""


def periods(plan: Plan) -> list[str]:
    """The plan's periods, in order of time."""
    return [str(p["name"]) for p in plan.problem.get("periods") or ()]


def render(plan: Plan, name: str, period: str) -> dict[str, str]:
    """File names and texts of a plan's period in a format of `FORMATS`; the same bytes for the same plan."""
    module = import_module(f"{__name__}.{PREFIX}{name}")
    files: dict[str, str] = module.render(plan, period)
    return files
