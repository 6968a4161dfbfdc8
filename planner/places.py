"""The hourly buses by place, and weekly shapes laid on a period's hours.

`it_air` and `it_liquid` collect a hall's IT heat by the medium that carries it off; `power` is a site's meter.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from planner.model import Bus, Col, Model, Profile
from planner.problem import Period, Window

HOURS_PER_YEAR = 8760
HOURS_PER_WEEK = 168
HOURS_PER_DAY = 24
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def heat(m: Model, site: str, hall: str, period: Period, *, liquid: bool) -> Bus:
    """The collector of a hall's IT power (kW) whose heat leaves by liquid or by air."""
    name = "it_liquid" if liquid else "it_air"
    return m.bus(name, f"{site}/{hall}", period.name, period.calendar, balanced=False)


def power(m: Model, site: str, period: Period) -> Bus:
    """The site's power bus, balanced in every hour (kW)."""
    return m.bus("power", site, period.name, period.calendar)


def weekly(period: Period, shape: Profile) -> Profile:
    """A 168-hour shape (Monday 00:00 first) at the period's modelled hours; weekdays are those of its first year."""
    first = date(period.start.year, 1, 1).weekday()
    hour = (period.calendar.hour + 24 * first) % HOURS_PER_WEEK
    return np.asarray(shape, dtype=np.float64)[hour]


def peak_it(m: Model, site: str, hall: str, period: Period) -> dict[Col, float]:
    """Coincident peak IT kW of a hall, as a sum over columns; complete once every block has built."""
    terms: dict[Col, float] = defaultdict(float)
    for liquid in (False, True):
        for draw in heat(m, site, hall, period, liquid=liquid).draws:
            terms[draw.column] += draw.peak
    return {column: kw for column, kw in terms.items() if kw}


def load_shapes(m: Model, site: str, hall: str, period: Period, medium: str) -> list[tuple[Profile, dict[Col, float]]]:
    """IT draws of a hall by the shape of their hours: shape (peak 1) and kW per unit of each column; once all built."""
    loads: dict[bytes, tuple[Profile, dict[Col, float]]] = {}
    for draw in heat(m, site, hall, period, liquid=medium == "liquid").draws:
        top = float(draw.profile.max())
        if top > 0:
            shape = np.round(draw.profile / top, 9)
            _, terms = loads.setdefault(shape.tobytes(), (shape, {}))
            terms[draw.column] = terms.get(draw.column, 0.0) + top
    return [load for _, load in sorted(loads.items(), key=lambda pair: pair[0])]


def months_billed(period: Period) -> dict[int, float]:
    """How many times each month (0..11) is billed in a period; a month only begun counts by its days."""
    days: Counter[int] = Counter()
    day: date = period.start
    while day < period.end:
        if (day.month, day.day) != (2, 29):
            days[day.month - 1] += 1
        day += timedelta(days=1)
    return {month: count / DAYS[month] for month, count in sorted(days.items())}


def in_window(period: Period, window: Window) -> NDArray[np.bool_]:
    """The modelled hours (T,) on the window's weekdays and hours of the day, whatever their month."""
    first = date(period.start.year, 1, 1).weekday()
    hour = period.calendar.hour
    weekday = (hour // HOURS_PER_DAY + first) % 7
    return np.isin(weekday, window.weekdays) & np.isin(hour % HOURS_PER_DAY, window.hours)
