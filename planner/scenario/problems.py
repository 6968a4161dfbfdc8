"""What is wrong with a scenario: every fault with its place, as people read it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

MAX_SHOWN = 160
"""Characters of a source line that are printed."""

UNPRINTABLE = "\ufffd"
"""Stands for what a terminal would obey instead of showing."""
MAX_PROBLEMS = 200
"""Problems that are printed; all are kept."""
MAX_COMPARED = 500
"""Known words that a mistyped one is compared with; scenarios name fewer, and the time grows with them."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. Lines and columns count from one; `end_column` is just past the last character at fault."""

    file: str
    line: int
    column: int
    end_column: int
    line_text: str
    code: str
    message: str
    expected: str = ""
    fix: str = ""
    level: Literal["error", "warning", "info"] = "error"


class ScenarioProblems(ValueError):
    """A scenario cannot be used; `problems` holds every fault, in file order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(problems, key=lambda p: (p.file, p.line, p.column, p.code, p.message))
        super().__init__(render(self.problems))


def render(problems: Sequence[Problem]) -> str:
    """The faults as text: place and message, the line, a caret, what was expected, how to fix it."""
    if not problems:
        return "no problems found.\n"
    count = f"{len(problems):,} problem{'' if len(problems) == 1 else 's'} found"
    last = f"{count}; the first {MAX_PROBLEMS} are shown." if len(problems) > MAX_PROBLEMS else f"{count}."
    return "\n\n".join([*(_shown(p) for p in problems[:MAX_PROBLEMS]), last]) + "\n"


def _shown(p: Problem) -> str:
    level = "" if p.level == "error" else f"{p.level}: "
    lines = [f"{p.file}:{p.line}:{p.column}: {level}{p.message} [{p.code}]", *_excerpt(p)]
    lines += [f"  expected: {p.expected}"] if p.expected else []
    lines += [f"  fix: {p.fix}"] if p.fix else []
    return "\n".join(lines)


def _excerpt(p: Problem) -> list[str]:
    """The source line and a caret below; a long line is cut around the fault."""
    if not p.line_text.strip():
        return []
    start = 0 if p.column <= MAX_SHOWN - 40 else p.column - 40
    text = p.line_text[start : start + MAX_SHOWN]
    width = max(1, min(p.end_column - p.column, len(text) - (p.column - 1 - start)))
    gutter = f"{p.line:>6} | "
    pad = "".join("\t" if c == "\t" else " " for c in text[: p.column - 1 - start])
    text = "".join(c if c.isprintable() or c == "\t" else UNPRINTABLE for c in text)
    return [gutter + text, " " * (len(gutter) - 2) + "| " + pad + "^" * width]


def did_you_mean(word: object, known: Collection[str]) -> str:
    """`Did you mean ...? ` or nothing."""
    text = str(word)[:80]
    if len(known) > MAX_COMPARED:
        return ""
    folded = {k.lower(): k for k in sorted(known, reverse=True)}
    near = get_close_matches(text.lower(), sorted(folded), 1, 0.6)
    return f"Did you mean `{folded[near[0]]}`? " if near else ""


def listed(words: Collection[str], most: int = 8) -> str:
    """`a`, `b`, `c` or how many more."""
    names = [f"`{w}`" for w in list(words)[:most]]
    return ", ".join(names) + (f" and {len(words) - most} more" if len(words) > most else "")
