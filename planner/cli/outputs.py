"""`-o FORMAT[=FILE]`: what to write where; files are written to a temporary name and renamed."""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import BadInput

if TYPE_CHECKING:
    from planner.plan.schema import Plan

DETAILS = ("summary", "normal", "full")


@dataclass(frozen=True, slots=True)
class Target:
    """A format, and the file it goes to; none is standard output."""

    format: str
    file: Path | None


def targets(given: list[str]) -> list[Target]:
    """Parse the `-o` options; the default is the table on standard output. Two formats on it at once are refused."""
    from planner.report import FORMATS

    found = []
    for text in given or ["table"]:
        name, _, file = text.partition("=")
        if name not in FORMATS:
            raise BadInput(f"-o {text}: no format {name!r}; choose {', '.join(sorted(FORMATS))}")
        found.append(Target(name, Path(file) if file else None))
    if sum(t.file is None for t in found) > 1:
        raise BadInput("-o: only one format can go to standard output; write the others as FORMAT=FILE")
    return found


def emit(plan: Plan, where: list[Target], detail: str) -> None:
    """Render and write a plan to every target."""
    from planner.report import render

    if detail not in DETAILS:
        raise BadInput(f"--detail {detail}: choose {', '.join(DETAILS)}")
    for target in where:
        text = render(plan, target.format, detail=detail, terminal=target.file is None and sys.stdout.isatty())
        if target.file is None:
            sys.stdout.write(text)
        else:
            write(target.file, text)


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except OSError as error:
        raise BadInput(f"cannot write {path}: {error.strerror}") from None
