"""Policy files to rules: YAML read safely, every fault of every file at its line and column, all in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from planner.policy.rules import Known, Ruled, ruled
from planner.policy.schema import Policy, Rule
from planner.scenario.loader import located, read_bytes
from planner.scenario.problems import Problem, ScenarioProblems
from planner.scenario.source import shown
from planner.scenario.translate import translate

WHAT = "a policy"


def files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files, and of folders every `.yaml` and `.yml` file in them by name."""
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.iterdir() if p.suffix in (".yaml", ".yml") and p.is_file())
        else:
            yield path


def load(path: Path, scenario: type[Any], known: Known) -> list[Ruled]:
    """The rules of a file. Raises ScenarioProblems with every fault.

    `scenario`: the model of scenarios; `known`: names of the catalogs, which what a rule names is looked up in.
    """
    name = path.as_posix()
    source = located(read_bytes(path, WHAT), name)
    if not isinstance(source.data, dict):
        said = f"a policy is a mapping, not {shown(source.data)}"
        raise ScenarioProblems([source.problem((), "type", said, "a mapping", "Begin it with `aiplan_policy: 1`.")])
    problems: list[Problem] = []
    try:
        policy = Policy.model_validate(source.data)
        shaped, owner = dict(enumerate(policy.rules)), policy.owner or ""
    except ValidationError as error:
        problems = translate(error, source, Policy)
        shaped, owner = dict(_shaped(source.data.get("rules"))), ""
    rules, more = ruled(shaped, owner, source, scenario, known)
    if problems or more:
        raise ScenarioProblems(list(dict.fromkeys([*problems, *more])))
    return rules


def _shaped(given: Any) -> Iterator[tuple[int, Rule]]:
    """The rules that have their shape, of a file with others that have not: what they mean is read too."""
    for i, item in enumerate(given if isinstance(given, list) else ()):
        try:
            yield i, Rule.model_validate(item)
        except ValidationError:
            continue
