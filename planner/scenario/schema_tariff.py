"""How a utility bills demand, and what is contracted with it: windows, ratchets, coincident peaks, take or pay."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, Tag

from planner.scenario.quantity import EnergyPerYear, Fraction, PowerOrPlan, SomeFraction, UsdPerKwh, UsdPerKwMonth
from planner.scenario.schema_base import BY_SHAPE, MAPPING, PLAIN, Id, Record, SeriesFile, Some, Text, UnitOf, fault

DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_SPAN = re.compile(r"([0-9]{1,2})-([0-9]{1,2})")
_HOUR = re.compile(r"([0-9]{2})-([0-9]{2}) ([0-9]{2})(?::00)?")

Month = Annotated[int, Field(ge=1, le=12)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun", "weekdays", "weekend"]
EVERY_MONTH = tuple(range(1, 13))


def _span(text: str) -> str:
    match = _SPAN.fullmatch(text)
    if not match or not (int(match[1]) < 24 and int(match[2]) <= 24 and match[1] != match[2]):
        words = "two hours of the day, from the first up to the second"
        raise fault(f"`{text[:40]}` is not a span of hours", words, "Write it like `14-20`, or `22-6` over midnight.")
    return text


def _moment(text: str) -> str:
    match = _HOUR.fullmatch(text)
    good = match and 1 <= int(match[1]) <= 12 and 1 <= int(match[2]) <= DAYS[int(match[1]) - 1] and int(match[3]) < 24
    if not good:
        words = "month, day and hour of a year without 29 February"
        raise fault(f"`{text[:40]}` is not an hour of the year", words, "Write it like `'07-23 17:00'`.")
    return text


def _every(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Span = Annotated[Text, AfterValidator(_span)]
Moment = Annotated[Text, AfterValidator(_moment)]
Spans = Annotated[Some[Span], BeforeValidator(_every, json_schema_input_type=Span | list[Span])]
Weekdays = Annotated[Some[Weekday], BeforeValidator(_every, json_schema_input_type=Weekday | list[Weekday])]


class LoadFile(SeriesFile):
    """The system's load by hour, in any unit of power."""

    unit: Annotated[Text, UnitOf("power")]


class Window(Record):
    """Hours whose peak is billed each month on its own, beside the month's."""

    id: Id
    charge: UsdPerKwMonth
    months: Some[Month] = EVERY_MONTH
    weekdays: Weekdays = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    hours: Spans = ("0-24",)


class Ratchet(Record):
    """Each month's billed demand is at least a share of the highest peak of the months before it."""

    share: SomeFraction
    months: Annotated[int, Field(ge=1, le=11, description="Months looked back")] = 11
    of: Annotated[Some[Month], Field(description="Months whose peaks count; default all")] = EVERY_MONTH


Guess = Annotated[Annotated[Literal["price", "temperature"], Tag(PLAIN)] | Annotated[LoadFile, Tag(MAPPING)], BY_SHAPE]


class Estimate(Record):
    """Hours in which the system may peak: those of the highest price, temperature or load of a file."""

    by: Annotated[Guess, Field(description="`price`, `temperature`, or a file of the system's load")]
    count: Annotated[int, Field(ge=1, le=1000)] = 4
    months: Some[Month] = EVERY_MONTH
    apart: Annotated[Literal["month", "day"], Field(description="At most one hour of each month, or of each day")] = (
        "day"
    )


class Coincident(Record):
    """A price on the mean import in the hours in which the system peaks (4CP, 5CP)."""

    id: Id
    charge: UsdPerKwMonth
    hours: Some[Moment] | None = None
    estimate: Estimate | None = None


class Demand(Record):
    """How demand is billed beyond each month's peak."""

    interval_factor: Annotated[
        float, Field(ge=1, le=10, description="Billed peak, of 15 minutes say, over the mean of its hour")
    ] = 1.0
    windows: Some[Window] | None = None
    ratchet: Ratchet | None = None
    coincident: Some[Coincident] | None = None


class Contract(Record):
    """What is contracted with the utility: capacity, and energy that is paid for whether it is taken or not."""

    capacity: Annotated[PowerOrPlan | None, Field(description="Contracted capacity; no import exceeds it")] = None
    charge: UsdPerKwMonth = 0.0
    minimum: Annotated[Fraction, Field(description="Share of the capacity billed as demand in every month")] = 0.0
    energy: EnergyPerYear | None = None
    energy_minimum: Annotated[Fraction, Field(description="Share of the energy that is paid for in any case")] = 1.0
    untaken: Annotated[UsdPerKwh | None, Field(description="Price of energy paid for and not taken")] = None
