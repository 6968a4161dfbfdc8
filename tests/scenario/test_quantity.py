"""Quantities: every spelling against pint, refusals in words."""

from __future__ import annotations

import re
from typing import Any

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.scenario.quantity import QuantityError, parse_quantity, unit_factor
from planner.scenario.units import DIMENSIONS

BASES = {
    "power": "kW",
    "energy": "kWh",
    "bytes": "byte",
    "byte_rate": "byte/s",
    "time": "s",
    "rate": "1/s",
    "tokens": "token",
    "money": "USD",
    "yearly_money": "USD/year",
    "token_price": "USD/Mtoken",
    "energy_price": "USD/kWh",
    "power_price": "USD/kW/month",
    "water_price": "USD/L",
    "carbon_price": "USD/kg",
    "intensity": "kg/kWh",
    "water_intensity": "L/kWh",
    "carbon": "kg/year",
    "water": "L/year",
    "fuel_price": "USD/kWh",
    "data_price": "USD/GB",
    "yearly_energy": "kWh/year",
    "area": "m**2",
    "elevation": "m",
    "length": "m",
    "fraction": "",
    "growth": "",
}
"""Base units in pint's spelling."""

COUNTED = r"(req|requests|events?|queries|transactions)"
WORDS = {"percent": "0.01", "%": "0.01", "%/year": "0.01", "cent": "cent"}


@pytest.fixture(scope="module")
def registry() -> Any:
    made = pint.UnitRegistry(case_sensitive=True)
    made.define("USD = [currency]")
    made.define("cent = 0.01 USD")
    made.define("token = [token]")
    made.define("year = 365 day")
    made.define("month = year / 12")
    return made


def in_pint(unit: str, dimension: str) -> str:
    """Our spelling of a unit in pint's."""
    text = re.sub(r"\bkt\b", "kilotonne", WORDS.get(unit, unit))  # pint's kt is a knot
    text = re.sub(r"^acres?$", "43560 * foot**2", text)  # pint's acre is the US survey acre
    text = text.replace("m³", "m**3").replace("m3", "m**3")
    text = text.replace("km2", "km**2").replace("m2", "m**2")
    text = text.replace("MMBtu", "(1e6 * Btu)")
    if dimension == "byte_rate":
        text = re.sub(r"^([kMGT])bps$", r"\1b/s", text)
        text = re.sub(r"^([kMGT]?)b/s$", r"\1bit/s", text)
    if dimension == "rate":
        text = re.sub(rf"{COUNTED}/", "1/", text)
        text = re.sub(r"^([kKMBGT]|P)?1?/", lambda m: f"{scale(m[1])}/", text)
    if dimension == "tokens":
        head = text.replace("tokens", "")
        text = f"{scale(head)} * token"
    if dimension == "token_price":
        text = re.sub(r"([kMB])?tokens$", lambda m: f"({scale(m[1])} * token)", text)
    text = re.sub(r"^([kMBG])USD", lambda m: f"{scale(m[1])} * USD", text)
    if dimension == "power_price":
        text = (
            re.sub(r"/(.W)[-/](month|mo|year)$", r"/\1/\2", text).replace("/mo", "/month").replace("monthnth", "month")
        )
    return re.sub(r"/(yr|a)$", "/year", text)


def scale(letter: str | None) -> str:
    return {"k": "1e3", "K": "1e3", "M": "1e6", "B": "1e9", "G": "1e9", "T": "1e12", "P": "1e15"}.get(letter or "", "1")


@pytest.mark.parametrize(("dimension", "unit"), [(d, u) for d, kind in DIMENSIONS.items() for u in kind.units])
def test_every_unit_agrees_with_pint(registry: Any, dimension: str, unit: str) -> None:
    theirs = registry.Quantity(registry.parse_expression(in_pint(unit, dimension))).to(BASES[dimension]).magnitude
    assert DIMENSIONS[dimension].units[unit] == pytest.approx(float(theirs), rel=1e-12)


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("20 MW", "power", 20_000.0),
        ("400 Gb/s", "byte_rate", 50e9),
        ("400 GB/s", "byte_rate", 400e9),
        ("3.5 PB", "bytes", 3.5e15),
        ("1 kB", "bytes", 1000.0),
        ("1 KiB", "bytes", 1024.0),
        ("120 req/s", "rate", 120.0),
        ("200000 /s", "rate", 200_000.0),
        ("20k req/s", "rate", 20_000.0),
        ("15T tokens", "tokens", 15e12),
        ("4M tokens", "tokens", 4e6),
        ("2T", "tokens", 2e12),
        ("800 ms", "time", 0.8),
        ("60 days", "time", 60 * 86_400.0),
        ("30 min", "time", 1800.0),
        ("0.08 USD/kWh", "energy_price", 0.08),
        ("40 USD/MWh", "energy_price", 0.04),
        ("150 USD/kW-month", "power_price", 150.0),
        ("3 USD/m3", "water_price", 0.003),
        ("80 USD/t", "carbon_price", 0.08),
        ("300 g/kWh", "intensity", 0.3),
        ("300 gCO2e/kWh", "intensity", 0.3),
        ("0.3 t CO2 / MWh", "intensity", 0.3),
        ("1.8 L/kWh", "water_intensity", 1.8),
        ("30 MUSD", "money", 30e6),
        ("30M USD", "money", 30e6),
        ("60 ha", "area", 600_000.0),
        ("95%", "fraction", 0.95),
        ("99.9 %", "fraction", 0.999),
        ("5000 t/year", "carbon", 5e6),
        ("30000 m3/year", "water", 3e7),
        ("-430 m", "elevation", -430.0),
        ("  1e3  kW ", "power", 1000.0),
        (".5 MW", "power", 500.0),
        ("0 MW", "power", 0.0),
    ],
)
def test_values(text: str, dimension: str, value: float) -> None:
    assert parse_quantity(text, dimension) == value


