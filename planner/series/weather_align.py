"""From a weather table to arrays of a year: cells to numbers, rows to hours, everything that is missing named."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.series.weather_columns import QUANTITIES, Column, recognise
from planner.series.weather_formats import Table
from planner.series.weather_time import MAX_PROBLEMS, MONTH_START, Hours, place_rows
from planner.series.weather_types import HOURS_PER_YEAR, Series, WeatherError, WeatherProblem

MISSING = frozenset(("", "na", "nan", "n/a", "null", "none", "-", "--", "-9999", "-9999.0", "-999", "-999.0"))
IRRADIANCE = ("ghi_w_m2", "dni_w_m2", "dhi_w_m2")
PRESSURE_UNITS = (("pa", 45_000.0, 110_000.0), ("hpa", 450.0, 1100.0), ("kpa", 45.0, 110.0))
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Aligned:
    """Series of a year (8760,) by quantity, on the clock `utc_offset_hours`."""

    series: dict[str, Series]
    wind_height_m: float
    utc_offset_hours: float
    notes: tuple[str, ...]


def align(table: Table, site_offset: float | None, longitude: float) -> Aligned:
    """Read the recognised columns of a table; raises WeatherError naming every bad cell (the first twenty)."""
    columns = recognise(table.header)
    if "temperature_c" not in columns:
        message = f"no temperature among the columns {', '.join(table.header[:12])!r}"
        fix = "Name a column temperature_c (or temp_air, t2m, dry_bulb)."
        raise WeatherError((WeatherProblem(table.file, table.rows[0][0] if table.rows else 0, message, fix),))
    hours = place_rows(table, site_offset, longitude)
    problems: list[WeatherProblem] = []
    raw = {quantity: _numbers(table, quantity, column, problems) for quantity, column in columns.items()}
    values = {quantity: array for quantity, array in raw.items() if not np.isnan(array).all()}
    notes = [*hours.notes]
    for quantity in values:
        values[quantity] = _in_base_unit(table, quantity, columns[quantity], values[quantity], notes)
        _check(table, quantity, columns[quantity], hours, values[quantity], problems)
    problems += _uncovered(table, hours)
    if problems:
        raise WeatherError(_shortened(table.file, problems))
    centre = table.irradiance_at if table.irradiance_at is not None else float(np.mean(hours.minute)) / 60
    series = {q: _year(array, hours) for q, array in values.items()}
    _recentre(series, centre, notes)
    wind = columns.get("wind_m_s")
    height = wind.height_m if wind is not None and wind.height_m else table.wind_height_m
    return Aligned(series, height, hours.utc_offset_hours, tuple(notes))


def _numbers(table: Table, quantity: str, column: Column, problems: list[WeatherProblem]) -> Series:
    """The column's numbers as written, NaN where missing; text that is neither is a problem."""
    sentinels = QUANTITIES[quantity].sentinels if table.format != "csv" else ()
    out = np.full(len(table.rows), np.nan)
    for i, (line, cells) in enumerate(table.rows):
        text = cells[column.index].strip() if column.index < len(cells) else ""
        if text.lower() in MISSING:
            continue
        try:
            value = float(text)
        except ValueError:
            problems.append(
                WeatherProblem(table.file, line, f"{column.name} is {text[:20]!r}, not a number", "Write a number.")
            )
            value = 0.0
        out[i] = np.nan if value in sentinels or not np.isfinite(value) else value
    return out


def _in_base_unit(table: Table, quantity: str, column: Column, values: Series, notes: list[str]) -> Series:
    unit = column.unit if column.said else table.units.get(quantity, column.unit)
    if quantity == "pressure_pa" and not column.said and quantity not in table.units:
        middle = float(np.nanmedian(values))
        unit = next((u for u, low, high in PRESSURE_UNITS if low <= middle <= high), unit)
        if table.format == "csv":
            notes.append(f"Column {column.name} names no unit; by its size it is taken as {unit}.")
    factor, shift = QUANTITIES[quantity].units[unit]
    return values * factor + shift


