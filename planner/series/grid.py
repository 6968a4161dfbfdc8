"""A region's grid hour by hour: carbon intensity, carbon-free share and price, from a catalog row.

Hours are 0..8759 of a year of 365 days in the site's local standard time: hour 0 is 00:00-01:00 on 1 January, there is
no leap day and no summer time. A user's file follows the same convention: see `planner.series.hourly_file`.

Shapes are factors on the annual mean: `diurnal_shape` (24, by local hour) and `monthly_shape` (12). Their product is
scaled so that the mean over the year is the catalog's figure; a row without shapes is flat. That is the average day of
the average month, not a real year's wind and clouds: a scenario that has hourly figures should give them.
"""

from __future__ import annotations

import numpy as np

from planner.catalog import Row
from planner.series.hourly_file import Ask, HourlyFile, SeriesFault, SeriesProblem, read_series
from planner.series.weather_types import HOURS_PER_YEAR, Series

__all__ = [
    "Ask",
    "HourlyFile",
    "SeriesFault",
    "SeriesProblem",
    "hourly_carbon_free",
    "hourly_intensity",
    "hourly_price",
    "read_series",
]

HOURS_PER_DAY = 24
GRAMS_PER_KG = 1e3
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Days of the months of a year that is not a leap year."""


def hourly_intensity(row: Row, utc_offset_hours: float) -> Series:
    """Average lifecycle intensity by hour, kgCO2e/kWh, (8760,), from `lifecycle_g_per_kwh` and the row's shapes.

    The shapes that ship are in local hours. A row that gives `shape_utc_offset_hours` (0: its shape is in UTC) has its
    shape turned to the site's clock, `utc_offset_hours` east of UTC. Raises CatalogError without the annual figure.
    """
    return row.number("lifecycle_g_per_kwh") / GRAMS_PER_KG * shape(row, utc_offset_hours)


def hourly_carbon_free(row: Row) -> Series:
    """Carbon-free share of the grid's power by hour, 0..1, (8760,), from `carbon_free_fraction`.

    Where the row has shapes, the share that burns follows the shape of the carbon intensity, as if every fossil
    kilowatt-hour emitted the same; hours that would leave 0..1 are clipped, and the mean can then differ a little from
    the catalog's. Raises CatalogError without the annual figure.
    """
    return np.clip(1.0 - (1.0 - row.number("carbon_free_fraction")) * shape(row), 0.0, 1.0)


def hourly_price(row: Row) -> Series:
    """Delivered price by hour, USD/kWh, (8760,): `price_usd_per_kwh` times `price_diurnal_shape`, where a row has one.

    The bundled rows are flat: their prices are annual averages over industrial consumers, demand charges included.
    """
    mean = row.number("price_usd_per_kwh")
    day = row.arrays.get("price_diurnal_shape")
    return np.full(HOURS_PER_YEAR, mean) if day is None else mean * _normal(np.tile(_day(row, day), sum(DAYS)))


def shape(row: Row, utc_offset_hours: float | None = None) -> Series:
    """Factors by hour of the year (8760,) with a mean of exactly 1: month times hour of the day."""
    day = _day(row, row.arrays.get("diurnal_shape", (1.0,) * HOURS_PER_DAY))
    own = row.figures.get("shape_utc_offset_hours")
    if own is not None and utc_offset_hours is not None:
        day = np.roll(day, round(utc_offset_hours - own.value))
    months = np.asarray(row.arrays.get("monthly_shape", (1.0,) * len(DAYS)), dtype=np.float64)
    if months.shape != (len(DAYS),):
        raise ValueError(f"{row.origin} ({row.file}:{row.line}): monthly_shape needs {len(DAYS)} numbers")
    return _normal(np.tile(day, sum(DAYS)) * np.repeat(months, np.asarray(DAYS) * HOURS_PER_DAY))


def _day(row: Row, values: tuple[float, ...]) -> Series:
    day = np.asarray(values, dtype=np.float64)
    if day.shape != (HOURS_PER_DAY,):
        raise ValueError(f"{row.origin} ({row.file}:{row.line}): a daily shape needs {HOURS_PER_DAY} numbers")
    return day


def _normal(factors: Series) -> Series:
    return np.asarray(factors / factors.mean(), dtype=np.float64)
