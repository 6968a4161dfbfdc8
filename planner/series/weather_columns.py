"""Which column of a weather table is what, and in which unit: by the column's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quantity:
    """A thing measured: the names it goes by, its units as (factor, shift) to the base unit, and what is believable.

    `sentinels` are the numbers that the named formats write where they have nothing.
    """

    names: tuple[str, ...]
    units: dict[str, tuple[float, float]]
    default: str
    low: float
    high: float
    sentinels: tuple[float, ...] = ()


KELVIN = 273.15
CELSIUS = {"c": (1.0, 0.0), "k": (1.0, -KELVIN), "f": (5 / 9, -160 / 9)}
PER_AREA = {"w_m2": (1.0, 0.0), "wh_m2": (1.0, 0.0), "kw_m2": (1000.0, 0.0)}
SPEED = {"m_s": (1.0, 0.0), "km_h": (1 / 3.6, 0.0), "mph": (0.44704, 0.0), "kn": (1852 / 3600, 0.0)}
PRESSURE = {"pa": (1.0, 0.0), "hpa": (100.0, 0.0), "kpa": (1000.0, 0.0), "atm": (101_325.0, 0.0)}
SHARE = {"pct": (1.0, 0.0), "fraction": (100.0, 0.0)}

# Bounds: records of the WMO archive of weather extremes (-89.2 and 56.7 C, a gust of 113 m/s, 870..1084 hPa at sea
# level; 450 hPa is above any inhabited place), and irradiance above the solar constant of 1361 W/m2 under broken cloud.
QUANTITIES: dict[str, Quantity] = {
    "temperature_c": Quantity(
        ("temperature", "temp_air", "air_temperature", "air_temp", "temp", "t2m", "tair", "dry_bulb", "drybulb",
         "dry_bulb_temperature"), CELSIUS, "c", -90.0, 60.0, (99.9, -9900.0)),
    "dew_point_c": Quantity(
        ("temp_dew", "dew_point", "dewpoint", "dew_point_temperature", "tdew"),
        CELSIUS, "c", -100.0, 45.0, (99.9, -9900.0)),
    "wetbulb_c": Quantity(("wet_bulb", "wetbulb", "wet_bulb_temperature"), CELSIUS, "c", -90.0, 45.0),
    "relative_humidity": Quantity(
        ("relative_humidity", "rel_humidity", "humidity", "rh", "rhum"), SHARE, "pct", -0.5, 115.0, (999.0, -9900.0)),
    "ghi_w_m2": Quantity(
        ("ghi", "g_h", "global_horizontal_irradiance", "global_horizontal_radiation", "shortwave_radiation",
         "global_radiation"), PER_AREA, "w_m2", -20.0, 1800.0, (9999.0, -9900.0)),
    "dni_w_m2": Quantity(
        ("dni", "gb_n", "direct_normal_irradiance", "direct_normal_radiation", "beam_normal_irradiance"),
        PER_AREA, "w_m2", -20.0, 1500.0, (9999.0, -9900.0)),
    "dhi_w_m2": Quantity(
        ("dhi", "gd_h", "diffuse_horizontal_irradiance", "diffuse_horizontal_radiation", "diffuse_radiation"),
        PER_AREA, "w_m2", -20.0, 1200.0, (9999.0, -9900.0)),
    "wind_m_s": Quantity(
        ("wind_speed", "windspeed", "wspd", "ws"), SPEED, "m_s", 0.0, 113.0, (999.0, -9900.0)),
    "pressure_pa": Quantity(
        ("pressure", "surface_pressure", "station_pressure", "atmospheric_pressure", "atmospheric_station_pressure",
         "sp"), PRESSURE, "pa", 45_000.0, 110_000.0, (999_999.0, -9900.0)),
}  # fmt: skip

UNIT_WORDS = {
    "degc": "c", "deg_c": "c", "celsius": "c", "degk": "k", "kelvin": "k", "degf": "f", "fahrenheit": "f",
    "percent": "pct", "perc": "pct", "wm2": "w_m2", "w_m_2": "w_m2", "whm2": "wh_m2", "wh_m_2": "wh_m2",
    "kwm2": "kw_m2", "ms": "m_s", "mps": "m_s", "m_s_1": "m_s", "kmh": "km_h", "kph": "km_h", "knots": "kn",
    "mbar": "hpa", "mb": "hpa", "millibar": "hpa",
}  # fmt: skip
SPELLED = {"%": " pct ", "°": " ", "²": "2", "⁻": "-", "¹": "1", "/": "_", "^": ""}
HEIGHT = re.compile(r"(?:_|(?<=[a-z]{2}))(\d{1,3})m(?=_|$)")


@dataclass(frozen=True, slots=True)
class Column:
    """A recognised column: `value x factor + shift` is in the base unit; `height_m` 0 where the name has none."""

    index: int
    name: str
    unit: str
    height_m: float
    said: bool
    """Whether the name gave the unit."""


def words(name: str) -> str:
    """A column name in lower case, symbols spelled out, anything else an underscore."""
    low = name.strip().lower()
    for symbol, word in SPELLED.items():
        low = low.replace(symbol, word)
    return re.sub(r"[^a-z0-9]+", "_", low).strip("_")


def recognise(header: Sequence[str]) -> dict[str, Column]:
    """The columns among `header` that are weather, by quantity: the highest wind, else the first of a name."""
    found: dict[str, Column] = {}
    for index, name in enumerate(header):
        hit = _column(index, name)
        if hit is None:
            continue
        quantity, column = hit
        old = found.get(quantity)
        if old is None or (quantity == "wind_m_s" and column.height_m > old.height_m):
            found[quantity] = column
    return found


def _column(index: int, name: str) -> tuple[str, Column] | None:
    base = words(name)
    height = HEIGHT.search(base)
    metres = float(height.group(1)) if height else 0.0
    base = HEIGHT.sub("", base, count=1).strip("_")
    for quantity, spec in QUANTITIES.items():
        for known in spec.names:
            if base == known:
                return quantity, Column(index, name, spec.default, metres, False)
            rest = base.removeprefix(known + "_")
            unit = UNIT_WORDS.get(rest, rest)
            if rest != base and unit in spec.units:
                return quantity, Column(index, name, unit, metres, True)
    return None
