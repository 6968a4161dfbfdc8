"""Whether the plan is a plan: every field there, of its kind, every number finite. All laws rest on this."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isfinite
from typing import Any

from planner.audit.fields import FORMAT, PLAN
from planner.audit.verdict import Finding

MOST = 100
"""Misfits listed; more would say no more."""
FEW = 3
"""Misfits listed beside another version that explains them."""
VERSION = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})*")


def misfits(plan: Any) -> tuple[list[Finding], int]:
    """Findings on the plan's shape and the number of fields looked at."""
    found: list[Finding] = []
    count = 0
    for where, message in _walk(plan, PLAN, "plan"):
        count += 1
        if message:
            found.append(Finding("shape", where, message, None, None))
            if len(found) >= MOST:
                break
    other = _other_version(plan) if found else ""
    return ([Finding("shape", "plan.format_version", other, None, None), *found[:FEW]] if other else found), count


def _other_version(plan: Any) -> str:
    """Why fields may be missing: the plan was made by another version. Empty where it was not, or names none."""
    said = plan.get("format_version") if isinstance(plan, dict) else None
    if not isinstance(said, str) or said == FORMAT or not VERSION.fullmatch(said):
        return ""
    older = [int(n) for n in said.split(".")] < [int(n) for n in FORMAT.split(".")]
    which, fix = ("an older", "solve its scenario again") if older else ("a newer", "update this one")
    return f"is {said}: the plan was made by {which} version of aiplan, these laws read {FORMAT}; {fix}"


def _walk(value: Any, wanted: Any, where: str) -> Iterator[tuple[str, str]]:
    """(place, what is wrong there or nothing) for every field that the laws read."""
    if isinstance(wanted, str):
        yield where, _leaf(value, wanted)
    elif isinstance(wanted, tuple):
        if value is not None:
            yield from _walk(value, wanted[0], where)
    elif isinstance(wanted, list):
        if not isinstance(value, list):
            yield where, f"is {_kind(value)}, not a list"
            return
        for i, item in enumerate(value):
            yield from _walk(item, wanted[0], f"{where}[{i}]")
    elif not isinstance(value, dict):
        yield where, f"is {_kind(value)}, not a mapping"
    elif "*" in wanted:
        for key, item in value.items():
            yield from _walk(item, wanted["*"], f"{where}.{key}")
    else:
        for key, inner in wanted.items():
            if key in value:
                yield from _walk(value[key], inner, f"{where}.{key}")
            else:
                yield f"{where}.{key}", "is missing"
        for key in value.keys() - wanted.keys():
            yield where, _finite(value[key], str(key))


def _leaf(value: Any, wanted: str) -> str:
    kind, optional = wanted.rstrip("?"), wanted.endswith("?")
    if value is None and optional:
        return ""
    if kind == "anything":
        return _finite(value, "it")
    if kind in ("numbers", "wholes"):
        fit = _number if kind == "numbers" else _whole
        good = isinstance(value, list) and all(fit(v) for v in value)
        return "" if good else f"is not a list of finite {kind}"
    fits = {
        "number": _number(value),
        "whole": _whole(value),
        "text": isinstance(value, str),
        "flag": isinstance(value, bool),
    }[kind]
    return "" if fits else f"is {_kind(value)}, not a {kind}"


def _finite(value: Any, name: str) -> str:
    """Free values may be anything but a number that is none."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, float) and not isfinite(item):
            return f"{name} holds a number that is not finite"
        stack += list(item.values()) if isinstance(item, dict) else item if isinstance(item, list) else []
    return ""


def _number(value: Any) -> bool:
    try:
        return type(value) in (int, float) and isfinite(value)
    except OverflowError:
        return False


def _whole(value: Any) -> bool:
    return type(value) is int and _number(value)


def _kind(value: Any) -> str:
    return f"the text {value[:40]!r}" if isinstance(value, str) else f"of type {type(value).__name__}"
