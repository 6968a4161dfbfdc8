"""The months, weekdays and hours of the day that a calendar's hours belong to. Hour 0 is 00:00-01:00 on 1 January."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.model import Calendar

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

MONTH_ENDS = np.cumsum((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)) * 24
LONGEST_MONTH = 31 * 24
"""Hours; a stretch longer than this is the period itself, each hour in its own month."""


def month_of_hour(hour: Ints) -> Ints:
    """The month (0..11) of hours of the year (0..8759)."""
    return np.searchsorted(MONTH_ENDS, hour, side="right")


def is_whole(calendar: Calendar) -> bool:
    """Whether the calendar is the period's own hours (of one year or several), each in its month: no typical weeks."""
    return all(end - begin > LONGEST_MONTH for begin, end in calendar.stretches)


def hour_months(calendar: Calendar) -> list[Ints]:
    """The months (0..11) whose peaks count each hour, as arrays (T,); -1 fills where an hour has fewer.

    In a whole period an hour counts in its own month; a typical stretch counts in all months it stands for.
    """
    if is_whole(calendar):
        return [month_of_hour(calendar.hour)]
    found = [np.full(len(calendar), -1) for _ in range(max(len(months) for months in calendar.months))]
    for (begin, end), months in zip(calendar.stretches, calendar.months, strict=True):
        for k, month in enumerate(months):
            found[k][begin:end] = month
    return found


def in_month(calendar: Calendar, month: int) -> Flags:
    """The hours (T,) that count in a month (0..11)."""
    return np.asarray(np.any([months == month for months in hour_months(calendar)], axis=0))
