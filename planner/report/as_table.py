"""The plan as Rich tables, for a terminal or a meeting."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterable
from typing import TYPE_CHECKING

from planner.report.section import LIST, Section
from planner.report.sections import sections

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from planner.plan.schema import Plan

WIDTH = 100
"""Columns where there is no terminal to ask."""
LEAST_WIDTH = 60
INDENT = 2


def render(plan: Plan, *, detail: str, terminal: bool) -> str:
    """Tables one after another; colour only on a terminal without NO_COLOR."""
    return text(sections(plan, detail), terminal=terminal, intro=plan.description)


def text(parts: Iterable[Section], *, terminal: bool, intro: str = "") -> str:
    """Sections as tables, one after another; 100 columns wide where there is no terminal to ask."""
    from rich.console import Console
    from rich.markup import escape

    out = io.StringIO()
    colour = terminal and not os.environ.get("NO_COLOR")
    width = shutil.get_terminal_size((WIDTH, 40)).columns if terminal else WIDTH
    width = max(LEAST_WIDTH, width)
    console = Console(
        file=out,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
        legacy_windows=False,
        _environ={},
    )
    if intro:
        console.print(escape(intro), style="italic")
    for section in parts:
        console.print()
        _print(console, section)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _print(console: Console, section: Section) -> None:
    from rich.markup import escape
    from rich.padding import Padding

    console.print(escape(section.title), style="bold")
    if section.heads == LIST:
        for (text,) in section.rows:
            console.print(Padding(_bullet(text), (0, 0, 0, INDENT)))
        return
    console.print(Padding(_table(section), (0, 0, 0, INDENT)))


def _bullet(text: str) -> Table:
    """A line of text whose continuation lines hang under its first word."""
    from rich.markup import escape
    from rich.table import Table

    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column(overflow="fold")
    grid.add_row("-", escape(text))
    return grid


def _table(section: Section) -> Table:
    from rich.markup import escape
    from rich.table import Table

    named = any(head.strip(">") for head in section.heads)
    table = Table(box=None, pad_edge=False, show_header=named, header_style="dim", padding=(0, 2, 0, 0))
    for head in section.heads:
        right = head.startswith(">")
        text = escape(head.lstrip(">"))
        table.add_column(text, justify="right" if right else "left", overflow="fold")
    for row in section.rows:
        table.add_row(*(escape(cell) for cell in row))
    return table
