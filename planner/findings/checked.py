"""What was found of one scenario file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from planner.errors import BAD_INPUT, FINDINGS, OK
from planner.scenario.problems import Problem

UNMET = "unmet"
"""Code of a workload that nothing on offer can do: the file is sound, and no plan can exist."""
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
}
"""What a check asks for, by the code of its fault; codes that are not here say the same of themselves."""


@dataclass(frozen=True, slots=True)
class Runs:
    """A workload, in how many ways it can run, and on which machines."""

    workload: str
    options: int
    machines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """A file, its faults, and where it has none of input, what could run its workloads."""

    file: str
    problems: tuple[Problem, ...]
    sites: int = 0
    workloads: int = 0
    runs: tuple[Runs, ...] = ()

    @property
    def code(self) -> int:
        """The exit code that the file ends with: bad input, findings, or neither."""
        if not self.problems:
            return OK
        return FINDINGS if all(p.code == UNMET for p in self.problems) else BAD_INPUT

    @property
    def size(self) -> str:
        """The file, and how much is in it."""
        return f"{self.file}: {_counted(self.sites, 'site')}, {_counted(self.workloads, 'workload')}"

    @property
    def verdict(self) -> str:
        """`ok`, `findings` or `bad input`."""
        return {OK: "ok", FINDINGS: "findings", BAD_INPUT: "bad input"}[self.code]


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def worst(files: tuple[Checked, ...]) -> int:
    """The exit code of several files: bad input before findings."""
    return max((f.code for f in files), default=OK)


def problems(files: tuple[Checked, ...]) -> list[Problem]:
    """The faults of all files, each once, by place; those of catalogs and series that several files name among them."""
    found = dict.fromkeys(p for f in files for p in f.problems)
    return sorted(found, key=lambda p: (p.file, p.line, p.column, p.code, p.message))


def told(problem: Problem) -> str:
    """A fault in one paragraph: what is wrong, what was expected, how to fix it."""
    parts = [f"{problem.message}."]
    parts += [f"Expected: {problem.expected}."] if problem.expected else []
    return " ".join([*parts, *([problem.fix] if problem.fix else [])])


def fingerprint(problem: Problem) -> str:
    """The same for the same fault of the same file, wherever in it the fault has moved to; hex, 32 digits."""
    what = "\0".join((problem.file, problem.code, problem.message, problem.line_text.strip()))
    return hashlib.sha256(what.encode()).hexdigest()[:32]
