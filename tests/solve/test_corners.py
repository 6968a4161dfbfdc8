"""The engines agree where random draws seldom come; and what the random draws do meet is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import corners
import numpy as np
import pytest
import random_years
from both_engines import agree

from planner.problem import Problem, Site

DRAWN = range(208)
"""Seeds that test_decomposed.py goes through."""
LEAST = 15
"""How often each of the cases below must be among them."""


@pytest.mark.parametrize("corner", corners.CORNERS)
def test_both_engines_agree(corner: Callable[[Site, corners.Rng], Site]) -> None:
    agree(corners.problem(corner, 3))


@pytest.mark.full
@pytest.mark.parametrize("seed", range(4, 12))
@pytest.mark.parametrize("corner", corners.CORNERS)
def test_both_engines_agree_on_many(corner: Callable[[Site, corners.Rng], Site], seed: int) -> None:
    agree(corners.problem(corner, seed))


def cases(problem: Problem) -> set[str]:
    """What is in a problem."""
    site, calendar = problem.sites[0], problem.periods[0].calendar
    price, cells = calendar.take(site.grid.price_usd_per_kwh), site.batteries
    sized = [cell for cell in cells if cell.max_kw > 0 and cell.max_kwh > 0]
    whole = [c for c in cells if c.charge_efficiency == c.discharge_efficiency == 1 and not c.standing_loss_per_hour]
    found = {
        "negative prices": bool((price < 0).any()),
        "negative prices beside a store": bool((price < 0).any() and sized),
        "no store": not cells,
        "a store of no size": len(sized) < len(cells),
        "ties": len(np.unique(price)) < len(price) / 2,
        "no losses": bool(whole),
        "losses while at rest": any(cell.standing_loss_per_hour for cell in cells),
        "export": site.grid.export_usd_per_kwh is not None,
        "demand charges": site.grid.demand_charge_usd_per_kw_month > 0,
        "two stretches": len(calendar.stretches) > 1,
        "up to two days": len(calendar) <= 48,
        "eleven days and more": len(calendar) >= 264,
        "carbon first": problem.objective[0] == "carbon",
        **{f"a cap: {name}": True for name in problem.keys["limits"]},
    }
    return {name for name, there in found.items() if there}


def test_every_case_is_drawn_often() -> None:
    seen = Counter(name for seed in DRAWN for name in cases(random_years.problem(seed)))
    assert len(seen) == 16
    assert {name: count for name, count in seen.items() if count < LEAST} == {}
