"""Two plans beside each other: what was asked, what is built, what it costs, draws and emits.

One file per format, `as_NAME.py`, whose `render(found, terminal=...)` gives the text.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from planner.diff.changes import Change, Difference, compare

PREFIX = "as_"
FORMATS = tuple(sorted(i.name.removeprefix(PREFIX) for i in iter_modules(__path__) if i.name.startswith(PREFIX)))


def render(found: Difference, name: str, *, terminal: bool = False) -> str:
    """The difference as text in a format of `FORMATS`; `terminal` allows colour."""
    text: str = import_module(f"{__name__}.{PREFIX}{name}").render(found, terminal=terminal)
    return text


__all__ = ["FORMATS", "Change", "Difference", "compare", "render"]
