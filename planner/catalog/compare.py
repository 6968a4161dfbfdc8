"""Two sets of catalog rows beside each other: rows that came and went, and what of a row is not the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from planner.catalog.content import Content


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a row that is not the same; none where it is not there. `part` is a part of a row's content.

    Before and after are figures with their sources, texts, or arrays of numbers.
    """

    row: str
    part: str
    field: str
    before: Any
    after: Any

    @property
    def relative(self) -> float | None:
        """after / before - 1 of a figure's value; none of what has no such ratio."""
        if self.part != "figures" or self.before is None or self.after is None or not self.before["value"]:
            return None
        return float(self.after["value"]) / float(self.before["value"]) - 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows by `kind/id` that only one side has, and the changes of those that both have."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def same(self) -> bool:
        return not (self.added or self.removed or self.changes)

    @property
    def changed(self) -> tuple[str, ...]:
        """The rows that changed, in order."""
        return tuple(dict.fromkeys(change.row for change in self.changes))


def compare(before: Mapping[str, Content], after: Mapping[str, Content]) -> Comparison:
    """The rows of two sides, in the order of their names."""
    both = sorted(before.keys() & after.keys())
    return Comparison(
        tuple(sorted(after.keys() - before.keys())),
        tuple(sorted(before.keys() - after.keys())),
        tuple(change for row in both for change in _changes(row, before[row], after[row])),
    )


def _changes(row: str, before: Content, after: Content) -> Iterator[Change]:
    for part in ("name", "tags"):
        if before[part] != after[part]:
            yield Change(row, part, part, before[part], after[part])
    for part in ("figures", "text", "arrays"):
        for field in sorted(before[part].keys() | after[part].keys()):
            one, other = before[part].get(field), after[part].get(field)
            if one != other:
                yield Change(row, part, field, one, other)
