"""Quantities as people write them (`20 MW`, `15T tokens`, `0.08 USD/kWh`) to floats in base units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from math import inf, isfinite
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from planner.scenario.units import BITS, DIMENSIONS, Dimension

MAX_CHARACTERS = 80
_NUMBER = re.compile(r"\s*([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)\s*(.*?)\s*", re.DOTALL)
_CARBON = re.compile(r"(?<=[gtb])CO2(?:eq|e)?")


class QuantityError(ValueError):
    """A text that is not the quantity asked for; it says why, what was expected, and what to write."""

    def __init__(self, message: str, expected: str, fix: str) -> None:
        super().__init__(message)
        self.message, self.expected, self.fix = message, expected, fix


def parse_quantity(text: Any, dimension: str, *, positive: bool = False) -> float:
    """`text` in the base unit of `dimension` (a key of DIMENSIONS). Raises QuantityError."""
    kind = DIMENSIONS[dimension]
    value, unit = _split(text, kind)
    factor = kind.units.get(unit)
    if factor is None:
        raise _unknown(unit, kind)
    amount = _scaled(value, factor)
    if not isfinite(amount):
        raise _fault(kind, f"{_quoted(text)} is too large to read")
    if amount < kind.least or (positive and amount <= 0):
        least = "more than 0" if positive else f"at least {kind.least:g} {kind.base}"
        raise _fault(kind, f"{_quoted(text)} is too small: it must be {least}")
    if amount > kind.most * (1 + 1e-12):
        raise _fault(kind, f"{_quoted(text)} is too large: the most that is read here is {_most(kind)}")
    return amount


def unit_factor(unit: Any, dimension: str) -> float:
    """Base units in one `unit`, for the columns of files. Raises QuantityError."""
    kind = DIMENSIONS[dimension]
    units = {**kind.units, "fraction": 1.0} if kind.base == "fraction" else kind.units
    found = units.get(_unit(unit)) if isinstance(unit, str) else None
    if found is None:
        fix = f"Write one of: {', '.join(list(units)[:6])}."
        raise QuantityError(f"{_quoted(unit)} is not a unit for {kind.words}", f"a unit for {kind.words}", fix)
    return found


def _scaled(number: str, factor: float) -> float:
    """The product rounded once, in decimal: `95%` is the float 0.95, not 95 x 0.01."""
    value = float(number)
    return float(Decimal(number) * Decimal(repr(factor))) if value and isfinite(value) else value


def _split(text: Any, kind: Dimension) -> tuple[str, str]:
    if text is None:
        raise _fault(kind, "nothing is given here")
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        raise _fault(kind, f"{_described(text)} is not {kind.words}")
    if not isinstance(text, str):
        if not isfinite(text):
            raise _fault(kind, f"{text} is not a finite number")
        raise _fault(kind, f"{_quoted(text)} has no unit", f"Write the unit, as in `{_suggest(text, kind)}`.")
    if len(text) > MAX_CHARACTERS:
        raise _fault(kind, f"a text of {len(text):,} characters is not {kind.words}")
    match = _NUMBER.fullmatch(text)
    if not match:
        raise _fault(kind, f"{_quoted(text)} does not begin with a number")
    unit = _unit(match[2])
    if not unit:
        raise _fault(kind, f"{_quoted(text)} has no unit", f"Write the unit, as in `{_suggest(match[1], kind)}`.")
    if re.match(r"[,_'][0-9]|[0-9](?!/)", unit):
        raise _fault(
            kind, f"{_quoted(text)} is not one number", "Write digits without separators, and a point: `1234.5`."
        )
    return match[1], unit


def _unit(text: str) -> str:
    """Spaces out, CO2 marks out: `t CO2e / year` is `t/year`."""
    return _CARBON.sub("", re.sub(r"\s+", "", text))


_CURRENCY = re.compile(
    r"[kMBG]?(?:[€£¥₹]|AED|AUD|BRL|CAD|CHF|CNY|DKK|EUR|GBP|INR|JPY|KRW|MXN|NOK|NZD|PLN|RMB|SEK|SGD|TWD|ZAR)(?=/|$)"
)
"""Money that is no USD: reading it as such would be a wrong number."""


def _unknown(unit: str, kind: Dimension) -> QuantityError:
    same_letters = [u for u in kind.units if u.lower() == unit.lower()][:2]
    near = (
        same_letters
        or [u for u in kind.units if u.startswith(unit + "/")][:1]
        or get_close_matches(unit, list(kind.units), 1, 0.6)
    )
    hint = f"Did you mean {' or '.join(f'`{u}`' for u in near)}? " if near else ""
    if kind.base.startswith("USD") and _CURRENCY.match(unit):
        hint = "Money is in USD here: convert it first. "
    elsewhere = sorted(d.words for d in DIMENSIONS.values() if unit in d.units)
    what = f"`{unit}` measures {elsewhere[0]}, not {kind.words}" if elsewhere else f"`{unit}` is not a unit read here"
    if kind.base == "bytes" and unit in BITS:
        what = f"`{unit}` counts bits, of which a byte has 8"
    return _fault(kind, what, f"{hint}Write one of: {kind.shown()}.")


def _fault(kind: Dimension, message: str, fix: str = "") -> QuantityError:
    return QuantityError(message, f"{kind.words}, such as `{kind.example}`", fix or f"Write it like `{kind.example}`.")


def _most(kind: Dimension) -> str:
    if kind.base == "fraction":
        return f"{kind.most:.0%}"
    return f"{kind.most:,.0f} {kind.base}" if kind.most < 1e16 else f"{kind.most:g} {kind.base}"


def _suggest(number: Any, kind: Dimension) -> str:
    """The bare number with the example's unit; shares below one as percent."""
    if kind.base == "fraction":
        value = float(number)
        return f"{value * 100:g}%" if abs(value) <= 1 else f"{value:g}%"
    match = _NUMBER.fullmatch(kind.example)
    unit = next(iter(kind.units)) if match is None or kind.base in ("tokens", "USD", "USD/year") else match[2]
    return f"{number} {unit}"[:MAX_CHARACTERS]


