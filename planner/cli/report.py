"""`aiplan report`: a plan as a document, for a pull request or a reader without this program."""

from __future__ import annotations

from pathlib import Path

import typer

from planner.cli.outputs import DETAIL, chosen, detailed, emit
from planner.cli.plans import PLAN, using

DOCUMENTS = ("markdown", "html")
OUTPUT = typer.Option(
    [],
    "-o",
    "--output",
    metavar="FORMAT[=FILE]",
    help="markdown (the default) or html, to a file or standard output; may be repeated.",
)


def report(plan: Path = PLAN, output: list[str] = OUTPUT, detail: str = DETAIL) -> None:
    """Write a plan as Markdown, or as one HTML page that needs no other file. `show` has the formats for programs too.

    Example: aiplan report plan.json -o html=plan.html --detail full
    """
    where = chosen(output or ["markdown"], DOCUMENTS, [plan])
    detailed(detail)
    with using(plan) as answer:
        emit(answer, where, detail)
