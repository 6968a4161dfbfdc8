"""Scenarios checked: every fault of input at its place, every workload that nothing can run, every policy broken.

Nothing is solved but where that is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import BadInput, Infeasible, Stopped
from planner.findings.checked import NO_PLAN, STALE, UNJUDGED, UNMET, Checked, Judged, Runs
from planner.scenario.problems import Problem, ScenarioProblems

if TYPE_CHECKING:
    from planner.catalog import Catalog
    from planner.driver import Prepared
    from planner.policy.facts import Hardware
    from planner.policy.rules import Ruled

PLACED = re.compile(r"(.*):([0-9]+)")
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What to hold scenarios to, beside being sound.

    `plans` and `bases`: JSON of plans by the scenario's name; `solve`: a path to a plan's JSON, which may raise
    Infeasible or Stopped; `labels`: those of the pull request; `every`: a rule that lacks a plan or a base is a
    finding too.
    """

    policies: Sequence[Path] = ()
    plans: Mapping[str, Json] = field(default_factory=dict)
    bases: Mapping[str, Json] = field(default_factory=dict)
    solve: Callable[[Path], Json] | None = None
    labels: Collection[str] = ()
    today: date = date.min
    every: bool = False


@dataclass(frozen=True, slots=True)
class _Ready:
    path: Path
    checked: Checked
    made: Prepared | None = None


def check(paths: Sequence[Path], asked: Asked | None = None) -> tuple[Checked, ...]:
    """What is found of each file, policies first, in the order they were given.

    Catalogs that several scenarios lay over ours are read once. Raises BadInput for a plan of none of the scenarios.
    """
    asked = asked or Asked()
    library: dict[tuple[str, ...], Catalog] = {}
    ready = [_check(path, library) for path in dict.fromkeys(paths)]
    _ours(asked, ready)
    policies, rules = _policies(asked.policies, library)
    return (*policies, *(_held(one, rules, asked) for one in ready))


def _check(path: Path, library: dict[tuple[str, ...], Catalog]) -> _Ready:
    from planner import driver
    from planner.noplan import hopeless

    name = path.as_posix()
    try:
        made = driver.prepare(path, library=library)
    except BadInput as bad:
        return _Ready(path, Checked(name, bad.problems or (_unplaced(name, bad.text),)))
    found = hopeless(made.problem, made.options)
    unmet = tuple(_unmet(name, made, f"{work.id}: {text}", work.origin) for work, text in found)
    runs = tuple(_runs(made, w.id) for w in made.problem.workloads if w.kind not in ("dataset", "load"))
    return _Ready(path, Checked(name, unmet, len(made.problem.sites), len(made.problem.workloads), runs), made)


def _runs(made: Prepared, workload: str) -> Runs:
    found = made.options.of(workload)
    return Runs(workload, len(found), tuple(sorted({o.machine for o in found})))


def _unplaced(name: str, text: str) -> Problem:
    """A fault that came to light after the file was read, and has no line."""
    return Problem(name, 1, 1, 1, "", "input", text.removeprefix(f"{name}: "))


def _unmet(name: str, made: Prepared, text: str, origin: str) -> Problem:
    """A workload that nothing can do, at its line of the scenario; what a block added stands at the first."""
    found = PLACED.fullmatch(origin)
    line = int(found[2]) if found and found[1] == made.problem.scenario_file else 1
    return Problem(name, line, 1, 1, "", UNMET, text, "a workload that something on offer can run", FIX)


FIX = "Loosen what it asks for, or allow other `hardware`."


def _policies(paths: Sequence[Path], library: dict[tuple[str, ...], Catalog]) -> tuple[list[Checked], list[Ruled]]:
    """Each file of policies with its faults, and the rules of those without."""
    if not paths:
        return [], []
    from planner import driver, intake
    from planner.policy.load import files, load
    from planner.scenario.schema import build

    books = list(library.values()) or [driver.catalog()]
    each = [intake.known(b) for b in books]
    known = {kind: set[str]().union(*(names[kind] for names in each)) for kind in each[0]}
    model = build(driver.fragments())
    found: list[Checked] = []
    rules: list[Ruled] = []
    for path in dict.fromkeys(files(paths)):
        try:
            mine = load(path, model, known)
            rules += mine
            found.append(Checked(path.as_posix(), (), rules=len(mine)))
        except ScenarioProblems as faults:
            found.append(Checked(path.as_posix(), tuple(faults.problems), rules=0))
    return found, rules


