"""Scenario files to Scenarios: all faults in one pass, each with its place."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from planner.scenario.change import Change, changed
from planner.scenario.fragment import Fragment
from planner.scenario.problems import Problem, ScenarioProblems
from planner.scenario.schema import Scenario, build
from planner.scenario.source import Source, at_mark, shown, split_lines
from planner.yaml12 import Mark, YamlProblem, decode, parse

MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Reading:
    """What a scenario file gave: its text with places, its faults so far, and the record where its shape is sound."""

    source: Source
    problems: tuple[Problem, ...]
    scenario: Scenario | None


def load(path: Path, fragments: Sequence[Fragment] = (), allow: Sequence[Path] = ()) -> Scenario:
    """The scenario in a file. Raises ScenarioProblems, with every fault, and nothing else for whatever it holds.

    The files that it names are looked for in its folder and may lie there, or in a folder of `allow`.
    """
    return _sound(examine(path, fragments, allow))


def loads(
    raw: bytes, file: str, folder: Path, fragments: Sequence[Fragment] = (), allow: Sequence[Path] = ()
) -> Scenario:
    """The scenario in some bytes; the files that it names are looked for in `folder`. Raises ScenarioProblems."""
    return _sound(_examined(raw, file, folder, fragments, allow))


def examine(
    path: Path, fragments: Sequence[Fragment] = (), allow: Sequence[Path] = (), changes: Sequence[Change] = ()
) -> Reading:
    """A scenario file with some values changed, and its faults, for who has more to find.

    Raises ScenarioProblems where it is no mapping, or a change has no place in it.
    """
    return _examined(read_bytes(path), path.as_posix(), path.parent, fragments, allow, changes)


def _examined(
    raw: bytes,
    file: str,
    folder: Path,
    fragments: Sequence[Fragment],
    allow: Sequence[Path],
    changes: Sequence[Change] = (),
) -> Reading:
    from pydantic import ValidationError

    from planner.scenario.checks import check
    from planner.scenario.translate import translate

    source = located(raw, file)
    model = build(fragments)
    if not isinstance(source.data, dict):
        said = f"a scenario is a mapping, not {shown(source.data)}"
        raise ScenarioProblems([source.problem((), "type", said, "a mapping", "Begin it with `aiplan: 1`.")])
    source = changed(source, changes)
    found: list[Problem] = []
    scenario: Scenario | None = None
    try:
        scenario = model.model_validate(source.data)
        scenario._source, scenario._folder = source, folder
        scenario._sha256 = hashlib.sha256(b"\n".join([raw, *(str(c).encode() for c in changes)])).hexdigest()
    except ValidationError as error:
        found = translate(error, source, model)
    taken = {(p.line, p.column) for p in found}
    found += [p for p in check(source, folder, allow) if p.code != "nothing" or (p.line, p.column) not in taken]
    return Reading(source, tuple(found), scenario)


def _sound(reading: Reading) -> Scenario:
    if reading.scenario is None or reading.problems:
        raise ScenarioProblems(reading.problems)
    return reading.scenario


def read_bytes(path: Path, what: str = "a scenario") -> bytes:
    """What a file of YAML holds, up to 1 MiB. Raises ScenarioProblems."""
    name = path.as_posix()
    try:
        if not path.is_file():
            kind = "is a folder" if path.is_dir() else "is not a file"
            raise _unreadable(name, what, kind if path.exists() else "there is no such file", "Check the path.")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, ScenarioProblems):
            raise
        reason = getattr(error, "strerror", None) or "its name cannot be read"
        raise _unreadable(name, what, f"cannot be read: {reason}", "Check the path and its permissions.") from None
    if len(raw) > MAX_BYTES:
        raise _unreadable(name, what, "is larger than 1 MiB", "Keep series in CSV files beside the scenario.")
    return raw


def _unreadable(name: str, what: str, message: str, fix: str) -> ScenarioProblems:
    return ScenarioProblems([Problem(name, 1, 1, 1, "", "file", message, f"{what} in YAML, up to 1 MiB", fix)])


def located(raw: bytes, file: str) -> Source:
    """Some bytes as plain data with places. Raises ScenarioProblems."""
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
    return at_mark(file, lines, mark, ("yaml", words[0], "one YAML document of plain keys and values", words[1]))
