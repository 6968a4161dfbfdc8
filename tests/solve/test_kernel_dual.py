"""The bus price of an hour, found where offer and demand cross, is as good as the best of all its kinks."""

from __future__ import annotations

import numpy as np
import pytest

from planner.solve.heap import keep_freed
from planner.solve.kernel import sort_steps
from planner.solve.kernel_dual import best_kink, bus_prices, hour_dual


@pytest.mark.parametrize("seed", range(6))
def test_the_price_where_offer_meets_demand_is_the_best(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hours, steps, voll = 400, 4, 300.0
    whole = rng.integers(0, 2, hours) == 1  # round numbers make offers meet demand over a range of prices
    cost = np.where(whole[:, None], rng.integers(-3, 8, (hours, steps)) * 20.0, rng.uniform(-60, 200, (hours, steps)))
    width = np.where(whole[:, None], rng.integers(0, 4, (hours, steps)) * 5.0, rng.uniform(0, 20, (hours, steps)))
    load = np.where(whole, rng.integers(0, 8, hours) * 5.0, rng.uniform(0, 40, hours))
    v = np.where(whole, rng.integers(-2, 16, hours) * 20.0, rng.uniform(-80, 400, hours))
    export = np.array([False, True, False, False])
    may, wear = rng.random(hours) > 0.2, np.full(hours, 0.5)
    power, most, charge, discharge = (0.0, 0.0, 1.0, 1.0) if seed == 0 else (10.0, 9.0, 0.9, 0.95)
    by_cost, by_width, _ = sort_steps(cost, width)
    lam = bus_prices(
        v, load, cost, width, by_cost, by_width, export, may, voll, power, most, wear, charge, discharge
    )
    for t in range(hours):
        rest = (load[t], cost[t], width[t], export, may[t])
        store = (power, most, wear[t], charge, discharge)
        best = best_kink(v[t], *rest, voll, *store)
        assert lam[t] <= voll
        assert hour_dual(lam[t], v[t], *rest, *store) == pytest.approx(hour_dual(best, v[t], *rest, *store), rel=1e-9)


def test_keeping_freed_memory_is_asked_for_without_harm() -> None:
    assert keep_freed() in (True, False)
    assert np.ones(1 << 22).sum() == 1 << 22
