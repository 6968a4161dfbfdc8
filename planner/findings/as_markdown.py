"""Findings as Markdown, for a comment on a pull request; its first line lets the next comment replace it."""

from __future__ import annotations

from planner.errors import OK
from planner.findings.checked import Checked, problems, told

MARKER = "<!-- aiplan check -->"
MOST = 50
"""Faults that are listed: a comment holds 64 KiB."""


def render(files: tuple[Checked, ...]) -> str:
    """A sentence, a table of faults, and folded up what could run each workload."""
    found, good = problems(files), sum(f.code == OK for f in files)
    count = f"{len(found):,} problem{'' if len(found) == 1 else 's'}"
    scenarios = f"{len(files):,} scenario{'' if len(files) == 1 else 's'}"
    sound = f", {good:,} sound" if found else ""
    head = f"**aiplan check: {count if found else 'no problems'} in {scenarios}**{sound}"
    parts = [MARKER, head, ""]
    if found:
        parts += ["| where | what is wrong | rule |", "| --- | --- | --- |"]
        parts += [f"| `{_code(f'{p.file}:{p.line}:{p.column}')}` | {_cell(told(p))} | {p.code} |" for p in found[:MOST]]
        parts += [f"| | and {len(found) - MOST:,} more | |"] if len(found) > MOST else []
        parts.append("")
    return "\n".join([*parts, *(_folded(f) for f in files if f.runs)]).rstrip("\n") + "\n"


def _folded(file: Checked) -> str:
    machines = {r.workload: _cell(", ".join(r.machines) or "no machine") for r in file.runs}
    rows = [f"| {_cell(r.workload)} | {r.options} | {machines[r.workload]} |" for r in file.runs]
    lines = [f"<details><summary>{_cell(file.size)}</summary>", "", "| workload | options | machines |"]
    return "\n".join([*lines, "| --- | ---: | --- |", *rows, "", "</details>", ""])


def _cell(text: str) -> str:
    for sign in "\\*_[]|":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("<", "&lt;").replace("@", "&#64;").replace("\n", " ")[:600]


def _code(text: str) -> str:
    return text.replace("`", "'").replace("|", "\\|").replace("\n", " ")