@pytest.mark.parametrize(
    ("text", "dimension", "said"),
    [
        (20, "power", "has no unit"),
        ("20", "power", "has no unit"),
        (True, "power", "not a power"),
        (None, "power", "nothing is given"),
        ([1], "power", "a list is not"),
        (float("nan"), "power", "not a finite number"),
        (float("inf"), "power", "not a finite number"),
        ("nan MW", "power", "does not begin with a number"),
        ("inf MW", "power", "does not begin with a number"),
        ("-1 MW", "power", "too small"),
        ("1e400 MW", "power", "too large"),
        ("1e999999999999999999999 MW", "power", "too large"),
        ("2 TW", "power", "not a unit"),
        ("2000 GW", "power", "too large"),
        ("101%", "fraction", "too large"),
        ("1,000 kW", "power", "not one number"),
        ("1_000 kW", "power", "not one number"),
        ("1 000 kW", "power", "not one number"),
        ("٣ MW", "power", "does not begin with a number"),
        ("20 MWh", "power", "measures an energy"),
        ("20 mw", "power", "not a unit"),
        ("9 GB", "byte_rate", "measures an amount of data"),
        ("", "power", "does not begin"),
        ("9" * 200 + " kW", "power", "characters"),
    ],
)
def test_refusals(text: Any, dimension: str, said: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_quantity(text, dimension)
    assert said in caught.value.message
    assert DIMENSIONS[dimension].example in caught.value.expected
    assert caught.value.fix


@pytest.mark.parametrize(
    ("text", "dimension", "offered"),
    [
        ("40 gb/s", "byte_rate", ("`GB/s`", "`Gb/s`")),
        ("20 Mw", "power", ("`MW`",)),
        ("5 t", "carbon", ("`t/year`",)),
        ("3 days/", "time", ("`days`",)),
    ],
)
def test_near_units_are_offered(text: str, dimension: str, offered: tuple[str, ...]) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_quantity(text, dimension)
    assert "Did you mean" in caught.value.fix
    assert all(unit in caught.value.fix for unit in offered)


@pytest.mark.parametrize(
    ("text", "dimension"), [("0.055 EUR/kWh", "energy_price"), ("3 €/MWh", "energy_price"), ("2 MEUR", "money")]
)
def test_other_money_is_never_offered_as_usd(text: str, dimension: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_quantity(text, dimension)
    assert caught.value.fix.startswith("Money is in USD here: convert it first. Write one of: ")


@pytest.mark.parametrize(("number", "example"), [(0.08, "`8%`"), (15, "`15%`")])
def test_bare_shares_are_shown_as_percent(number: float, example: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_quantity(number, "fraction")
    assert example in caught.value.fix


def test_zero_where_some_is_needed() -> None:
    with pytest.raises(QuantityError, match="more than 0"):
        parse_quantity("0 s", "time", positive=True)


def test_units_of_columns() -> None:
    assert unit_factor("USD/MWh", "energy_price") == 0.001
    assert unit_factor("fraction", "fraction") == 1.0
    with pytest.raises(QuantityError, match="MWh"):
        unit_factor("MWh", "power")


@given(st.sampled_from(sorted(DIMENSIONS)), st.data())
def test_order_is_kept(dimension: str, data: st.DataObject) -> None:
    kind = DIMENSIONS[dimension]
    unit = data.draw(st.sampled_from(sorted(kind.units)))
    top = kind.most / kind.units[unit]
    low, high = sorted(data.draw(st.tuples(*[st.floats(0, top, allow_subnormal=False)] * 2)))
    assert parse_quantity(f"{low!r} {unit}", dimension) <= parse_quantity(f"{high!r} {unit}", dimension)


@given(
    st.sampled_from(sorted(DIMENSIONS)), st.text(max_size=30) | st.from_regex(r"[0-9.eE+-]{1,8} ?[a-zA-Z%/0-9]{0,6}")
)
def test_any_text_is_a_number_or_a_refusal(dimension: str, text: str) -> None:
    kind = DIMENSIONS[dimension]
    found, said = kind.least, ""
    try:
        found = parse_quantity(text, dimension)
    except QuantityError as error:
        said = error.message + error.fix
    assert said or kind.least <= found <= kind.most * (1 + 1e-9)
