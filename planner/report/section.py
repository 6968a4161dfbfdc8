"""A section: what every readable format is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LIST = ("",)
"""Heads of a section whose rows are lines of text."""
PERIOD = "Period"
"""The head of the column that a plan of one period goes without."""


@dataclass(frozen=True, slots=True)
class Section:
    """A title, column heads (`>` first: right-aligned) and rows."""

    title: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def where(site: str, hall: str) -> str:
    """`site/hall`, or what there is of it."""
    return "/".join(filter(None, (site, hall))) or "everywhere"


def without(section: Section, head: str) -> Section:
    """The section less a column: what there is only one of goes without saying."""
    keep = [i for i, name in enumerate(section.heads) if name != head]
    heads = tuple(section.heads[i] for i in keep)
    return Section(section.title, heads, [tuple(row[i] for i in keep) for row in section.rows])
