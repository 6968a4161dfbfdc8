"""A scenario held to the catalog rows it was locked with, and catalogs set beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from planner.catalog.lock import beside
from planner.errors import BadInput

if TYPE_CHECKING:
    from planner.catalog.catalog import Catalog
    from planner.catalog.compare import Comparison
    from planner.catalog.content import Content
    from planner.catalog.rows import Row
    from planner.scenario.change import Change

__all__ = ["beside", "compared", "differences", "hold", "lock"]

BUNDLED = "bundled"
"""The word for the rows that ship."""
HOURS = 24
"""Hours that are resolved to see which rows are read: how many does not matter to that."""


def lock(scenario: Path, changes: Sequence[Change] = ()) -> tuple[str, int]:
    """The lock file's text of a scenario, some values changed, and how many rows it holds. Raises BadInput."""
    from planner.catalog.lock import render

    rows, _ = _used(scenario, changes)
    return render(scenario.name, rows), len(rows)


def differences(scenario: Path, changes: Sequence[Change] = ()) -> list[str]:
    """What of the rows that a scenario plans with is not as its lock file has it, a line each. Raises BadInput.

    A row that the plan does not use any more may change; one that has left the catalogs is told.
    """
    from planner.catalog.compare import compare
    from planner.catalog.compare_text import told
    from planner.catalog.content import content
    from planner.catalog.lock import read

    locked = read(beside(scenario))
    rows, books = _used(scenario, changes)
    there = {row.origin for kind in books.kinds() for row in books.rows(kind)}
    kept = {origin: said for origin, said in locked.items() if origin in rows or origin not in there}
    found = compare(kept, {origin: content(row) for origin, row in rows.items()})
    lines = [f"{row}: not in the lock" for row in found.added]
    lines += [f"{row}: locked, and no longer in the catalogs" for row in found.removed]
    return lines + [f"{change.row}: {'; '.join(t.strip() for t in told(change))}" for change in found.changes]


def hold(scenario: Path, changes: Sequence[Change] = ()) -> None:
    """Raises BadInput, with every difference, where a scenario does not plan with the rows it was locked with."""
    found = differences(scenario, changes)
    if found:
        name, again = beside(scenario).as_posix(), f"aiplan catalog lock {scenario.as_posix()}"
        lines = "".join(f"  {line}\n" for line in found)
        fix = f"  fix: Go back to the rows of that day, or accept these: `{again}`."
        raise BadInput(f"{name}: the catalogs are not as locked:\n{lines}{fix}")


def compared(before: str, after: str, *, over: bool = False) -> Comparison:
    """Two catalogs beside each other: each a folder, a lock file or `bundled`; `over`: folders over the bundled rows.

    Beside a lock file only the rows it holds are compared. Raises BadInput, with every fault of every file.
    """
    from planner.catalog.compare import compare

    (old, first), (new, second) = (_side(name, over=over) for name in (before, after))
    if first != second:
        narrow = old if first else new
        old, new = ({row: side[row] for row in side if row in narrow} for side in (old, new))
    return compare(old, new)


def _side(name: str, *, over: bool) -> tuple[Mapping[str, Content], bool]:
    """Rows by `kind/id`, and whether they are those of a lock file alone."""
    from planner.catalog.catalog import alone, bundled
    from planner.catalog.content import content
    from planner.catalog.lock import read
    from planner.catalog.rows import CatalogProblem
    from planner.driver import catalog

    path = Path(name)
    if path.is_file():
        return read(path), True
    if not path.is_dir() and name != BUNDLED:
        raise BadInput(f"{name}: neither a folder of rows nor a lock file; `{BUNDLED}` names the rows that ship")
    try:
        folder = path if path.is_dir() else bundled()
        books = catalog([path]) if over and folder == path else alone(folder)
    except CatalogProblem as faults:
        raise BadInput(str(faults)) from None
    return {row.origin: content(row) for kind in books.kinds() for row in books.rows(kind)}, False


def _used(scenario: Path, changes: Sequence[Change]) -> tuple[dict[str, Row], Catalog]:
    """The rows that a scenario plans with, and the catalogs they are of."""
    from planner.catalog.watch import Watch
    from planner.driver import prepare
    from planner.resolve.cites import cited

    watch = Watch()
    made = prepare(scenario, weeks=0, hours=HOURS, changes=changes, through=watch)
    return watch.used(cited(made.problem)), watch.books
