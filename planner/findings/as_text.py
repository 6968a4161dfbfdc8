"""Findings as people read them in a terminal."""

from __future__ import annotations

from planner.findings.checked import UNMET, Checked, problems
from planner.scenario.problems import render as shown


def render(files: tuple[Checked, ...]) -> str:
    """What is sound first, then every fault with its line."""
    return summary(files) + faults(files)


def summary(files: tuple[Checked, ...]) -> str:
    """What could run each workload of the files that are sound; nothing of the others."""
    lines = []
    for file in files:
        if not file.workloads:
            continue
        lines.append(file.size.replace(": ", ": valid; ", 1))
        lines += [f"  {r.workload}: {r.options} options on {', '.join(r.machines) or 'no machine'}" for r in file.runs]
        lines += [f"    {p.message}" for p in file.problems if p.code == UNMET]
    return "".join(f"{line}\n" for line in lines)


def faults(files: tuple[Checked, ...]) -> str:
    """Every fault of input with its line, a caret and a way out; nothing where there is none."""
    found = [p for p in problems(files) if p.code != UNMET]
    return shown(found) if found else ""
