"""Plans as text: one file per format, `as_NAME.py`, whose `render(plan, detail=..., terminal=...)` gives the text."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.plan.schema import Plan

PREFIX = "as_"
FORMATS = tuple(sorted(i.name.removeprefix(PREFIX) for i in iter_modules(__path__) if i.name.startswith(PREFIX)))
"""Every format there is a file for: `as_NAME.py`."""


def render(plan: Plan, name: str, *, detail: str = "normal", terminal: bool = False) -> str:
    """The plan as text in a format of `FORMATS`; `terminal` allows colour."""
    module = import_module(f"{__name__}.{PREFIX}{name}")
    text: str = module.render(plan, detail=detail, terminal=terminal)
    return text
