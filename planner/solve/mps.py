"""A written-out model as free MPS, which every solver reads: parts by their names, numbers to the last digit.

The objective is the row `cost`, to be minimised. Names are those of the model, `family[key=value,...]`, with the hour
as `t`; what MPS cannot have in a name (a blank, or what is no printable ASCII) is an underscore there. Whole columns
have their upper bound written always, since some readers would give them one of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from math import inf

import numpy as np

from planner.solve.matrix import Floats, Frozen, Named

OBJECTIVE = "cost"
MARK = "    marker{at}  'MARKER'  '{what}'"
ODD = re.compile(r"[^!-~]")


def render(matrix: Frozen, cost: Floats, columns: Iterable[Named], rows: Iterable[Named], said: Iterable[str]) -> str:
    """The program's text; `said`: lines of comment before it."""
    column, row = names(columns, len(matrix.lo)), names(rows, len(matrix.row_lo))
    parts = [*(f"* {ODD.sub(' ', line)}" for line in said), "NAME aiplan", "ROWS", f" N  {OBJECTIVE}"]
    senses = _senses(matrix)
    parts += (f" {sense}  {name}" for sense, name in zip(senses, row, strict=True))
    parts.append("COLUMNS")
    parts += _columns(matrix, cost, column, row)
    parts.append("RHS")
    parts += _sides(matrix, senses, row)
    ranged = list(_ranges(matrix, row))
    parts += ["RANGES", *ranged] if ranged else []
    parts.append("BOUNDS")
    parts += _bounds(matrix, column)
    return "\n".join([*parts, "ENDATA", ""])


def names(parts: Iterable[Named], count: int) -> list[str]:
    """A name for each of `count` columns or rows; no two are one."""
    found = [""] * count
    for part in parts:
        if part.hours is None:
            found[part.first] = part.name
        else:
            for k, hour in enumerate(part.hours.tolist()):
                found[part.first + k] = _at(part.name, hour)
    seen: dict[str, int] = {OBJECTIVE: 1}
    for i, text in enumerate(found):
        name = ODD.sub("_", text).lstrip("$*") or f"unnamed.{i}"
        seen[name] = seen.get(name, 0) + 1
        found[i] = name if seen[name] == 1 else f"{name}~{seen[name]}"
    return found


def _at(name: str, hour: int) -> str:
    return f"{name[:-1]},t={hour}]" if name.endswith("]") else f"{name}[t={hour}]"


def _senses(matrix: Frozen) -> list[str]:
    """`E`, `L`, `G`; `G` with a range where both sides are bounds; `N` where none is."""
    pairs = zip(matrix.row_lo.tolist(), matrix.row_hi.tolist(), strict=True)
    return ["E" if lo == hi else "G" if lo > -inf else "L" if hi < inf else "N" for lo, hi in pairs]


def _columns(matrix: Frozen, cost: Floats, column: list[str], row: list[str]) -> Iterator[str]:
    at = np.repeat(np.arange(len(row)), np.diff(matrix.start))
    order = np.argsort(matrix.index, kind="stable")
    start = np.searchsorted(matrix.index[order], np.arange(len(column) + 1))
    at, value, whole = at[order].tolist(), matrix.value[order].tolist(), set(matrix.integer.tolist())
    inside = False
    for i, name in enumerate(column):
        if (i in whole) != inside:
            inside = not inside
            yield MARK.format(at=i, what="INTORG" if inside else "INTEND")
        if cost[i] or start[i] == start[i + 1]:
            yield f"    {name}  {OBJECTIVE}  {float(cost[i])!r}"
        for k in range(start[i], start[i + 1]):
            yield f"    {name}  {row[at[k]]}  {value[k]!r}"
    if inside:
        yield MARK.format(at=len(column), what="INTEND")


def _sides(matrix: Frozen, senses: list[str], row: list[str]) -> Iterator[str]:
    sides = zip(senses, row, matrix.row_lo.tolist(), matrix.row_hi.tolist(), strict=True)
    for sense, name, lo, hi in sides:
        side = hi if sense == "L" else lo
        if sense != "N" and side:
            yield f"    rhs  {name}  {side!r}"


def _ranges(matrix: Frozen, row: list[str]) -> Iterator[str]:
    for name, lo, hi in zip(row, matrix.row_lo.tolist(), matrix.row_hi.tolist(), strict=True):
        if -inf < lo < hi < inf:
            yield f"    rng  {name}  {hi - lo!r}"


def _bounds(matrix: Frozen, column: list[str]) -> Iterator[str]:
    whole = set(matrix.integer.tolist())
    for i, (name, lo, hi) in enumerate(zip(column, matrix.lo.tolist(), matrix.hi.tolist(), strict=True)):
        if lo == hi:
            yield f" FX bnd  {name}  {lo!r}"
            continue
        if lo == -inf:
            yield f" MI bnd  {name}"
        elif lo or hi < 0:
            yield f" LO bnd  {name}  {lo!r}"
        if hi < inf:
            yield f" UP bnd  {name}  {hi!r}"
        elif i in whole:
            yield f" PL bnd  {name}"
