"""A section: what every readable format is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LIST = ("",)
"""Heads of a section whose rows are lines of text."""


@dataclass(frozen=True, slots=True)
class Section:
    """A title, column heads (`>` first: right-aligned) and rows."""

    title: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def where(site: str, hall: str) -> str:
    """`site/hall`, or what there is of it."""
    return "/".join(filter(None, (site, hall))) or "everywhere"