def _ours(asked: Asked, ready: Sequence[_Ready]) -> None:
    """Refuse plans that belong to none of the scenarios: nothing would be judged on them."""
    names = {one.made.scenario.name for one in ready if one.made is not None}
    if any(one.made is None for one in ready):
        return
    for what, plans in (("--plan", asked.plans), ("--base", asked.bases)):
        if strangers := sorted(set(plans) - names):
            have = ", ".join(sorted(names)) or "none"
            raise BadInput(f"{what}: a plan of {strangers[0]!r}, and the scenarios that are checked are {have}")


def _held(one: _Ready, rules: Sequence[Ruled], asked: Asked) -> Checked:
    """A scenario with the verdicts of rules on it, and its plan where one is given or asked for."""
    if one.made is None:
        return one.checked
    made, problems = one.made, list(one.checked.problems)
    plan = asked.plans.get(made.scenario.name)
    if plan is not None:
        problems += _stale(one.checked.file, made, plan)
    elif asked.solve is not None and not problems:
        try:
            plan = asked.solve(one.path)
        except (Infeasible, Stopped) as none:
            problems.append(_at_name(one.checked.file, made, NO_PLAN, none.text, "a scenario that can be planned"))
    if not rules:
        return replace(one.checked, problems=tuple(problems))
    judged, broken = _judge(rules, made, plan, asked)
    if asked.every:
        broken += [_unjudged(one.checked.file, made, j) for j in judged if j.verdict == "not judged"]
    return replace(one.checked, problems=(*problems, *broken), judged=tuple(judged))


def _judge(
    rules: Sequence[Ruled], made: Prepared, plan: Json | None, asked: Asked
) -> tuple[list[Judged], list[Problem]]:
    from planner.policy.facts import Facts
    from planner.policy.judge import judge

    scenario = made.scenario
    facts = Facts(scenario, scenario.source, asked.today, _offered(made), plan)
    return judge(rules, facts, asked.bases.get(scenario.name), asked.labels)


def _offered(made: Prepared) -> dict[str, tuple[Hardware, ...]]:
    """The machines that could run each workload, by all their names."""
    from planner.policy.facts import hardware

    known = {m.id: hardware(m.id, m.vendor, m.tags, m.accelerator, m.like) for m in made.problem.machines}
    works = [w.id for w in made.problem.workloads]
    return {id: tuple(known[m] for m in sorted({o.machine for o in made.options.of(id)})) for id in works}


def _stale(file: str, made: Prepared, plan: Json) -> list[Problem]:
    """A plan of an earlier scenario, or of other catalogs than those that are here now."""
    expected, fix = "a plan of what is checked", "Solve the scenario again."
    if plan["scenario_sha256"] != made.problem.scenario_sha256:
        return [_at_name(file, made, STALE, "the plan is of another version of this scenario", expected, fix)]
    if plan["catalog_sha256"] != made.problem.catalog_sha256:
        found = _at_name(file, made, STALE, "the plan was made with other catalogs", expected, fix)
        return [replace(found, level="warning")]
    return []


def _unjudged(file: str, made: Prepared, j: Judged) -> Problem:
    said = f"{j.rule} ({j.policy}:{j.line}) was not judged: {'; '.join(j.texts)}"
    return replace(_at_name(file, made, UNJUDGED, said, "a verdict on every rule"), level=j.level)


def _at_name(file: str, made: Prepared, code: str, said: str, expected: str, fix: str = "") -> Problem:
    """A finding on a whole scenario, at its name; `file`: as the user gave it."""
    found = made.scenario.source.problem(("name",), code, said, expected, fix)
    return replace(found, message=said, file=file)
