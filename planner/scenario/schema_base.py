"""What the scenario's records share: strict models, ids, lists, numbers, and a choice between plain and mapping."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Strict,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from planner.scenario.quantity import QuantityError, unit_factor

T = TypeVar("T")

PLAIN, MAPPING = "<plain>", "<mapping>"
"""Tags of a choice by shape; the brackets keep them apart from any key."""


class Record(BaseModel):
    """A mapping of the scenario: known keys only, nothing coerced, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, protected_namespaces=())


def _shape(value: Any) -> str:
    return MAPPING if isinstance(value, dict | BaseModel) else PLAIN


BY_SHAPE = Discriminator(_shape)


def fault(message: str, expected: str, fix: str, kind: str = "value") -> PydanticCustomError:
    """An error in plain words for the loader to place."""
    return PydanticCustomError(kind, "{message}", {"message": message, "expected": expected, "fix": fix})


Many = Annotated[tuple[T, ...], Strict(False), Field(max_length=10_000)]
"""A YAML list."""
Some = Annotated[tuple[T, ...], Strict(False), Field(min_length=1, max_length=10_000)]
"""A YAML list with something in it."""

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.\-]*$", max_length=64)]
"""A name given in the scenario."""
Ref = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]*$", max_length=64)]
"""A name given elsewhere: in the scenario, or in a catalog, whose overlays may write capitals."""


def _printable(text: str) -> str:
    if any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in text):
        raise fault("a control character stands in this text", "text that can be printed", "Remove it.", "text")
    return text


Prose = Annotated[str, StringConstraints(max_length=10_000), AfterValidator(_printable)]
Text = Annotated[Prose, StringConstraints(min_length=1, max_length=200)]
Count = Annotated[int, Field(ge=0, le=10_000_000)]
Positive = Annotated[int, Field(ge=1, le=10_000_000)]


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FIRST_YEAR, LAST_YEAR = 2000, 2150
"""Years that a period may touch: what lies beyond is a slip of the pen."""


def _date(value: Any) -> Any:
    if isinstance(value, date):
        return value
    try:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValueError
        day = date.fromisoformat(value)
    except ValueError:
        raise fault("this is not a date", "a date as year-month-day", "Write it like `2027-01-01`.", "date") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        span = f"a day of the years {FIRST_YEAR} to {LAST_YEAR}"
        raise fault(f"no plan reaches the year {day.year}", span, "Write it like `2027-01-01`.", "date")
    return day


Day = Annotated[date, BeforeValidator(_date)]


def _named(value: Any) -> Any:
    """Period names such as 2027 read as numbers in YAML; they are names."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Name = Annotated[Ref, BeforeValidator(_named)]


def _version(value: Any) -> Any:
    """`true` and `1.0` equal 1 in Python; a version is the number."""
    return str(value).lower() if isinstance(value, bool | float) else value


Version = Annotated[Literal[1], BeforeValidator(_version)]


class SeriesFile(Record):
    """A column of a CSV file beside the scenario, one number by hour of the year.

    Of the published layouts that are known by their header, column and unit may be left out.
    """

    file: Annotated[Text, Field(description="CSV file, relative to the scenario's folder")]
    column: Annotated[Text | None, Field(description="Name of the column")] = None
    unit: Annotated[Text | None, Field(description="Unit of the column's numbers")] = None
    zone: Annotated[Text | None, Field(description="Which place, of a published file that holds several")] = None
    year: Annotated[int | None, Field(ge=1900, le=2200, description="Which year, of a published file of more")] = None

    @property
    def scale(self) -> float | None:
        """Base units in one unit of the column; none where the layout must say."""
        return None if self.unit is None else unit_factor(self.unit, dimension_of(type(self)))


def dimension_of(model: type[BaseModel]) -> str:
    """The dimension that a SeriesFile's `unit` is checked against."""
    found = [m.dimension for m in model.model_fields["unit"].metadata if isinstance(m, UnitOf)]
    return found[0]


class UnitOf:
    """Marks a text field as a unit of a dimension."""

    def __init__(self, dimension: str) -> None:
        self.dimension = dimension

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, unit: str | None) -> str | None:
        try:
            if unit is not None:
                unit_factor(unit, self.dimension)
        except QuantityError as error:
            raise fault(error.message, error.expected, error.fix, "unit") from None
        return unit
