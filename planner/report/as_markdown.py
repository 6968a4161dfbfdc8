"""The plan as Markdown, for pull requests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from planner.report.section import LIST, Section
from planner.report.sections import sections

if TYPE_CHECKING:
    from planner.plan.schema import Plan


def render(plan: Plan, *, detail: str, terminal: bool) -> str:
    """The same sections as the table, the first open and the others folded."""
    return text(sections(plan, detail))


def text(found: Iterable[Section]) -> str:
    """Sections as Markdown, the first open and the others folded."""
    parts: list[str] = []
    for i, section in enumerate(found):
        body = _body(section)
        parts.append(f"## {section.title}\n\n{body}" if i == 0 else _folded(section.title, body))
    return "\n".join(parts)


def _folded(title: str, body: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{body}\n</details>\n"


def _body(section: Section) -> str:
    if section.heads == LIST:
        return "".join(f"- {_cell(text)}\n" for (text,) in section.rows)
    heads = " | ".join(_cell(h.lstrip(">")) for h in section.heads)
    rule = " | ".join("---:" if h.startswith(">") else "---" for h in section.heads)
    rows = "".join(f"| {' | '.join(_cell(c) for c in row)} |\n" for row in section.rows)
    return f"| {heads} |\n| {rule} |\n{rows}"


def _cell(text: str) -> str:
    return text.replace("<", "&lt;").replace("|", "\\|").replace("\n", " ")
