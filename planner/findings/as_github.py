"""Findings as annotations of a GitHub workflow, at their lines of a pull request.

Workflow commands, https://docs.github.com/actions: `::error file=…,line=…,col=…,title=…::message`. A step shows ten
annotations at most, so that the last of more says how many there are.
"""

from __future__ import annotations

from planner.findings.checked import LEVELS, Checked, problems, told
from planner.scenario.problems import Problem

MOST = 10
"""Annotations of a kind that a step shows."""
COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def render(files: tuple[Checked, ...]) -> str:
    """A line for each fault, errors first, of more than ten for nine of them; nothing where all is sound."""
    found = sorted(problems(files), key=lambda p: -LEVELS.index(p.level))
    shown = found if len(found) <= MOST else found[: MOST - 1]
    lines = [_line(p) for p in shown]
    if len(found) > len(shown):
        lines.append(f"::error title=aiplan::{len(found) - len(shown):,} more problems: see the log of `aiplan check`")
    return "".join(f"{line}\n" for line in lines)


def _line(p: Problem) -> str:
    place = f"file={_property(p.file)},line={p.line},col={p.column},endColumn={max(p.end_column, p.column + 1)}"
    return f"::{COMMANDS[p.level]} {place},title={_property(f'aiplan {p.code}')}::{_data(told(p))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
