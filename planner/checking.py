"""A scenario checked and not solved: every fault of input at its place, and every workload that nothing can run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import BadInput
from planner.findings.checked import UNMET, Checked, Runs
from planner.scenario.problems import Problem

if TYPE_CHECKING:
    from planner.catalog import Catalog
    from planner.driver import Prepared

PLACED = re.compile(r"(.*):([0-9]+)")


def check(paths: Sequence[Path]) -> tuple[Checked, ...]:
    """What is found of each file, in the order they were given; catalogs that several lay over ours are read once."""
    library: dict[tuple[str, ...], Catalog] = {}
    return tuple(_check(path, library) for path in dict.fromkeys(paths))


def _check(path: Path, library: dict[tuple[str, ...], Catalog]) -> Checked:
    from planner import driver
    from planner.noplan import hopeless

    name = path.as_posix()
    try:
        made = driver.prepare(path, library=library)
    except BadInput as bad:
        return Checked(name, bad.problems or (_unplaced(name, bad.text),))
    found = hopeless(made.problem, made.options)
    unmet = tuple(_unmet(name, made, f"{work.id}: {text}", work.origin) for work, text in found)
    runs = tuple(_runs(made, w.id) for w in made.problem.workloads if w.kind not in ("dataset", "load"))
    return Checked(name, unmet, len(made.problem.sites), len(made.problem.workloads), runs)


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
