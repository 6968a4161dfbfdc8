"""Plans for other programs: one file per format, `to_NAME.py`, whose `render(plan, period)` gives files by name."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.plan.schema import Plan

PREFIX = "to_"
FORMATS = tuple(sorted(i.name.removeprefix(PREFIX) for i in iter_modules(__path__) if i.name.startswith(PREFIX)))
"""Every format there is a file for: `to_NAME.py`."""


def periods(plan: Plan) -> list[str]:
    """The plan's periods, in order of time."""
    return [str(p["name"]) for p in plan.problem.get("periods") or ()]


def render(plan: Plan, name: str, period: str = "") -> dict[str, str]:
    """File names and texts of a plan in a format of `FORMATS`; the same bytes for the same plan.

    Without a `period` it is all of them where the format has a place for that (`EVERY_PERIOD`), else the first.
    """
    module = _module(name)
    every = getattr(module, "EVERY_PERIOD", False)
    files: dict[str, str] = module.render(plan, period or ("" if every else periods(plan)[0]))
    return files


def apart(name: str) -> bool:
    """Whether the files of a format cannot be one after another."""
    return bool(getattr(_module(name), "APART", False))


def _module(name: str) -> ModuleType:
    return import_module(f"{__name__}.{PREFIX}{name}")
