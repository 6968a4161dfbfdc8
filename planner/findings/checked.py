"""What was found of one scenario file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from planner.errors import BAD_INPUT, FINDINGS, OK
from planner.scenario.problems import Problem

UNMET = "unmet"
"""Code of a workload that nothing on offer can do: the file is sound, and no plan can exist."""
POLICY = "policy/"
"""How the codes of policies' rules begin."""
NO_PLAN, STALE = "no-plan", "stale-plan"
"""Codes of a scenario that no plan was found for, and of a plan that is of another scenario or other catalogs."""
UNJUDGED = "not-judged"
"""Code of a rule that lacked a plan, or a base, where every rule was asked to be judged."""
SOUND_FILE = (UNMET, NO_PLAN, STALE, UNJUDGED)
LEVELS = ("info", "warning", "error")
WHAT = {
    "yaml": "The file is one YAML document of plain keys and values",
    "file": "Every file that is named is there and can be read",
    "quantity": "Quantities carry a unit of what they measure",
    "unit": "Columns of files are in a unit of what they measure",
    "missing": "What a scenario needs is given",
    "unknown-key": "Every key is known",
    "unknown-id": "Every id of the catalogs that is named is in them",
    "reference": "Every id of the scenario that is named is in it",
    "duplicate": "No key and no id stands twice",
    "type": "Every value is of the kind that its key asks for",
    "one-of": "Every word is one of those that its key takes",
    "choice": "Every record is of a kind that there is",
    "range": "Every value lies in its range",
    "date": "Dates are days of the calendar",
    "network": "Networks can be built of what the catalogs hold",
    "input": "What a scenario names can be made a plan of",
    "hours": "A file of hours has a finite number for every hour of a year",
    "weather": "A file of weather is whole",
    "catalog": "Catalog rows carry a source and a date for every figure",
    UNMET: "Every workload can run on something that is on offer",
    NO_PLAN: "A plan can be made of every scenario",
    STALE: "Plans are of the scenario and the catalogs as they are now",
    UNJUDGED: "Every rule has what it asks to be judged",
}
"""What a check asks for, by the code of its fault; codes that are not here say the same of themselves."""


@dataclass(frozen=True, slots=True)
class Runs:
    """A workload, in how many ways it can run, and on which machines."""

    workload: str
    options: int
    machines: tuple[str, ...]


Verdict = Literal["kept", "broken", "exempt", "waived", "not judged", "does not apply"]


@dataclass(frozen=True, slots=True)
class Judged:
    """A rule of a policy, at its line, and what became of it on one scenario; `texts` say why."""

    rule: str
    policy: str
    line: int
    level: Literal["error", "warning", "info"]
    verdict: Verdict
    texts: tuple[str, ...]
    reason: str
    owner: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A file, its faults, where it has none of input, what could run its workloads, and rules held against it.

    `rules`: how many a file of policies has; none of a scenario.
    """

    file: str
    problems: tuple[Problem, ...]
    sites: int = 0
    workloads: int = 0
    runs: tuple[Runs, ...] = ()
    judged: tuple[Judged, ...] = ()
    rules: int | None = None

    @property
    def code(self) -> int:
        """The exit code that the file ends with: bad input, findings, or neither."""
        return self.code_from("error")

    def code_from(self, level: str) -> int:
        """The same where findings of a level, or a higher one, end with findings."""
        if not all(is_finding(p) for p in self.problems):
            return BAD_INPUT
        counted = LEVELS[LEVELS.index(level) :]
        return FINDINGS if any(p.level in counted for p in self.problems) else OK

    @property
    def size(self) -> str:
        """The file, and how much is in it."""
        if self.rules is not None:
            return f"{self.file}: {_counted(self.rules, 'rule')}"
        return f"{self.file}: {_counted(self.sites, 'site')}, {_counted(self.workloads, 'workload')}"

    @property
    def verdict(self) -> str:
        """`ok`, `findings` or `bad input`."""
        return {OK: "ok", FINDINGS: "findings", BAD_INPUT: "bad input"}[self.code]


def is_finding(problem: Problem) -> bool:
    """Whether it is of a file that is sound: what it asks for cannot be had, or is not allowed."""
    return problem.code in SOUND_FILE or problem.code.startswith(POLICY)


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def worst(files: tuple[Checked, ...], level: str = "error") -> int:
    """The exit code of several files: bad input before findings, those of a level and above."""
    return max((f.code_from(level) for f in files), default=OK)


def problems(files: tuple[Checked, ...]) -> list[Problem]:
    """The faults of all files, each once, by place; those of catalogs and series that several files name among them."""
    found = dict.fromkeys(p for f in files for p in f.problems)
    return sorted(found, key=lambda p: (p.file, p.line, p.column, p.code, p.message))


def told(problem: Problem) -> str:
    """A fault in one paragraph: what is wrong, what was expected, how to fix it."""
    parts = [f"{problem.message.removesuffix('.')}."]
    parts += [f"Expected: {problem.expected.removesuffix('.')}."] if problem.expected else []
    return " ".join([*parts, *([problem.fix] if problem.fix else [])])


def fingerprint(problem: Problem) -> str:
    """The same for the same fault of the same file, wherever in it the fault has moved to; hex, 32 digits."""
    what = "\0".join((problem.file, problem.code, problem.message, problem.line_text.strip()))
    return hashlib.sha256(what.encode()).hexdigest()[:32]
