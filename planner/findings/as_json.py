"""Findings as JSON, for programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from planner import __version__
from planner.findings.checked import Checked, fingerprint, worst

FORMAT_VERSION = "1.1"


def render(files: tuple[Checked, ...]) -> str:
    """A record for each file: its verdict, its faults with their places, machines for each workload, rules."""
    data = {
        "format_version": FORMAT_VERSION,
        "aiplan_version": __version__,
        "exit_code": worst(files),
        "files": [_file(f) for f in files],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _file(file: Checked) -> dict[str, Any]:
    problems = [{**asdict(p), "fingerprint": fingerprint(p)} for p in file.problems]
    runs = [asdict(run) for run in file.runs]
    rules = [asdict(judged) for judged in file.judged]
    said = {"file": file.file, "verdict": file.verdict}
    if file.rules is not None:
        return {**said, "rules": file.rules, "problems": problems}
    return {**said, "sites": file.sites, "workloads": runs, "problems": problems, "policies": rules}
