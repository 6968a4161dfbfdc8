"""Random small problems with two or three stores and sometimes generators, on the sites of `random_years`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import random_years
import toys

from planner.problem import Battery, Generator, Problem


def problem(seed: int) -> Problem:
    """The problem of a seed: as random_years has it, with more stores than one."""
    rng = np.random.default_rng(10_000 + seed)
    base = random_years.problem(seed)
    site = base.sites[0]
    stores = tuple(_store(rng, name) for name in ("cell", "flow", "cavern")[: int(rng.integers(2, 4))])
    place = replace(site, batteries=stores, generators=generators(rng) if rng.random() < 0.5 else ())
    return replace(base, sites=(place,), objective=("cost",))


def _store(rng: np.random.Generator, name: str) -> Battery:
    """Dear power and cheap energy, or the other way round; losses of all kinds, none among them."""
    long = bool(rng.random() < 0.5)
    return toys.battery(
        id=name,
        power_usd_per_kw=float(rng.uniform(300, 900) if long else rng.uniform(50, 200)),
        energy_usd_per_kwh=float(rng.uniform(5, 30) if long else rng.uniform(60, 200)),
        charge_efficiency=float(rng.choice([1.0, 0.95, 0.7])),
        discharge_efficiency=float(rng.choice([1.0, 0.95, 0.7])),
        standing_loss_per_hour=float(rng.choice([0, 0, 0.001, 0.01])),
        wear_usd_per_kwh=float(rng.choice([0, 0.005])),
        max_kw=float(rng.choice([0.0, 50.0, 50.0])),
        max_kwh=1000.0,
    )


def generators(rng: np.random.Generator) -> tuple[Generator, ...]:
    changes: dict[str, Any] = {"unit_kw": 4.0, "spares": int(rng.integers(0, 2))} if rng.random() < 0.5 else {}
    engine = toys.generator(capex_usd_per_kw=float(rng.uniform(100, 1000)), max_kw=40.0, **changes)
    return (engine, toys.generator(id="diesel", capex_usd_per_kw=300.0, fuel_usd_per_kwh=0.09, full_load_hours=500.0))
