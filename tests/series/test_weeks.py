from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.model import Calendar
from planner.series import weeks


def noise(seed: int, k: int = 3) -> np.ndarray:
    day = np.sin(np.arange(8760) / 24 * 2 * np.pi)
    year = np.cos(np.arange(8760) / 8760 * 2 * np.pi)
    return np.random.default_rng(seed).normal(size=(8760, k)) + (day + year)[:, None]


def check(c: Calendar, hours: int) -> None:
    """What every calendar owes its readers."""
    assert c.weight.sum() == hours
    assert (c.weight == np.round(c.weight)).all()
    assert (c.weight >= 0).all()
    assert len(c.hour) == len(c.weight)
    assert c.stretches[0][0] == 0
    assert c.stretches[-1][1] == len(c.hour)
    assert all(a[1] == b[0] for a, b in zip(c.stretches, c.stretches[1:], strict=False))
    assert len(c.months) == len(c.stretches)
    assert all(tuple(sorted(set(m))) == m for m in c.months)


def test_months_of_hours() -> None:
    first = datetime(2023, 1, 1)
    every = np.array([(first + timedelta(hours=h)).month - 1 for h in range(8760)])
    assert np.array_equal(weeks.month_of_hour(np.arange(8760)), every)


def test_hours_of_periods() -> None:
    assert np.array_equal(weeks.hours_of(date(2027, 1, 1), date(2028, 1, 1)), np.arange(8760))
    leap = weeks.hours_of(date(2028, 2, 28), date(2028, 3, 2))
    assert leap.tolist() == list(range(58 * 24, 60 * 24))
    across = weeks.hours_of(date(2027, 12, 31), date(2028, 1, 2))
    assert across.tolist() == [*range(8736, 8760), *range(24)]
    assert len(weeks.hours_of(date(2028, 1, 1), date(2029, 1, 1))) == 8760


def test_whole_year() -> None:
    c = weeks.whole_year()
    check(c, 8760)
    assert c.stretches == ((0, 8760),)
    assert c.months == (tuple(range(12)),)
    assert np.array_equal(c.hour, np.arange(8760))


def test_first_hours() -> None:
    c = weeks.whole_year(np.arange(750))
    check(c, 750)
    assert c.months == ((0, 1),)


def test_no_hours_at_all() -> None:
    with pytest.raises(ValueError, match="at least one hour"):
        weeks.whole_year(np.arange(0))


def test_a_period_longer_than_a_year_weighs_its_hours() -> None:
    hours = weeks.hours_of(date(2027, 1, 1), date(2028, 7, 1))
    c = weeks.whole_year(hours)
    check(c, len(hours))
    assert c.weight[:4344].tolist() == [2.0] * 4344  # January to June come twice
    assert set(c.weight[4344:]) == {1.0}
    check(weeks.choose(noise(1), 6, hours=hours), len(hours))


@pytest.mark.parametrize("count", [1, 2, 8, 12, 51])
def test_a_year_of_weeks(count: int) -> None:
    c = weeks.choose(noise(2), count)
    check(c, 8760)
    assert len(c) == 168 * count
    assert set().union(*c.months) == set(range(12))
    assert all((b - a, c.hour[a] % 168) == (168, 0) for a, b in c.stretches)
    assert all(np.array_equal(np.diff(c.hour[a:b]), np.ones(167)) for a, b in c.stretches)


def test_every_hour_of_the_week_keeps_its_share() -> None:
    """Weekly loads keep their total: each hour of the week comes as often as in the year."""
    c = weeks.choose(noise(3), 5)
    share = np.bincount((c.hour + 96) % 168, weights=c.weight, minlength=168)
    assert np.array_equal(share, np.bincount((np.arange(8760) + 96) % 168, minlength=168))


def test_more_weeks_than_there_are_is_every_hour() -> None:
    c = weeks.choose(noise(4), 52)
    assert len(c) == 8760
    assert c.stretches == ((0, 8760),)


