"""Scenario files to Scenarios: all faults in one pass, each with its place."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from planner.scenario.fragment import Fragment
from planner.scenario.problems import Problem, ScenarioProblems
from planner.scenario.schema import Scenario, build
from planner.scenario.source import Source, at_mark, shown, split_lines
from planner.yaml12 import Mark, YamlProblem, decode, parse

MAX_BYTES = 1 << 20


def load(path: Path, fragments: Sequence[Fragment] = (), allow: Sequence[Path] = ()) -> Scenario:
    """The scenario in a file. Raises ScenarioProblems, with every fault, and nothing else for whatever it holds.

    The files that it names are looked for in its folder and may lie there, or in a folder of `allow`.
    """
    raw = _read(path)
    return loads(raw, path.as_posix(), path.parent, fragments, allow)


def loads(
    raw: bytes, file: str, folder: Path, fragments: Sequence[Fragment] = (), allow: Sequence[Path] = ()
) -> Scenario:
    """The scenario in some bytes; the files that it names are looked for in `folder`. Raises ScenarioProblems."""
    from pydantic import ValidationError

    from planner.scenario.checks import check
    from planner.scenario.translate import translate

    source = _source(raw, file)
    model = build(fragments)
    if not isinstance(source.data, dict):
        said = f"a scenario is a mapping, not {shown(source.data)}"
        raise ScenarioProblems([source.problem((), "type", said, "a mapping", "Begin it with `aiplan: 1`.")])
    found: list[Problem] = []
    scenario: Scenario | None = None
    try:
        scenario = model.model_validate(source.data)
    except ValidationError as error:
        found = translate(error, source, model)
    found += check(source, folder, allow)
    if scenario is None or found:
        raise ScenarioProblems(found)
    scenario._source, scenario._folder = source, folder
    scenario._sha256 = hashlib.sha256(raw).hexdigest()
    return scenario


def _read(path: Path) -> bytes:
    name = path.as_posix()
    try:
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "is not a file"
            raise _unreadable(name, f"{what if path.exists() else 'there is no such file'}", "Check the path.")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, ScenarioProblems):
            raise
        reason = getattr(error, "strerror", None) or "its name cannot be read"
        raise _unreadable(name, f"cannot be read: {reason}", "Check the path and its permissions.") from None
    if len(raw) > MAX_BYTES:
        raise _unreadable(name, "is larger than 1 MiB", "Keep series in CSV files beside the scenario.")
    return raw


def _unreadable(name: str, message: str, fix: str) -> ScenarioProblems:
    return ScenarioProblems([Problem(name, 1, 1, 1, "", "file", message, "a scenario in YAML, up to 1 MiB", fix)])


def _source(raw: bytes, file: str) -> Source:
    lines: list[str] = []
    try:
        text = decode(raw, file)
        lines = split_lines(text)
        return Source(file, lines, parse(text, file))
    except YamlProblem as error:
        lines = lines or split_lines(raw.decode("utf-8-sig", "replace"))
        faults = [_fault(file, lines, f.mark, (f.message, f.fix)) for f in error.faults]
        raise ScenarioProblems(faults) from None


def _fault(file: str, lines: list[str], mark: Mark, words: tuple[str, str]) -> Problem:
    return at_mark(file, lines, mark, ("yaml", words[0], "", words[1]))
