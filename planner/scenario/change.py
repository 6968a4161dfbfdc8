"""`KEY=VALUE`: one value of a scenario put in place of what its file says.

A key is the path of names with dots between: `limits.carbon_free.share`. In a list an entry is named by its `id` or by
its number from 0: `sites.ashburn.grid.connection`, or `sites[0].grid.connection` as faults name it. What a path leads
through and is not there is made.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from planner.scenario.problems import Problem, ScenarioProblems
from planner.scenario.source import Source, shown
from planner.yaml12 import Path, YamlProblem, parse

MAX_STEPS = 12
ENTRY = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Change:
    """A key as it was written, and the YAML text of its value."""

    key: str
    value: str

    def __str__(self) -> str:
        return f"{self.key}={self.value}"


def changed(source: Source, changes: Sequence[Change]) -> Source:
    """The source with other values; places stay those of the file. Raises ScenarioProblems."""
    if not changes:
        return source
    data, faults = copy.deepcopy(source.data), []
    for change in changes:
        try:
            _put(data, change)
        except _Amiss as amiss:
            faults.append(_fault(change, amiss))
    if faults:
        raise ScenarioProblems(faults)
    return replace(source, located=replace(source.located, data=data))


class _Amiss(ValueError):
    def __init__(self, message: str, expected: str, fix: str) -> None:
        super().__init__(message)
        self.words = (message, expected, fix)


def _fault(change: Change, amiss: _Amiss) -> Problem:
    text = str(change)
    return Problem("command line", 1, 1, 1 + len(text), text, "change", *amiss.words)


def _put(data: Any, change: Change) -> None:
    """Put the value in place."""
    try:
        value = parse(change.value, "value").data
    except YamlProblem as wrong:
        said = f"the value of {shown(change.key)}: {wrong.faults[0].message}"
        raise _Amiss(said, "a YAML value", "Quote it.") from None
    steps = ENTRY.sub(r".\1", change.key).split(".")
    if not change.key or not all(steps) or len(steps) > MAX_STEPS:
        raise _Amiss(f"{shown(change.key)} is no key", "names with dots between", "As `limits.carbon_free.share`.")
    at: Any = data
    path: Path = ()
    for depth, step in enumerate(steps):
        place = _place(at, step, path)
        path = (*path, place)
        if depth == len(steps) - 1:
            at[place] = value
            break
        if isinstance(at, dict) and (place not in at or at[place] is None):
            at[place] = {}
        at = at[place]


def _place(at: Any, step: str, path: Path) -> str | int:
    where = ".".join(map(str, path)) or "the scenario"
    if isinstance(at, dict):
        return step
    if not isinstance(at, list):
        said = f"{where} is {shown(at)}, in which there is no {shown(step)}"
        raise _Amiss(said, "a mapping or a list", "Check the key.")
    ids = [entry.get("id") if isinstance(entry, dict) else None for entry in at]
    if step in ids:
        return ids.index(step)
    if step.isdigit() and int(step) < len(at):
        return int(step)
    known = ", ".join(str(i) for i in ids if i is not None) or f"0 to {len(at) - 1}"
    raise _Amiss(f"{where} has no entry {shown(step)}", f"an id or a number: {known}", "Check the key.")
