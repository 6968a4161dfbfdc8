"""Which hours stand for a period: all of them, or a few typical weeks chosen without chance.

    weeks    = the period's hours cut into stretches of 168 from its first hour; an odd end shorter than a week goes to
               the week before it
    distance = squared difference of the weeks' means, mean days and sorted hours, over all standardised features
    medoids  = the scarcest week, and those that minimise the sum of distances to the nearest medoid (PAM: Kaufman and
               Rousseeuw 1990; seeded by the farthest point, every tie to the earlier week)
    weight   = how often the period has this hour of the week among the weeks that the medoid stands for

The weights are whole numbers and sum to the hours of the period exactly, and so do those of every hour of the week.
Weekdays follow from the hour of the year alone, by the weekday of 1 January in the period's first year: in a period
that runs past New Year they are a day off from there on (365 days are 52 weeks and a day).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from planner.model import Calendar

HOURS_PER_YEAR = 8760
HOURS_PER_WEEK = 168
MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONTH_HOURS = np.array([24 * days for days in accumulate(MONTH_DAYS)], dtype=np.int64)
DECIMALS = 9
"""Distances are rounded to this many decimals, so that no machine's arithmetic breaks a tie."""

Ints = NDArray[np.int64]
Series = NDArray[np.float64]


def hours_of(start: date, end: date) -> Ints:
    """Hours of the year (0..8759) from `start` to `end` (left out) in order, 29 February left out; shape (n,)."""
    days = [start + timedelta(days=i) for i in range((end - start).days)]
    first = [_day_of_year(day) for day in days if (day.month, day.day) != (2, 29)]
    return (np.array(first, dtype=np.int64)[:, None] * 24 + np.arange(24)).ravel()


def _day_of_year(day: date) -> int:
    return sum(MONTH_DAYS[: day.month - 1]) + day.day - 1


def month_of_hour(hour_of_year: Ints) -> Ints:
    """Month (0..11) of hours of the year, same shape."""
    return np.searchsorted(MONTH_HOURS, np.asarray(hour_of_year, dtype=np.int64), side="right").astype(np.int64)


def whole_year(hours: Ints | None = None) -> Calendar:
    """Every hour of the period, one stretch; an hour that a long period has n times weighs n.

    `hours` as `hours_of` gives them; None: the whole year. The one stretch names all of the period's months: the month
    of an hour is `month_of_hour(calendar.hour)`.
    """
    every = np.arange(HOURS_PER_YEAR, dtype=np.int64) if hours is None else np.asarray(hours, dtype=np.int64)
    if not len(every):
        raise ValueError("a period needs at least one hour")
    kept, weight = _once(every)
    return Calendar(kept, weight, ((0, len(kept)),), (_months(kept),))


def choose(features: Series, count: int = 8, must: Series | None = None, hours: Ints | None = None) -> Calendar:
    """`count` typical weeks of a period and the hours that each stands for.

    features: (8760, k), any units: every column is standardised over the period. must: (8760,), renewable supply; the
    week with the least of it is always chosen. hours: as `hours_of` gives them; None: the whole year. A period of no
    more than `count` whole weeks is taken as it is. Raises ValueError on other shapes or numbers that are not finite.
    """
    every = np.arange(HOURS_PER_YEAR, dtype=np.int64) if hours is None else np.asarray(hours, dtype=np.int64)
    _refuse_shapes(features, count, must)
    kept, weight = _once(every)
    weeks = len(kept) // HOURS_PER_WEEK
    if weeks <= count:
        return whole_year(every)
    points = _points(features[kept], weeks)
    scarce = None if must is None else int(np.argmin(np.round(_by_week(must[kept], weeks).mean(axis=1), DECIMALS)))
    gap = _distances(points)
    medoids = _improved(gap, _seeds(gap, count, scarce), scarce)
    owner = np.array(medoids)[np.argmin(gap[:, medoids], axis=1)]
    return _calendar(kept, weight, medoids, owner)


def _refuse_shapes(features: Series, count: int, must: Series | None) -> None:
    if features.ndim != 2 or features.shape[0] != HOURS_PER_YEAR:
        raise ValueError(f"features need shape (8760, k), got {features.shape}")
    if must is not None and must.shape != (HOURS_PER_YEAR,):
        raise ValueError(f"must needs shape (8760,), got {must.shape}")
    if count < 1:
        raise ValueError(f"at least one week is needed, got {count}")
    if not np.isfinite(features).all() or (must is not None and not np.isfinite(must).all()):
        raise ValueError("features must be finite")


