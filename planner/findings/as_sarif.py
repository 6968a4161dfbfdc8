"""Findings as SARIF 2.1.0 (OASIS), for code scanning."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from planner import __version__
from planner.findings.checked import WHAT, Checked, fingerprint, problems, told
from planner.scenario.problems import Problem

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(files: tuple[Checked, ...]) -> str:
    """One run with a rule for each kind of fault that was found, and a result for each fault."""
    found = problems(files)
    rules = sorted({p.code for p in found})
    driver = {"name": "aiplan", "version": __version__, "rules": [_rule(code) for code in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": {"uri": _uri(name)}} for name in sorted({f.file for f in files})],
        "results": [_result(p, rules.index(p.code)) for p in found],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _rule(code: str) -> dict[str, Any]:
    text = WHAT.get(code, f"What a scenario says of `{code}` holds together")
    return {"id": code, "shortDescription": {"text": text}, "defaultConfiguration": {"level": "error"}}


def _result(p: Problem, rule: int) -> dict[str, Any]:
    region = {"startLine": p.line, "startColumn": p.column, "endColumn": max(p.end_column, p.column + 1)}
    place = {"artifactLocation": {"uri": _uri(p.file)}, "region": region}
    return {
        "ruleId": p.code,
        "ruleIndex": rule,
        "level": "error",
        "message": {"text": told(p)},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"aiplan/v1": fingerprint(p)},
    }


def _uri(file: str) -> str:
    return ("file://" if file.startswith("/") else "") + quote(file)
