"""Findings as a Code Quality report of GitLab, https://docs.gitlab.com/ci/testing/code_quality/ (report format)."""

from __future__ import annotations

import json

from planner.findings.checked import Checked, fingerprint, is_finding, problems, told
from planner.scenario.problems import Problem

SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}
"""Of findings; faults of input are critical."""


def render(files: tuple[Checked, ...]) -> str:
    """A list of issues, each with a fingerprint that outlives edits above it; two alike are told apart by number."""
    seen: dict[str, int] = {}
    issues = []
    for p in problems(files):
        mark = fingerprint(p)
        seen[mark] = seen.get(mark, 0) + 1
        issues.append(
            {
                "description": told(p),
                "check_name": f"aiplan/{p.code}",
                "fingerprint": mark if seen[mark] == 1 else f"{mark}-{seen[mark]}",
                "severity": _severity(p),
                "location": {"path": p.file, "positions": {"begin": {"line": p.line, "column": p.column}}},
            }
        )
    return json.dumps(issues, ensure_ascii=False, indent=1) + "\n"


def _severity(p: Problem) -> str:
    return SEVERITIES[p.level] if is_finding(p) else "critical"
