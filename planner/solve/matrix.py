"""A mixed-integer linear program as arrays: what every solver is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Vector = tuple[Ints, Floats]
"""A sparse vector: indices and values; an index may repeat, values then add."""


@dataclass(frozen=True, slots=True)
class Named:
    """Columns or rows from `first` on and what they are: one of that `name`, or one for each hour of `hours`."""

    first: int
    name: str
    hours: Ints | None = None


@dataclass(slots=True)
class Matrix:
    """`lo <= x <= hi`, `row_lo <= A x <= row_hi`, some x whole; A as triplets (row, column, value)."""

    lo: list[float] = field(default_factory=list)
    hi: list[float] = field(default_factory=list)
    integer: list[int] = field(default_factory=list)
    row_lo: list[Floats] = field(default_factory=list)
    row_hi: list[Floats] = field(default_factory=list)
    rows: int = 0
    row_index: list[Ints] = field(default_factory=list)
    col_index: list[Ints] = field(default_factory=list)
    value: list[Floats] = field(default_factory=list)
    column_names: list[Named] = field(default_factory=list)
    row_names: list[Named] = field(default_factory=list)

    @property
    def columns(self) -> int:
        return len(self.lo)

    def add_column(self, lo: float, hi: float, *, integer: bool = False, name: str = "") -> int:
        self.column_names.append(Named(len(self.lo), name))
        if integer:
            self.integer.append(len(self.lo))
        self.lo.append(lo)
        self.hi.append(hi)
        return len(self.lo) - 1

    def add_block(self, count: int, hi: float = inf, *, name: str = "") -> Ints:
        """`count` columns between 0 and `hi`, one an hour."""
        first = len(self.lo)
        self.column_names.append(Named(first, name, np.arange(count)))
        self.lo.extend([0.0] * count)
        self.hi.extend([hi] * count)
        return np.arange(first, first + count)

    def add_rows(self, lo: Floats, hi: Floats, *, name: str = "", hours: Ints | None = None) -> Ints:
        """Rows of one `name`: `hours` of several of them are 0, 1, … where nothing else is said."""
        first = self.rows
        self.row_names.append(Named(first, name, np.arange(len(lo)) if hours is None and len(lo) > 1 else hours))
        self.rows += len(lo)
        self.row_lo.append(np.asarray(lo, dtype=np.float64))
        self.row_hi.append(np.asarray(hi, dtype=np.float64))
        return np.arange(first, self.rows)

    def put(self, rows: Ints, columns: Ints, values: Floats | float) -> None:
        """Add coefficients; scalars stretch to the longer side."""
        r, c, v = np.broadcast_arrays(np.asarray(rows), np.asarray(columns), np.asarray(values, dtype=np.float64))
        keep = v != 0
        self.row_index.append(r[keep].astype(np.int64))
        self.col_index.append(c[keep].astype(np.int64))
        self.value.append(v[keep])

    def freeze(self) -> Frozen:
        """Compressed rows, repeated entries summed, columns in order within a row."""
        row, col, value = (
            np.concatenate(part) if part else np.empty(0) for part in (self.row_index, self.col_index, self.value)
        )
        key = row.astype(np.int64) * max(1, self.columns) + col.astype(np.int64)
        unique, place = np.unique(key, return_inverse=True)
        summed = np.bincount(place, weights=value, minlength=len(unique)) if len(unique) else np.empty(0)
        keep = summed != 0
        unique, summed = unique[keep], summed[keep]
        counts = np.bincount(unique // max(1, self.columns), minlength=self.rows)
        start = np.concatenate([[0], np.cumsum(counts)])
        none = np.empty(0)
        return Frozen(
            np.array(self.lo),
            np.array(self.hi),
            np.array(self.integer, dtype=np.int64),
            np.concatenate(self.row_lo) if self.row_lo else none,
            np.concatenate(self.row_hi) if self.row_hi else none,
            start.astype(np.int64),
            (unique % max(1, self.columns)).astype(np.int64),
            summed,
        )


@dataclass(frozen=True, slots=True)
class Frozen:
    """A matrix ready for a solver: row-compressed."""

    lo: Floats
    hi: Floats
    integer: Ints
    row_lo: Floats
    row_hi: Floats
    start: Ints
    index: Ints
    value: Floats

    def dense(self, vector: Vector) -> Floats:
        """A sparse vector over the columns, written out."""
        return dense(vector, len(self.lo))

    def with_row(self, vector: Vector, lo: float, hi: float) -> Frozen:
        """One more row at the end."""
        full = self.dense(vector)
        index = np.flatnonzero(full)
        return Frozen(
            self.lo,
            self.hi,
            self.integer,
            np.append(self.row_lo, lo),
            np.append(self.row_hi, hi),
            np.append(self.start, self.start[-1] + len(index)),
            np.concatenate([self.index, index]),
            np.concatenate([self.value, full[index]]),
        )

    def reduced(self, cost: Floats, duals: Floats) -> Floats:
        """What each column costs beyond the `duals` of its rows."""
        priced = self.value * np.repeat(duals, np.diff(self.start))
        return np.asarray(cost - np.bincount(self.index, weights=priced, minlength=len(cost)))

    def relaxed(self) -> Frozen:
        """The same without whole numbers."""
        none = np.empty(0, dtype=np.int64)
        return Frozen(self.lo, self.hi, none, self.row_lo, self.row_hi, self.start, self.index, self.value)

    def fixed(self, values: Floats) -> Frozen:
        """The linear program that remains with every whole number held at its (rounded) value."""
        lo, hi = self.lo.copy(), self.hi.copy()
        lo[self.integer] = hi[self.integer] = np.round(values[self.integer])
        return replace(self.relaxed(), lo=lo, hi=hi)


def dense(vector: Vector, size: int) -> Floats:
    full = np.zeros(size)
    np.add.at(full, vector[0], vector[1])
    return full


def join(parts: list[tuple[Vector, float]]) -> Vector:
    """The weighted sum of sparse vectors."""
    if not parts:
        return np.empty(0, dtype=np.int64), np.empty(0)
    return np.concatenate([v[0] for v, _ in parts]), np.concatenate([v[1] * w for v, w in parts])


def from_terms(terms: Mapping[int, float]) -> Vector:
    return np.fromiter(terms.keys(), np.int64, len(terms)), np.fromiter(terms.values(), np.float64, len(terms))


def sparse(full: Floats) -> Vector:
    """A vector over the columns without its zeros."""
    index = np.flatnonzero(full)
    return index, full[index]