@pytest.mark.parametrize(
    ("start", "end", "chosen"),
    [
        (date(2027, 4, 1), date(2027, 7, 1), 8 * 168),
        (date(2027, 2, 10), date(2027, 4, 11), 60 * 24),  # eight whole weeks and four days: all of it
        (date(2027, 11, 1), date(2028, 2, 1), 8 * 168),
        (date(2027, 3, 3), date(2027, 3, 5), 48),
    ],
)
def test_shorter_periods(start: date, end: date, chosen: int) -> None:
    hours = weeks.hours_of(start, end)
    c = weeks.choose(noise(5), 8, hours=hours)
    check(c, len(hours))
    assert len(c) == chosen
    assert set(c.hour) <= set(hours)
    assert set().union(*c.months) == set(weeks.month_of_hour(hours))
    if (np.diff(hours) > 0).all():  # past New Year weekdays move by one, and the shares only nearly hold
        mine = np.bincount(c.hour % 168, weights=c.weight, minlength=168)
        assert np.array_equal(mine, np.bincount(hours % 168, minlength=168))


@given(st.integers(0, 51), st.integers(1, 6))
@settings(max_examples=20, deadline=None)
def test_the_scarcest_week_is_always_there(week: int, count: int) -> None:
    supply = np.ones(8760)
    supply[week * 168 : (week + 1) * 168] = 0.5
    c = weeks.choose(noise(6), count, supply)
    assert week * 168 in {int(c.hour[a]) for a, _ in c.stretches}


def test_kinds_of_weeks_are_found_and_counted() -> None:
    kind = np.array([0] * 20 + [1] * 25 + [2] * 7)[np.argsort(np.arange(52) * 7 % 52)]
    level = np.repeat(kind * 10.0, 168)
    features = np.concatenate([level, np.full(24, level[-1])])[:, None]
    c = weeks.choose(features, 3)
    got = sorted((c.take(features[:, 0])[a], c.weight[a:b].sum()) for a, b in c.stretches)
    expected = [(v * 10.0, (kind == v).sum() * 168 + 24 * (kind[-1] == v)) for v in range(3)]
    assert got == expected


def test_the_odd_day_goes_to_the_last_weeks_stretch() -> None:
    level = np.repeat(np.arange(53) >= 40, 168)[:8760].astype(float)[:, None]
    c = weeks.choose(level, 2)
    low, high = (c.weight[a:b] for a, b in c.stretches)
    assert set(low) == {40.0}
    assert high.tolist() == [13.0] * 24 + [12.0] * 144


@given(st.integers(0, 50))
@settings(max_examples=10, deadline=None)
def test_same_input_same_calendar_and_units_do_not_matter(seed: int) -> None:
    features = noise(seed)
    a, b = weeks.choose(features, 6), weeks.choose(features * np.array([1000.0, 0.001, 7.0]) + 5.0, 6)
    assert a.stretches == b.stretches
    assert a.months == b.months
    assert np.array_equal(a.hour, b.hour)
    assert np.array_equal(a.weight, b.weight)


def test_no_swap_of_a_medoid_helps() -> None:
    features = noise(7)
    gap = weeks._distances(weeks._points(features, 52))
    c = weeks.choose(features, 4)
    chosen = [int(c.hour[a]) // 168 for a, _ in c.stretches]
    best = gap[:, chosen].min(axis=1).sum()
    for i in range(4):
        for other in set(range(52)) - set(chosen):
            trial = [*chosen[:i], other, *chosen[i + 1 :]]
            assert gap[:, trial].min(axis=1).sum() >= best - 1e-6


def test_a_feature_that_never_varies_changes_nothing() -> None:
    features = noise(8)
    a = weeks.choose(features, 5)
    b = weeks.choose(np.column_stack([features, np.full(8760, 0.3)]), 5)
    assert np.array_equal(a.hour, b.hour)


def test_nothing_varies_at_all() -> None:
    check(weeks.choose(np.ones((8760, 2)), 3), 8760)


def test_more_weeks_mean_smaller_errors() -> None:
    features = noise(9)
    chosen = [weeks.choose(features, n) for n in (1, 8, 52)]
    means = [np.average(features[c.hour], axis=0, weights=c.weight) for c in chosen]
    errors = [np.mean(np.abs(m - features.mean(axis=0)) / features.std(axis=0)) for m in means]
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 1e-9


@pytest.mark.parametrize(
    ("features", "count", "must", "message"),
    [
        (np.ones(8760), 2, None, "shape"),
        (np.ones((100, 1)), 2, None, "shape"),
        (np.ones((8760, 1)), 2, np.ones(5), "must needs shape"),
        (np.ones((8760, 1)), 0, None, "at least one week"),
        (np.full((8760, 1), np.nan), 2, None, "finite"),
    ],
)
def test_refusals(features: np.ndarray, count: int, must: np.ndarray | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        weeks.choose(features, count, must)
