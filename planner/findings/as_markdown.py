"""Findings as Markdown, for a comment on a pull request; its first line lets the next comment replace it."""

from __future__ import annotations

from planner.errors import OK
from planner.findings.checked import Checked, problems, told
from planner.scenario.problems import Problem

MARKER = "<!-- aiplan check -->"
MOST = 50
"""Faults that are listed: a comment holds 64 KiB."""


def render(files: tuple[Checked, ...]) -> str:
    """A sentence, a table of faults, and folded up what could run each workload and what became of rules."""
    found, good = problems(files), sum(f.code == OK for f in files if f.rules is None)
    count = f"{len(found):,} problem{'' if len(found) == 1 else 's'}"
    count_of = sum(f.rules is None for f in files)
    scenarios = f"{count_of:,} scenario{'' if count_of == 1 else 's'}"
    sound = f", {good:,} sound" if found else ""
    head = f"**aiplan check: {count if found else 'no problems'} in {scenarios}**{sound}"
    parts = [MARKER, head, ""]
    if found:
        parts += ["| where | what is wrong | rule |", "| --- | --- | --- |"]
        parts += [_row(p) for p in found[:MOST]]
        parts += [f"| | and {len(found) - MOST:,} more | |"] if len(found) > MOST else []
        parts.append("")
    return "\n".join([*parts, *(_folded(f) for f in files if f.runs or f.judged)]).rstrip("\n") + "\n"


def _folded(file: Checked) -> str:
    machines = {r.workload: _cell(", ".join(r.machines) or "no machine") for r in file.runs}
    rows = [f"| {_cell(r.workload)} | {r.options} | {machines[r.workload]} |" for r in file.runs]
    lines = [f"<details><summary>{_cell(file.size)}</summary>", "", "| workload | options | machines |"]
    rules = [f"| {_cell(j.rule)} | {j.verdict} | {_cell('; '.join(j.texts) or j.reason)} |" for j in file.judged]
    if rules:
        rules = ["", "| rule | verdict | |", "| --- | --- | --- |", *rules]
    return "\n".join([*lines, "| --- | ---: | --- |", *rows, *rules, "", "</details>", ""])


def _row(p: Problem) -> str:
    said = told(p) if p.level == "error" else f"{p.level}: {told(p)}"
    return f"| `{_code(f'{p.file}:{p.line}:{p.column}')}` | {_cell(said)} | {p.code} |"


def _cell(text: str) -> str:
    for sign in "\\*_[]|":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("<", "&lt;").replace("@", "&#64;").replace("\n", " ")[:600]


def _code(text: str) -> str:
    return text.replace("`", "'").replace("|", "\\|").replace("\n", " ")
