"""What is written once: columns and their names, rows, and what a unit of a column costs and counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Col = int
Sense = Literal["<=", ">=", "=="]
Terms = Mapping[Col, float]
TallyKey = tuple[str, str, str]
"""(tally, site, period); an empty site or period means all of them."""
PLACE = {"site": 0, "hall": 1, "period": 3, "month": 4}


def name_of(family: str, **keys: str) -> str:
    """`family[key=value,...]`: place first, then what, the period last, so that one thing has one name."""
    order = sorted(keys, key=lambda k: (PLACE.get(k, 2), k))
    return f"{family}[{','.join(f'{k}={keys[k]}' for k in order)}]" if keys else family


def name_keys(name: str) -> dict[str, str]:
    """The keys of a name, taken apart again."""
    inside = name.split("[", 1)[1].rstrip("]") if "[" in name else ""
    return dict(part.split("=", 1) for part in inside.split(",") if part)


@dataclass(frozen=True, slots=True)
class Column:
    """One decision: a number between `lo` and `hi`, in `unit`, named as a sentence.

    With a `kind` it shows in the plan's sizing, as an amount of `item`, or (`choice`) among its choices.
    """

    name: str
    lo: float
    hi: float
    integer: bool
    unit: str
    origin: str
    kind: str = ""
    item: str = ""
    choice: bool = False

    @property
    def family(self) -> str:
        return self.name.split("[", 1)[0]

    @property
    def keys(self) -> dict[str, str]:
        return name_keys(self.name)


@dataclass(frozen=True, slots=True)
class Row:
    """`sum(coefficient x column) + sum(coefficient x tally)  sense  rhs`."""

    name: str
    terms: dict[Col, float]
    sense: Sense
    rhs: float
    origin: str
    tallies: dict[TallyKey, float] = field(default_factory=dict)
    accounts: tuple[str, ...] | None = None
    label: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """`per_unit` of a tally for every unit of a column: carbon, water, energy; counted, not priced."""

    tally: str
    column: Col
    per_unit: float
    who: str
    site: str
    period: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A column that no solver decides: after the solve it is the least of several sums of tallies, if above zero."""

    column: Col
    sums: tuple[dict[TallyKey, float], ...]


@dataclass(frozen=True, slots=True)
class TallyPrice:
    """`unit_price` USD for every unit of a tally (a carbon price), valued at `factor`."""

    key: TallyKey
    account: str
    item: str
    unit: str
    unit_price: float
    factor: float
    origin: str


@dataclass(frozen=True, slots=True)
class Cost:
    """`column x quantity` units at `unit_price` USD, valued at `factor`: one line of the ledger."""

    account: str
    item: str
    column: Col
    quantity: float
    unit: str
    unit_price: float
    factor: float
    origin: str
    site: str
    period: str