def _check(
    table: Table, quantity: str, column: Column, hours: Hours, values: Series, problems: list[WeatherProblem]
) -> None:
    """Every kept row of a column that has any numbers must have one, and a believable one."""
    spec = QUANTITIES[quantity]
    kept = hours.hour >= 0
    for i in np.flatnonzero(kept & np.isnan(values)):
        fix = "Fill the gap, or leave the column out."
        problems.append(WeatherProblem(table.file, table.rows[i][0], f"{column.name} is missing", fix))
    for i in np.flatnonzero(kept & ((values < spec.low) | (values > spec.high))):
        message = f"{column.name} is {values[i]:g} in {quantity}, outside {spec.low:g} to {spec.high:g}"
        fix = "Correct it, or name the unit in the column's name (temperature_f, wind_speed_km_h, pressure_hpa)."
        problems.append(WeatherProblem(table.file, table.rows[i][0], message, fix))


def _uncovered(table: Table, hours: Hours) -> list[WeatherProblem]:
    """Hours of the year with no row, or with another number of rows than most."""
    kept = np.flatnonzero(hours.hour >= 0)
    count = np.bincount(hours.hour[kept], minlength=HOURS_PER_YEAR)
    usual = max(1, int(np.median(count)))
    problems = []
    if usual > 1 and len(np.unique(hours.minute[kept])) < usual:
        message = f"holds {len(kept)} rows, {usual} for the same hour: more than one year"
        return [WeatherProblem(table.file, 0, message, "Keep one year of it.")]
    first_of: dict[tuple[int, int], int] = {}
    for i in kept:
        key = (int(hours.hour[i]), int(hours.minute[i]))
        if key in first_of:
            message = f"{hour_name(key[0])} is given again (first in line {first_of[key]})"
            fix = "Give every hour once, in standard time or UTC (summer time repeats an hour in autumn)."
            problems.append(WeatherProblem(table.file, table.rows[i][0], message, fix))
        first_of.setdefault(key, table.rows[i][0])
    for hour in np.flatnonzero(count < usual)[: MAX_PROBLEMS + 1]:
        fix = f"A year has {HOURS_PER_YEAR} hours; add the row (summer time skips one in spring: use standard time)."
        problems.append(WeatherProblem(table.file, 0, f"{hour_name(int(hour))} has no row", fix))
    return problems


def hour_name(hour: int) -> str:
    """`3 February 05:00` for hour of the year 797."""
    day = hour // 24
    month = next(m for m in range(12) if day < MONTH_START[m + 1])
    return f"{day - MONTH_START[month] + 1} {MONTHS[month]} {hour % 24:02d}:00"


def _shortened(file: str, problems: list[WeatherProblem]) -> tuple[WeatherProblem, ...]:
    problems = sorted(problems, key=lambda p: (p.line == 0, p.line))
    if len(problems) <= MAX_PROBLEMS:
        return tuple(problems)
    more = f"and {len(problems) - MAX_PROBLEMS} more problems like these"
    return (*problems[:MAX_PROBLEMS], WeatherProblem(file, 0, more, "Mend these first."))


def _year(values: Series, hours: Hours) -> Series:
    """The mean of an hour's rows, for every hour of the year."""
    kept = hours.hour >= 0
    total = np.bincount(hours.hour[kept], weights=values[kept], minlength=HOURS_PER_YEAR)
    return total / np.bincount(hours.hour[kept], minlength=HOURS_PER_YEAR)


def _recentre(series: dict[str, Series], centre: float, notes: list[str]) -> None:
    """Move irradiance that is centred elsewhere than in the middle of its hour, by linear interpolation."""
    ahead = 0.5 - centre
    found = [name for name in IRRADIANCE if name in series]
    if abs(ahead) < 1e-3 or not found:  # less than four seconds
        return
    for name in found:
        neighbour = np.roll(series[name], -1 if ahead > 0 else 1)
        series[name] = series[name] * (1 - abs(ahead)) + neighbour * abs(ahead)
    notes.append(f"Irradiance moved by {-60 * ahead:+.0f} min, so that each value is the mean of its hour.")
