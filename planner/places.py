"""The hourly buses by place, and weekly shapes laid on a period's hours.

`it_air` and `it_liquid` collect a hall's IT heat by the medium that carries it off; `power` is a site's meter.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import numpy as np

from planner.model import Bus, Col, Model, Profile
from planner.problem import Period

HOURS_PER_YEAR = 8760
HOURS_PER_WEEK = 168


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
