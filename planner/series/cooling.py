"""Cooling hour by hour: what it draws and evaporates for each kW of IT heat, from a catalog row and a year's weather.

A row describes one or two paths by which heat leaves. The air path takes the heat of air-cooled machines; the liquid
path (fields prefixed `liquid_`) takes the share `liquid_capture_fraction` of the heat of liquid-cooled ones, whose rest
warms the room and leaves by the air path. Per path, with x the outdoor temperature that limits it:

    chilled(t)  = clip((x(t) - free_full_c) / (free_none_c - free_full_c), 0, 1)     1 without those fields
    cop(t)      = clip(cop_base - cop_loss_per_c (y(t) - nominal_outdoor_c), cop_least, cop_most)
    overhead(t) = fans_kw_per_kw + pumps_kw_per_kw + chilled(t) / cop(t)
    wet(t)      = clip((dry bulb(t) - wet_from_c) / (wet_full_c - wet_from_c), 0, 1)  1 without those fields
    water(t)    = water_l_per_kwh_heat wet(t) (1 + chilled(t) / cop(t))

x is the wet bulb where the row says `sink: wet_bulb`, y where it says `condenser: tower`; else the dry bulb. The linear
COP is that of a public data-center example (see the row's source). Everything here follows the IT load; what the
building and the plant draw whether loaded or not is `fixed_overhead_kw_per_kw`, per kW of plant that was built, so a
hall's PUE never improves at low load. Losses of the power train are not in here.

| symbol | name in code | unit | meaning |
| x, y | sink, condenser | C | outdoor temperature that limits free cooling, and the chiller |
| overhead | air_overhead, liquid_overhead | kW per kW of IT heat | fans, pumps and chillers |
| water | air_water, liquid_water | L per kWh of IT heat | evaporated and blown down at the site |
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.catalog import Row
from planner.series.weather_types import Series


@dataclass(frozen=True, slots=True, eq=False)
class CoolingYear:
    """A cooling option over a year of weather; the series have the weather's shape, (8760,)."""

    air_overhead: Series
    """kW per kW of heat from air-cooled machines."""
    liquid_overhead: Series
    """kW per kW of heat from liquid-cooled machines, the part that escapes into the room included."""
    air_water: Series
    """L per kWh of heat from air-cooled machines."""
    liquid_water: Series
    fixed_overhead: float
    """kW per kW of plant built, drawn in every hour."""
    design_overhead: float
    """The largest hourly overhead of the year for the machines the option is meant for (liquid-cooled where it has a
    liquid loop), kW per kW: the maximum and not ASHRAE's 99.6th percentile, because the same hours bound the hourly
    dispatch. A typical year is milder than the worst one."""


def hourly(row: Row, temperature_c: Series, wetbulb_c: Series) -> CoolingYear:
    """The year of a `cooling` row under dry-bulb and wet-bulb temperatures in C, of equal shape, (8760,).

    A row without a liquid loop gives its air figures for liquid-cooled machines as well; that none stand there is for
    the caller to see to. Raises CatalogError where a figure is missing, ValueError where the shapes differ.
    """
    if temperature_c.shape != wetbulb_c.shape:
        raise ValueError(f"dry bulb {temperature_c.shape} and wet bulb {wetbulb_c.shape} differ in shape")
    air, air_water = _path(row, "", temperature_c, wetbulb_c)
    liquid, liquid_water = air, air_water
    if row.text.get("liquid"):
        captured = row.number("liquid_capture_fraction")
        loop, loop_water = _path(row, "liquid_", temperature_c, wetbulb_c)
        liquid = captured * loop + (1.0 - captured) * air
        liquid_water = captured * loop_water + (1.0 - captured) * air_water
    return CoolingYear(
        air_overhead=air,
        liquid_overhead=liquid,
        air_water=air_water,
        liquid_water=liquid_water,
        fixed_overhead=row.number("fixed_overhead_kw_per_kw"),
        design_overhead=float(liquid.max()),
    )


def _path(row: Row, prefix: str, dry: Series, wet: Series) -> tuple[Series, Series]:
    """Overhead (kW per kW) and water (L per kWh) of one path."""
    sink = wet if row.text.get(f"{prefix}sink") == "wet_bulb" else dry
    condenser = wet if row.text.get(f"{prefix}condenser") == "tower" else dry
    chiller = _ramp(row, f"{prefix}free_full_c", f"{prefix}free_none_c", sink) / _cop(row, prefix, condenser)
    moved = row.get(f"{prefix}fans_kw_per_kw", 0.0) + row.get(f"{prefix}pumps_kw_per_kw", 0.0)
    litres = row.get(f"{prefix}water_l_per_kwh_heat", 0.0)
    evaporated = litres * _ramp(row, f"{prefix}wet_from_c", f"{prefix}wet_full_c", dry) * (1.0 + chiller)
    return moved + chiller, evaporated


def _cop(row: Row, prefix: str, outdoor_c: Series) -> Series:
    """The chiller's heat moved per unit of power at an outdoor temperature."""
    warmer = outdoor_c - row.number(f"{prefix}nominal_outdoor_c")
    cop = row.number(f"{prefix}cop_base") - row.number(f"{prefix}cop_loss_per_c") * warmer
    return np.clip(cop, row.number(f"{prefix}cop_least"), row.number(f"{prefix}cop_most"))


def _ramp(row: Row, low: str, high: str, at: Series) -> Series:
    """0 at and below one figure, 1 at and above the other; 1 everywhere where the row has neither."""
    if low not in row.figures and high not in row.figures:
        return np.ones_like(at)
    start, end = row.number(low), row.number(high)
    if end <= start:
        raise ValueError(f"{row.origin} ({row.file}:{row.line}): {high} must lie above {low}")
    return np.clip((at - start) / (end - start), 0.0, 1.0)