def _quoted(value: Any) -> str:
    text = str(value) if isinstance(value, str | int | float) else _described(value)
    return f"`{text if len(text) <= 40 else text[:37] + '...'}`"


def _described(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    return {"dict": "a mapping", "list": "a list"}.get(type(value).__name__, "this")


@dataclass(frozen=True, slots=True)
class Quantity:
    """Marks a float field as a quantity of a dimension, written with its unit."""

    dimension: str
    positive: bool = False

    def read(self, value: Any) -> float:
        try:
            return parse_quantity(value, self.dimension, positive=self.positive)
        except QuantityError as error:
            parts = {"message": error.message, "expected": error.expected, "fix": error.fix}
            raise PydanticCustomError("quantity", "{message}", parts) from None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        kind = DIMENSIONS[self.dimension]
        said = f"{kind.words.capitalize()} with its unit ({kind.shown()}); base unit: {kind.base}."
        return {"type": "string", "description": said, "examples": [kind.example], "maxLength": MAX_CHARACTERS}


@dataclass(frozen=True, slots=True)
class OrPlan(Quantity):
    """A quantity, or `plan`: the plan chooses it, which is infinite here."""

    def read(self, value: Any) -> float:
        if value == "plan":
            return inf
        try:
            return parse_quantity(value, self.dimension, positive=self.positive)
        except QuantityError as error:
            parts = {"message": error.message, "expected": f"{error.expected}, or `plan`", "fix": error.fix}
            raise PydanticCustomError("quantity", "{message}", parts) from None

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        found = Quantity.__get_pydantic_json_schema__(self, schema, handler)
        return {**found, "description": f"{found['description']} Or `plan`: the plan chooses it."}


PowerKw = Annotated[float, Quantity("power")]
SomePowerKw = Annotated[float, Quantity("power", positive=True)]
PowerOrPlan = Annotated[float, OrPlan("power", positive=True)]
EnergyKwh = Annotated[float, Quantity("energy")]
EnergyPerYear = Annotated[float, Quantity("yearly_energy", positive=True)]
EnergyOrPlan = Annotated[float, OrPlan("yearly_energy", positive=True)]
Bytes = Annotated[float, Quantity("bytes")]
SomeBytes = Annotated[float, Quantity("bytes", positive=True)]
BytesPerSecond = Annotated[float, Quantity("byte_rate")]
SomeBytesPerSecond = Annotated[float, Quantity("byte_rate", positive=True)]
Seconds = Annotated[float, Quantity("time")]
SomeSeconds = Annotated[float, Quantity("time", positive=True)]
PerSecond = Annotated[float, Quantity("rate")]
SomePerSecond = Annotated[float, Quantity("rate", positive=True)]
SomeTokens = Annotated[float, Quantity("tokens", positive=True)]
Usd = Annotated[float, Quantity("money")]
SomeUsd = Annotated[float, Quantity("money", positive=True)]
UsdPerKwh = Annotated[float, Quantity("energy_price")]
UsdPerFuelKwh = Annotated[float, Quantity("fuel_price")]
UsdPerKwMonth = Annotated[float, Quantity("power_price")]
UsdPerLitre = Annotated[float, Quantity("water_price")]
UsdPerGb = Annotated[float, Quantity("data_price")]
UsdPerKg = Annotated[float, Quantity("carbon_price")]
KgPerKwh = Annotated[float, Quantity("intensity")]
LitresPerKwh = Annotated[float, Quantity("water_intensity")]
KgPerYear = Annotated[float, Quantity("carbon")]
LitresPerYear = Annotated[float, Quantity("water")]
SquareMetres = Annotated[float, Quantity("area")]
Metres = Annotated[float, Quantity("length", positive=True)]
ElevationM = Annotated[float, Quantity("elevation")]
Fraction = Annotated[float, Quantity("fraction")]
SomeFraction = Annotated[float, Quantity("fraction", positive=True)]
Growth = Annotated[float, Quantity("growth")]
