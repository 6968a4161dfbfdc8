"""The segments of a calendar: the months of a year, or its typical stretches."""

from __future__ import annotations

import itertools

import numpy as np

from planner.hours import LONGEST_MONTH, month_of_hour
from planner.model import Calendar


def segments(
    calendar: Calendar, months_each: int = 1
) -> tuple[tuple[tuple[int, int], ...], tuple[int, ...], tuple[int, ...]]:
    """Half-open ranges of hours, the first segment of each stretch, the segment whose start is each one's end.

    `months_each`: months of the year that one segment holds; 12 for whole years.
    """
    found: list[tuple[int, int]] = []
    first, after = [], []
    for begin, end in calendar.stretches:
        first.append(len(found))
        whole = end - begin > LONGEST_MONTH
        months = month_of_hour(calendar.hour[begin:end]) // months_each if whole else np.zeros(end - begin)
        cuts = [begin, *(begin + 1 + np.flatnonzero(np.diff(months))).tolist(), end]
        found += itertools.pairwise(cuts)
        after += [*range(first[-1] + 1, len(found)), first[-1]]
    return tuple(found), tuple(first), tuple(after)
