"""What a figure's values are, how a policy writes one, and how people read one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any, Literal

from planner.scenario.problems import did_you_mean, listed
from planner.scenario.quantity import QuantityError, parse_quantity
from planner.scenario.source import shown
from planner.scenario.units import DIMENSIONS

SURVIVES = ("none", "rack", "feed", "zone", "site")
CONFIDENCES = ("memory", "low", "medium", "high")
LOSSES = ("nothing", "module", "path")
ANSWERS = ("no", "yes")
ORDERS = (SURVIVES, CONFIDENCES, LOSSES, ANSWERS)
DAY_S = 86_400.0
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Kind:
    """Numbers of a dimension (`quantity`), bare ones (`number`), words, or machines; `words`: those that there are.

    `order`: whether words stand from the least to the most.
    """

    type: Literal["quantity", "number", "word", "machine", "any"]
    dimension: str = ""
    words: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        return self.type in ("quantity", "number")

    @property
    def ordered(self) -> bool:
        return self.numeric or self.words in ORDERS


NUMBER, WORD, MACHINE, ANY = Kind("number"), Kind("word"), Kind("machine"), Kind("any")


class Unfit(ValueError):
    """A value that no figure of the kind can have: message, expected, fix."""

    def __init__(self, message: str, expected: str, fix: str) -> None:
        super().__init__(message)
        self.message, self.expected, self.fix = message, expected, fix


def read(kind: Kind, value: Any, known: Collection[str] = ()) -> float | str:
    """A value as a policy writes it, in the base unit of the figure. Raises Unfit.

    `known`: names that a word, or a machine, may be; empty where they are not known.
    """
    if kind.type == "quantity":
        return _quantity(kind.dimension, value)
    if kind.type == "number":
        return _number(value)
    text = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    names = kind.words or known
    if kind.type == "machine":
        return _machine(text, known)
    if names and text not in names:
        expected = listed(list(names), 20) if len(names) <= 20 else "a name that the catalogs have"
        raise Unfit(f"{shown(text)} is not one that there is", expected, _near(text, names))
    return text


def _quantity(dimension: str, value: Any) -> float:
    try:
        return parse_quantity(value, dimension)
    except QuantityError as error:
        raise Unfit(error.message, error.expected, error.fix) from None


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        said = f"{shown(value)} is not a number"
        raise Unfit(said, "a number in the unit of the figure, without writing it", "Write it like `1.25`.")
    return float(value)


def _machine(text: str, known: Collection[str]) -> str:
    """An id, `vendor:NAME` or `tag:NAME`."""
    plain = {name.lower() for name in known}
    if known and text.lower() not in plain:
        raise Unfit(f"{shown(text)} names no machine", "an id, `vendor:NAME` or `tag:NAME`", _near(text, known))
    return text


def _near(text: str, names: Collection[str]) -> str:
    return f"{did_you_mean(text, names)}Write one that there is."


def amount(kind: Kind, value: float | str, most: int = DIGITS) -> str:
    """A value as people read it, to `most` digits, in the unit that policies write it in."""
    if isinstance(value, str):
        return value
    base = DIMENSIONS[kind.dimension].base if kind.type == "quantity" else ""
    if kind.dimension in ("fraction", "growth"):
        return f"{digits(value * 100, most)} %"
    if kind.dimension == "time" and value >= DAY_S:
        return f"{digits(value / DAY_S, most)} days"
    if base.startswith("kg/year") and abs(value) >= 1e3:
        return f"{digits(value / 1e3, most)} t/year"
    return f"{digits(value, most)} {base}".rstrip()


def apart(kind: Kind, value: float | str, limit: float | str) -> tuple[str, str]:
    """A value and its limit, to as many digits as tell them apart."""
    for most in (4, DIGITS, 9, 15):
        found = amount(kind, value, most), amount(kind, limit, most)
        if found[0] != found[1]:
            break
    return found


def digits(value: float, most: int = DIGITS) -> str:
    """Thousands apart, whole numbers whole, else to so many digits."""
    if not isfinite(value):
        return "no limit"
    whole = most < 9 and (abs(value) >= 10**most or value == round(value))
    return f"{value:,.0f}" if whole else f"{value:,.{most}g}"


def rank(kind: Kind, value: float | str) -> float:
    """A value's place in its order."""
    return float(kind.words.index(value)) if isinstance(value, str) else value


def days(day: str, today: date) -> float:
    """Seconds from a day, year-month-day, to today."""
    return (today - date.fromisoformat(day)).days * DAY_S
