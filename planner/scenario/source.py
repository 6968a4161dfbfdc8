"""A scenario's text with the place of every key and value: turns paths into located problems."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from planner.scenario.problems import Problem
from planner.yaml12 import Located, Mark, Path

_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


def split_lines(text: str) -> list[str]:
    """Lines as YAML counts them."""
    return _BREAK.split(text)


@dataclass(frozen=True, slots=True)
class Source:
    """`file` as it was given, its lines, and what was read from them."""

    file: str
    lines: list[str]
    located: Located

    @property
    def data(self) -> Any:
        """Plain data of the whole file."""
        return self.located.data

    def mark(self, path: Path, *, key: bool = False) -> Mark:
        """Where a value (or, if `key`, its key) stands; the nearest key around it where it is not given."""
        keys, values = self.located.keys, self.located.values
        if not key and path in values:
            return values[path]
        while path:
            if path in keys:
                return keys[path]
            if path in values:
                return values[path]
            path = path[:-1]
        return values.get((), Mark(1, 1, 2))

    def value(self, path: Path) -> Any:
        """What stands at a path; None where nothing does."""
        found = self.data
        for step in path:
            inside = isinstance(found, dict) and step in found
            if not inside and not (isinstance(found, list) and isinstance(step, int) and step < len(found)):
                return None
            found = found[step]
        return found

    def line(self, path: Path) -> int:
        """The line of a key, or of a list's item."""
        return self.mark(path, key=True).line

    def problem(
        self, path: Path, code: str, message: str, expected: str = "", fix: str = "", *, key: bool = False
    ) -> Problem:
        """A problem at a path; its message begins with the path."""
        said = f"{shown_path(path)}: {message}" if path else message
        return at_mark(self.file, self.lines, self.mark(path, key=key), (code, said, expected, fix))


def at_mark(file: str, lines: list[str], mark: Mark, words: tuple[str, str, str, str]) -> Problem:
    """A problem at a mark. `words`: code, message, expected, fix."""
    text = lines[mark.line - 1] if 0 < mark.line <= len(lines) else ""
    return Problem(file, mark.line, mark.column, mark.end_column, text, *words)


def shown_path(path: Path) -> str:
    """`sites[0].grid.price`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{clean(step)}" if text else clean(step)
    return text


def clean(text: str, most: int = 60) -> str:
    """Text safe to print on one line: unprintable characters escaped, cut where long."""
    short = text if len(text) <= most else text[: most - 3] + "..."
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in short)


def shown(value: Any) -> str:
    """A value as people wrote it, in a message."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    return f"`{clean(str(value))}`"
