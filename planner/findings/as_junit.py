"""Findings as JUnit XML, which build servers show as tests: a suite for each file, a case for each thing checked."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from planner.findings.checked import POLICY, UNMET, Checked, Judged, is_finding, told
from planner.scenario.problems import Problem

NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SOUND = "is sound"


def render(files: tuple[Checked, ...]) -> str:
    """`is sound`, `ID can run` for each workload and each rule of policies, or a case for each fault of input."""
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="aiplan check">\n'
    return head + "".join(_suite(f) for f in files) + "</testsuites>\n"


def _suite(file: Checked) -> str:
    cases = list(_cases(file))
    failed, skipped = (sum(mark in case for case in cases) for mark in ("<failure", "<skipped"))
    head = f'name={_attribute(file.file)} tests="{len(cases)}" failures="{failed}" errors="0" skipped="{skipped}"'
    return f" <testsuite {head}>\n{''.join(cases)} </testsuite>\n"


def _cases(file: Checked) -> list[str]:
    faults = [p for p in file.problems if not is_finding(p)]
    if faults:
        return [_case(file.file, f"{p.line}:{p.column} {p.code}", p) for p in faults]
    unmet = {p.message.split(":", 1)[0]: p for p in file.problems if p.code == UNMET}
    names = dict.fromkeys([*(run.workload for run in file.runs), *unmet])
    cases = [_case(file.file, SOUND, None), *(_case(file.file, f"{id} can run", unmet.get(id)) for id in names)]
    others = [p for p in file.problems if p.code != UNMET and not p.code.startswith(POLICY)]
    cases += [_case(file.file, f"{p.line}:{p.column} {p.code}", p) for p in others]
    return cases + [_ruled(file, j) for j in file.judged]


def _ruled(file: Checked, j: Judged) -> str:
    """A rule as a case: what is no error does not fail, and what was not judged is skipped."""
    head = f"  <testcase classname={_attribute(j.policy)} name={_attribute(f'{j.rule}: {j.reason}')}"
    found = [p for p in file.problems if p.code == f"{POLICY}{j.rule}"]
    body = _text("\n".join(f"{p.file}:{p.line}:{p.column}: {told(p)}" for p in found) or "; ".join(j.texts))
    if j.verdict == "broken" and j.level == "error":
        inner = f"<failure type={_attribute(POLICY + j.rule)} message={_attribute('; '.join(j.texts))}>{body}</failure>"
    elif j.verdict == "broken":
        inner = f"<system-out>{_text(j.level)}: {body}</system-out>"
    elif j.verdict == "kept":
        return f"{head}/>\n"
    else:
        inner = f"<skipped message={_attribute('; '.join((j.verdict, *j.texts)))}/>"
    return f"{head}>\n   {inner}\n  </testcase>\n"


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
