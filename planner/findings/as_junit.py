"""Findings as JUnit XML, which build servers show as tests: a suite for each file, a case for each thing checked."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from planner.findings.checked import UNMET, Checked, told
from planner.scenario.problems import Problem

NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SOUND = "is sound"


def render(files: tuple[Checked, ...]) -> str:
    """`is sound`, and `ID can run` for each workload, or a case for each fault of input."""
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="aiplan check">\n'
    return head + "".join(_suite(f) for f in files) + "</testsuites>\n"


def _suite(file: Checked) -> str:
    cases = list(_cases(file))
    failed = sum("<failure" in case for case in cases)
    head = f'name={_attribute(file.file)} tests="{len(cases)}" failures="{failed}" errors="0" skipped="0"'
    return f" <testsuite {head}>\n{''.join(cases)} </testsuite>\n"


def _cases(file: Checked) -> list[str]:
    faults = [p for p in file.problems if p.code != UNMET]
    if faults:
        return [_case(file.file, f"{p.line}:{p.column} {p.code}", p) for p in faults]
    unmet = {p.message.split(":", 1)[0]: p for p in file.problems}
    names = dict.fromkeys([*(run.workload for run in file.runs), *unmet])
    return [_case(file.file, SOUND, None), *(_case(file.file, f"{id} can run", unmet.get(id)) for id in names)]


def _case(file: str, name: str, p: Problem | None) -> str:
    head = f"  <testcase classname={_attribute(file)} name={_attribute(name)}"
    if p is None:
        return f"{head}/>\n"
    body = _text(f"{p.file}:{p.line}:{p.column}: {told(p)}")
    failure = f"<failure type={_attribute(p.code)} message={_attribute(p.message)}>{body}</failure>"
    return f"{head}>\n   {failure}\n  </testcase>\n"


def _attribute(text: str) -> str:
    return quoteattr(NO_XML.sub("\ufffd", text))


def _text(text: str) -> str:
    return escape(NO_XML.sub("\ufffd", text))
