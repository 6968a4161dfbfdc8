"""The difference of two plans as tables."""

from __future__ import annotations

from planner.diff.changes import Difference
from planner.diff.sections import sections
from planner.report.as_table import text


def render(found: Difference, *, terminal: bool) -> str:
    return text(sections(found), terminal=terminal)
