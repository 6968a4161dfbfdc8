"""The plan as Rich tables, for a terminal or a meeting."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterable
from textwrap import wrap
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
GAP = 2
"""Columns between two columns of a table."""
FOLDED = 8
"""A name may be folded to this part of the width, and can then still be read."""


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
    console.print(Padding(_table(section, console.width - INDENT), (0, 0, 0, INDENT)))


def _bullet(text: str) -> Table:
    """A line of text whose continuation lines hang under its first word."""
    from rich.markup import escape
    from rich.table import Table

    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column(overflow="fold")
    grid.add_row("-", escape(text))
    return grid


def _table(section: Section, width: int) -> Table:
    """Numbers stand whole on their line where names, folded, leave the room for it."""
    from rich.markup import escape
    from rich.table import Table

    named = any(head.strip(">") for head in section.heads)
    table = Table(box=None, pad_edge=False, show_header=named, header_style="dim", padding=(0, GAP, 0, 0))
    whole = _whole(section, width)
    for i, head in enumerate(section.heads):
        right = head.startswith(">")
        text = escape(head.lstrip(">"))
        if right and whole:
            most = max((len(row[i]) for row in section.rows), default=0)
            lines = "\n".join(wrap(text, max(most, *map(len, text.split()), 1), break_long_words=False))
            table.add_column(lines, justify="right", overflow="fold", no_wrap=True)
        else:
            table.add_column(text, justify="right" if right else "left", overflow="fold")
    for row in section.rows:
        table.add_row(*(escape(cell) for cell in row))
    return table


def _whole(section: Section, width: int) -> bool:
    """Whether only names need folding: all would not fit into `width`, and numbers with folded names do."""
    longest = [max((len(row[i]) for row in section.rows), default=0) for i in range(len(section.heads))]
    gaps = GAP * (len(section.heads) - 1)
    full = sum(max(len(head.lstrip(">")), most) for head, most in zip(section.heads, longest, strict=True))
    least = 0
    for head, most in zip(section.heads, longest, strict=True):
        words = max(map(len, head.lstrip(">").split()), default=0)
        least += max(words, most if head.startswith(">") else min(most, (width + INDENT) // FOLDED))
    return least + gaps <= width < full + gaps
