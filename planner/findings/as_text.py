"""Findings as people read them in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import get_args

from planner.findings.checked import UNMET, Checked, Verdict, problems
from planner.scenario.problems import render as shown


def render(files: tuple[Checked, ...]) -> str:
    """What is sound first, then every fault with its line."""
    return summary(files) + faults(files)


def summary(files: tuple[Checked, ...]) -> str:
    """What could run each workload of the files that are sound, and what became of rules; nothing of the others."""
    lines = []
    for file in files:
        if not file.workloads and not file.rules:
            continue
        lines.append(file.size.replace(": ", ": valid; ", 1))
        lines += [f"  {r.workload}: {r.options} options on {', '.join(r.machines) or 'no machine'}" for r in file.runs]
        lines += [f"    {p.message}" for p in file.problems if p.code == UNMET]
        lines += list(_policies(file))
    return "".join(f"{line}\n" for line in lines)


def _policies(file: Checked) -> Iterator[str]:
    """Each policy in a line, and in lines of their own the rules that were neither kept nor broken."""
    for policy in dict.fromkeys(j.policy for j in file.judged):
        mine = [j for j in file.judged if j.policy == policy]
        counts = Counter(j.verdict for j in mine)
        yield f"  {policy}: " + ", ".join(f"{counts[v]} {v}" for v in get_args(Verdict) if counts[v])
        others: dict[tuple[str, str], list[str]] = {}
        for j in mine:
            if j.verdict not in ("kept", "broken"):
                others.setdefault((j.verdict, "; ".join(j.texts)), []).append(j.rule)
        yield from (f"    {verdict}: {', '.join(rules)}: {text}" for (verdict, text), rules in others.items())


def faults(files: tuple[Checked, ...]) -> str:
    """Every fault and every broken rule with its line, a caret and a way out; nothing where there is none."""
    found = [p for p in problems(files) if p.code != UNMET]
    return shown(found) if found else ""
