"""Findings as SARIF 2.1.0 (OASIS), for code scanning."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from planner import __version__
from planner.findings.checked import POLICY, WHAT, Checked, fingerprint, problems, told
from planner.scenario.problems import Problem

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
NAMES = {"error": "error", "warning": "warning", "info": "note"}


def render(files: tuple[Checked, ...]) -> str:
    """One run with a rule for each kind of fault that was found, and a result for each fault."""
    found = problems(files)
    rules = sorted({p.code for p in found})
    first = {p.code: p for p in reversed(found)}
    driver = {"name": "aiplan", "version": __version__, "rules": [_rule(first[code]) for code in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": {"uri": _uri(name)}} for name in sorted({f.file for f in files})],
        "results": [_result(p, rules.index(p.code)) for p in found],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _rule(first: Problem) -> dict[str, Any]:
    """The rule of a finding; a policy's is its reason, which follows what it asks."""
    code = first.code
    text = WHAT.get(code, f"What a scenario says of `{code}` holds together")
    text = first.expected.partition(": ")[2] if code.startswith(POLICY) else text
    return {"id": code, "shortDescription": {"text": text}, "defaultConfiguration": {"level": NAMES[first.level]}}


def _result(p: Problem, rule: int) -> dict[str, Any]:
    region = {"startLine": p.line, "startColumn": p.column, "endColumn": max(p.end_column, p.column + 1)}
    place = {"artifactLocation": {"uri": _uri(p.file)}, "region": region}
    return {
        "ruleId": p.code,
        "ruleIndex": rule,
        "level": NAMES[p.level],
        "message": {"text": told(p)},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"aiplan/v1": fingerprint(p)},
    }


def _uri(file: str) -> str:
    return ("file://" if file.startswith("/") else "") + quote(file)