def _once(every: Ints) -> tuple[Ints, Series]:
    """The first year of the hours, in order, and how often each comes."""
    kept = every[:HOURS_PER_YEAR]
    return kept, np.bincount(every, minlength=HOURS_PER_YEAR)[kept].astype(np.float64)


def _by_week(values: Series, weeks: int) -> Series:
    return values[: weeks * HOURS_PER_WEEK].reshape(weeks, -1)


def _points(features: Series, weeks: int) -> Series:
    """Weeks as points, (weeks, (1 + 24 + 168) k): mean, mean day and duration curve of every column that varies.

    Hour against hour, the noise of wind would decide, and calm weeks, being near to everything, would be chosen: over
    eight weeks of six places that left the yearly means of wind 19 % off, against 5 % this way.
    """
    spread = features.std(axis=0)
    varies = spread > 1e-9 * np.maximum(1.0, np.abs(features).max(axis=0))
    standard = (features - features.mean(axis=0))[:, varies] / spread[varies]
    hourly = standard[: weeks * HOURS_PER_WEEK].reshape(weeks, HOURS_PER_WEEK, -1)
    daily = hourly.reshape(weeks, HOURS_PER_WEEK // 24, 24, -1).mean(axis=1)
    parts = (hourly.mean(axis=1, keepdims=True), daily, np.sort(hourly, axis=1))
    return np.concatenate([(part / np.sqrt(part.shape[1])).reshape(weeks, -1) for part in parts], axis=1)


def _distances(points: Series) -> Series:
    """Squared distances between weeks, (weeks, weeks)."""
    rows = [((points - point) ** 2).sum(axis=1) for point in points]
    return np.round(np.array(rows), DECIMALS)


def _seeds(gap: Series, count: int, first: int | None) -> list[int]:
    """The scarcest week (or the most central one), then always the week farthest from those taken."""
    taken = [int(np.argmin(gap.sum(axis=1))) if first is None else first]
    while len(taken) < count:
        nearest = gap[:, taken].min(axis=1)
        nearest[taken] = -1.0
        taken.append(int(np.argmax(nearest)))
    return sorted(taken)


def _improved(gap: Series, medoids: list[int], fixed: int | None) -> list[int]:
    """PAM's swaps: the best exchange of a medoid for another week, for as long as one helps."""
    cost = _cost(gap, medoids)
    while True:
        trials = [
            sorted([*(m for m in medoids if m != out), new])
            for out in medoids
            if out != fixed
            for new in range(len(gap))
            if new not in medoids
        ]
        best = min(trials, key=lambda trial: (_cost(gap, trial), trial), default=medoids)
        if _cost(gap, best) >= cost:
            return medoids
        medoids, cost = best, _cost(gap, best)


def _cost(gap: Series, medoids: Sequence[int]) -> float:
    return round(float(gap[:, medoids].min(axis=1).sum()), DECIMALS - 2)


def _calendar(kept: Ints, weight: Series, medoids: Sequence[int], owner: Ints) -> Calendar:
    """Lay the period's hours on the chosen weeks, hour of the week on hour of the week."""
    index = np.arange(len(kept))
    week = np.minimum(index // HOURS_PER_WEEK, len(owner) - 1)
    hours, weights, months = [], [], []
    for medoid in medoids:
        mine = owner[week] == medoid
        hours.append(kept[medoid * HOURS_PER_WEEK : (medoid + 1) * HOURS_PER_WEEK])
        weights.append(np.bincount(index[mine] % HOURS_PER_WEEK, weights=weight[mine], minlength=HOURS_PER_WEEK))
        months.append(_months(kept[mine]))
    ends = [HOURS_PER_WEEK * (i + 1) for i in range(len(medoids))]
    stretches = tuple((end - HOURS_PER_WEEK, end) for end in ends)
    return Calendar(np.concatenate(hours), np.concatenate(weights), stretches, tuple(months))


def _months(hours: Ints) -> tuple[int, ...]:
    return tuple(int(m) for m in np.unique(month_of_hour(hours)))
