"""The oracle where contracts cover an import and peaks may be overrun: cuts hold everywhere, and are tight at home."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import random_years
import toys
from test_decomposed import design

from planner.blocks import assemble
from planner.model import Bus
from planner.problem import Ppa
from planner.solve.oracle import BusOracle

Q = ("money", "brown_kwh")


def bus(seed: int) -> Bus:
    """The bus of a random year with an agreement that blows at random."""
    rng = np.random.default_rng(1000 + seed)
    base = random_years.problem(seed)
    blows = np.clip(rng.uniform(-0.5, 1, 8760), 0, 1)
    price = rng.uniform(0, 0.1, 8760)
    plant = Ppa(
        "wind", "pay_as_produced", "virtual", 0.05, 0.0, price, blows, None, 500.0, None, "hourly", True, "toy.yaml:9"
    )
    place = base.sites[0]
    tariffed = replace(place.grid, demand_charge_usd_per_kw_month=12.0)
    m = assemble(replace(base, sites=(replace(place, contracts=(plant,), grid=tariffed),)), toys.options())
    return next(b for b in m.buses.values() if b.balanced)


def peak_prices(oracle: BusOracle) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    price = np.full(oracle.size, np.inf)
    price[[oracle.at[p.column] for i in oracle.bus.imported for p in i.peaks]] = 12.0
    return price


@pytest.mark.parametrize("overrun", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_a_cut_never_exceeds_what_another_design_costs(seed: int, overrun: bool) -> None:
    rng = np.random.default_rng(seed)
    oracle = BusOracle(bus(seed), Q)
    assert len(oracle.limits[0].covers)
    mult, voll = np.array([1.0, float(rng.choice([0.0, 0.05, 0.4]))]), 1e5
    peaks = peak_prices(oracle) if overrun else None
    designs = [design(rng, oracle) for _ in range(6)]
    found = [oracle.evaluate(x, mult, voll, peaks) for x in designs]
    for outcome in found:
        for x, other in zip(designs, found, strict=True):
            cost = float(mult @ other.quantities) + other.artificial
            cut = float((outcome.gradient @ oracle._without_levels(x) + outcome.constant).sum())
            cut = oracle._least(np.array([cut]), outcome.gradient, x)
            assert cut <= cost + 1e-9 * max(1.0, abs(cost))


@pytest.mark.parametrize("overrun", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_at_its_own_design_a_cut_is_tight(seed: int, overrun: bool) -> None:
    rng = np.random.default_rng(100 + seed)
    oracle = BusOracle(bus(seed), Q)
    if not oracle.may.all():
        pytest.skip("in hours that pay for burning energy the bound may lie below")
    mult = np.array([1.0, 0.2])
    for _ in range(4):
        outcome = oracle.evaluate(design(rng, oracle), mult, 1e5, peak_prices(oracle) if overrun else None)
        cost = float(mult @ outcome.quantities) + outcome.artificial
        assert outcome.bound == pytest.approx(cost, rel=1e-9, abs=1e-6)
