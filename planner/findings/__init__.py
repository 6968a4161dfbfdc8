"""What `aiplan check` found, in the forms that people, reviews and build servers read: one file per format."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from planner.findings.checked import Checked

FORMATS = ("text", "json", "markdown", "github", "gitlab", "sarif", "junit")
Render = Callable[[tuple[Checked, ...]], str]


def render(files: tuple[Checked, ...], form: str) -> str:
    """The findings on some files in a format of FORMATS; the same bytes for the same findings."""
    made: Render = import_module(f"planner.findings.as_{form}").render
    return made(files)
