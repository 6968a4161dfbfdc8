"""Limits on what a year buys and sells, both binding: the search over prices comes to rest at any gap asked for."""

from __future__ import annotations

import numpy as np
import pytest

from planner.model import Calendar, Model, Store
from planner.solve import decomposed, monolithic

FINE = 3e-7
LOAD_MW = 20.0


def site(seed: int, hours: int) -> Model:
    """Sun, wind and a battery; a tenth of consumption from the grid and a fifth sold to it at most. MW and MWh."""
    rng = np.random.default_rng(seed)
    m, hour = Model(), np.arange(hours)
    bus = m.bus("power", "site", "year", Calendar(hour, np.ones(hours), ((0, hours),), (tuple(range(12)),)))
    bus.draw("load", m.column("load.on", origin="", lo=1.0, hi=1.0), np.full(hours, LOAD_MW))
    gusts = np.clip(0.4 + np.cumsum(rng.normal(0, 0.08, hours)) % 1 - 0.4, 0, 1)
    shapes = {"solar": np.clip(rng.uniform(-0.5, 1, hours), 0, 1), "wind": gusts}
    for name, usd in (("solar", 7.5), ("wind", 15.0)):
        size = m.column(f"{name}.mw", origin="")
        bus.available(name, size, shapes[name])
        m.cost("owning", name, size, unit_price=usd * hours, origin="")
    power, energy = (m.column(f"battery.{unit}", origin="") for unit in ("mw", "mwh"))
    m.cost("owning", "battery", power, unit_price=0.75 * hours, origin="")
    m.cost("owning", "battery", energy, unit_price=1.0 * hours, origin="")
    bus.store(Store("battery", power, energy, 0.95, 0.95, 1.0, 4e-5, 0.5, 1.0, "wear", "", 0.95))
    price = rng.uniform(5, 150, hours)
    bus.imports("grid", price, factor=1.0, origin="", most=30.0, tallies={"brown_mwh": 1.0})
    bus.exports("grid", price - 1.0, factor=1.0, origin="", most=30.0, tallies={"sold_mwh": 1.0})
    for name, part in (("sold", 0.2), ("brown", 0.1)):
        m.row(name, {}, "<=", part * LOAD_MW * hours, origin="", tallies={(f"{name}_mwh", "", ""): 1.0})
    m.close()
    return m


@pytest.mark.parametrize("seed", range(3))
def test_the_gap_closes(seed: int) -> None:
    found = decomposed.solve(site(seed, 1200), gap=FINE)
    assert found.status == "optimal"
    assert found.gap <= FINE


@pytest.mark.parametrize("seed", range(2))
def test_it_is_the_optimum(seed: int) -> None:
    m = site(seed, 240)
    reference, ours = monolithic.solve(m, gap=1e-9), decomposed.solve(m, gap=FINE)
    assert ours.bound <= reference.objective * (1 + 1e-8)
    assert ours.objective == pytest.approx(reference.objective, rel=2 * FINE)
    assert all(ours.duals[name] == pytest.approx(reference.duals[name], rel=2e-2) for name in ("sold", "brown"))
