"""The difference of two plans as Markdown: the comment of a pull request."""

from __future__ import annotations

from planner.diff.changes import Difference
from planner.diff.sections import sections
from planner.report.as_markdown import text

MARK = "<!-- aiplan diff -->"
"""Finds the comment that a new one replaces."""


def render(found: Difference, *, terminal: bool) -> str:
    return f"{MARK}\n{text(sections(found))}"
