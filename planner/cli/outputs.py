"""`-o FORMAT[=FILE]`: what to write where; files are written to a temporary name and renamed."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from planner.errors import BadInput

if TYPE_CHECKING:
    from planner.plan.schema import Plan

DETAILS = ("summary", "normal", "full")
OUTPUT = typer.Option(
    [],
    "-o",
    "--output",
    metavar="FORMAT[=FILE]",
    help="table, json, csv, markdown or html, to a file or standard output; may be repeated.",
)
TABLE_OR_JSON = typer.Option(
    [], "-o", "--output", metavar="FORMAT[=FILE]", help="table or json, to a file or standard output; may be repeated."
)
DETAIL = typer.Option("normal", "--detail", help="How much of the table: summary, normal or full.")


@dataclass(frozen=True, slots=True)
class Target:
    """A format, and the file it goes to; none is standard output."""

    format: str
    file: Path | None


def targets(given: list[str], detail: str, reads: Sequence[Path] = ()) -> list[Target]:
    """Parse the `-o` options; the default is the table on standard output. Two formats on it at once are refused.

    `reads`: files that must not be written over.

    Raises BadInput for anything that could not be written, before any work is done.
    """
    from planner.report import FORMATS

    detailed(detail)
    return chosen(given, FORMATS, reads)


def detailed(detail: str) -> None:
    """BadInput where there is no such detail."""
    if detail not in DETAILS:
        raise BadInput(f"--detail {detail}: choose {', '.join(DETAILS)}")


def chosen(given: list[str], formats: Collection[str], reads: Sequence[Path] = ()) -> list[Target]:
    """Format and file of each `-o`; the default is a table on standard output, which `-` names too. Raises BadInput.

    `reads`: files that must not be written over.
    """
    found = []
    for text in given or ["table"]:
        name, equals, file = text.partition("=")
        if name not in formats:
            raise BadInput(f"-o {text}: no format {name!r}; choose {', '.join(formats)}")
        if equals and not file:
            raise BadInput(f"-o {text}: a file name is missing after '='")
        found.append(Target(name, writable(Path(file)) if file not in ("", "-") else None))
    if sum(t.file is None for t in found) > 1:
        raise BadInput("-o: only one format can go to standard output; write the others as FORMAT=FILE")
    not_over([t.file for t in found if t.file is not None], reads)
    return found


def not_over(writes: Sequence[Path], reads: Sequence[Path]) -> None:
    """Raises BadInput where a file would be written twice, or over one that is read."""
    kept = {os.path.realpath(file) for file in reads}
    files = [(file, os.path.realpath(file)) for file in writes if not file.is_relative_to("/dev")]
    for file, real in files:
        if real in kept:
            raise BadInput(f"cannot write {file.as_posix()}: it is what is read; write to another file")
        if [r for _, r in files].count(real) > 1:
            raise BadInput(f"cannot write {file.as_posix()} twice; write each to a file of its own")


def writable(path: Path) -> Path:
    """The path; BadInput where its folder is missing or may not be written to, or it is a folder itself."""
    if path.is_dir():
        raise BadInput(f"cannot write {path.as_posix()}: it is a folder")
    if not path.parent.is_dir():
        raise BadInput(f"cannot write {path.as_posix()}: there is no folder {path.parent.as_posix()}")
    own = path.exists() and not path.is_file()
    if not os.access(path if own else path.parent, os.W_OK):
        raise BadInput(f"cannot write {path.as_posix()}: {path.parent.as_posix()} may not be written to")
    return path


def emit(plan: Plan, where: list[Target], detail: str) -> None:
    """Render and write a plan to every target."""
    from planner.report import render

    deliver(where, lambda name, terminal: render(plan, name, detail=detail, terminal=terminal))


def emit_as(where: list[Target], formats: Mapping[str, Callable[[Any], str]], what: Any) -> None:
    """Render and write something else, by one function for each format."""
    deliver(where, lambda name, terminal: formats[name](what))


def deliver(where: list[Target], render: Callable[[str, bool], str]) -> None:
    """Write `render(format, is a terminal)` to every target, files first: a closed pipe loses none of them."""
    for target in sorted(where, key=lambda t: t.file is None):
        text = render(target.format, target.file is None and sys.stdout.isatty())
        if target.file is None:
            sys.stdout.write(text)
            sys.stdout.flush()
        else:
            write(target.file, text)


def write(path: Path, text: str, *, make_folder: bool = False) -> None:
    """Write a file whole or not at all; what is no file of its own (a pipe, `/dev/stdout`) is written as it is."""
    name = ""
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and (not path.is_file() or path.is_relative_to("/dev")):
            with path.open("w", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
            return
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        raise BadInput(f"cannot write {path.as_posix()}: {error.strerror}") from None
