"""The search for prices: inside its box, wider where that paid, narrower where it did not; to the optimum it finds."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from planner.solve.highs_lp import Session
from planner.solve.mix import mix
from planner.solve.price_box import GROWS, NEAR, SHRINKS, PriceBox

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
MOST = np.array([100.0, 1000.0])


def box() -> PriceBox:
    return PriceBox.of(2, MOST)


def test_prices_are_never_below_nothing_nor_above_the_most() -> None:
    b = box()
    b.begin()
    b.see(np.array([0.0, 999.0]), 1.0)
    assert b.low.tolist() == [0.0, 989.0]
    assert b.high.tolist() == [1.0, 1000.0]


def test_the_box_grows_on_the_side_it_paid_and_shrinks_where_nothing_did() -> None:
    b = box()
    b.begin()
    b.see(np.zeros(2), 1.0)
    before = b.reach
    b.see(np.array([before[0], 0.1]), 2.0)
    assert b.reach.tolist() == [GROWS * before[0], before[1]]
    before = b.reach
    b.see(np.array([0.5, 0.5]), 1.5)
    assert b.reach.tolist() == (SHRINKS * before).tolist()
    assert b.value == 2.0


def test_the_next_design_is_searched_as_far_as_this_one_moved() -> None:
    b = box()
    b.begin()
    b.see(np.zeros(2), 1.0)
    b.see(np.array([0.25, 0.0]), 2.0)
    b.rest()
    least = NEAR * MOST + 1e-2 * b.centre
    assert b.reach.tolist() == [0.5, least[1]]
    assert b.begin().tolist() == [0.25, 0.0]
    assert b.value == -inf


def dispatch(prices: Floats) -> tuple[float, Floats]:
    """Cost and use (2,) of what is cheapest at `prices`: each row's use falls as its price rises, smoothly."""
    use = 10.0 / (1.0 + prices / np.array([3.0, 70.0]))
    cost = float((np.array([3.0, 70.0]) * (10.0 * np.log(10.0 / use) - (10.0 - use))).sum())
    return cost, use


def rounds(b: PriceBox, room: Floats, tolerance: float) -> int:
    """Rounds of prices until the least cost within the room is known."""
    session, costs, uses = Session(), [], []
    prices = b.begin()
    for k in range(60):
        cost, use = dispatch(prices)
        costs.append(cost)
        uses.append(use)
        b.see(prices, cost + float(prices @ (use - room)))
        known = [np.array(costs)], [np.array(uses).T]
        best = mix(session, *known, room, np.zeros(2), MOST, 100.0)
        if best.value - b.value <= tolerance:
            b.rest()
            return k + 1
        prices = mix(session, *known, room, b.low, b.high, 100.0).prices
    pytest.fail(f"{best.value - b.value} apart after 60 rounds")


def test_a_search_ends_at_the_prices_that_hold_the_rows() -> None:
    b, room = box(), np.array([4.0, 2.0])
    rounds(b, room, 1e-4)
    use = dispatch(b.centre)[1]
    assert use == pytest.approx(room, abs=0.05)


def test_a_design_nearby_takes_fewer_rounds() -> None:
    b = box()
    first = rounds(b, np.array([4.0, 2.0]), 1e-2)
    assert rounds(b, np.array([4.01, 2.01]), 1e-2) < first
