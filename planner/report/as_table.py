"""The plan as Rich tables, for a terminal or a meeting."""

from __future__ import annotations

import io
import os
import shutil
from typing import TYPE_CHECKING

from planner.report.sections import Section, sections

if TYPE_CHECKING:
    from planner.plan.schema import Plan

WIDTH = 120
"""Columns where there is no terminal to ask."""


def render(plan: Plan, *, detail: str, terminal: bool) -> str:
    """Tables one after another; colour only on a terminal without NO_COLOR."""
    from rich.console import Console

    out = io.StringIO()
    colour = terminal and "NO_COLOR" not in os.environ
    width = shutil.get_terminal_size((WIDTH, 40)).columns if terminal else WIDTH
    console = Console(
        file=out,
        width=max(60, width),
        force_terminal=colour,
        no_color=not colour,
        highlight=False,
        legacy_windows=False,
    )
    if plan.description:
        console.print(plan.description, style="italic")
    for section in sections(plan, detail):
        if section.rows:
            console.print()
            _print(console, section)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _print(console: object, section: Section) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    assert isinstance(console, Console)
    if section.heads == ("",):
        console.print(escape(section.title), style="bold")
        for (text,) in section.rows:
            console.print(f"- {escape(text)}", soft_wrap=False)
        return
    table = Table(title=escape(section.title), title_justify="left", title_style="bold", box=None, pad_edge=False)
    for head in section.heads:
        right = head.startswith(">")
        table.add_column(escape(head.lstrip(">")), justify="right" if right else "left", overflow="fold")
    for row in section.rows:
        table.add_row(*(escape(cell) for cell in row))
    console.print(table)
