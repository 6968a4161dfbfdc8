"""Random small problems that both engines must answer alike: negative prices, export, losses, ties, peaks, caps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import toys

from planner.model import Calendar
from planner.problem import Problem, Site

YEAR = 8760


def problem(seed: int) -> Problem:
    """The problem of a seed: 24 to 336 hours in one or two stretches, one objective or two, perhaps one limit."""
    rng = np.random.default_rng(seed)
    hours = int(rng.integers(24, 337))
    place = _site(rng)
    return replace(
        toys.problem(
            sites=(place,),
            periods=(replace(toys.period(), calendar=_calendar(rng, hours)),),
            workloads=(toys.workload(), toys.dataset()),
            objective=("cost",) if rng.random() < 0.8 else ("carbon", "cost"),
            carbon_price_usd_per_kg=float(rng.choice([0, 0.1])),
        ),
        keys={"limits": _limits(rng), "origins": {}},
    )


def _site(rng: np.random.Generator) -> Site:
    smooth = rng.uniform(-0.05 if rng.random() < 0.4 else 0.01, 0.4, YEAR)
    price = smooth if rng.random() < 0.7 else rng.choice([0.02, 0.1, 0.3], YEAR)
    grid: dict[str, Any] = {
        "price_usd_per_kwh": price,
        "intensity_kg_per_kwh": rng.uniform(0.0, 0.8, YEAR),
        "demand_charge_usd_per_kw_month": float(rng.choice([0, 0, 12.0])),
    }
    if rng.random() < 0.4:
        grid |= {"export_usd_per_kwh": price - rng.uniform(0, 0.05), "export_kw": float(rng.choice([2.0, 10.0]))}
    through = float(rng.choice([1.0, 0.95, 0.8]))
    cell = toys.battery(
        standing_loss_per_hour=float(rng.choice([0, 0, 0.01])),
        charge_efficiency=through,
        discharge_efficiency=through,
        wear_usd_per_kwh=float(rng.choice([0, 0.005])),
    )
    if rng.random() < 0.15:
        cell = replace(cell, max_kw=0.0, max_kwh=0.0)
    sun = np.clip(rng.uniform(-0.5, 1, YEAR), 0, 1)
    return toys.site(
        grid=toys.grid(**grid),
        producers=(toys.solar(capacity_factor=sun),) if rng.random() < 0.8 else (),
        batteries=(cell,) if rng.random() < 0.85 else (),
    )


def _calendar(rng: np.random.Generator, hours: int) -> Calendar:
    if rng.random() < 0.4:
        half = hours // 2
        two = ((0, half), (half, 2 * half))
        months = (tuple(range(5)), tuple(range(5, 12)))
        return Calendar(np.arange(2 * half), np.full(2 * half, YEAR / (2 * half)), two, months)
    return Calendar(np.arange(hours), np.full(hours, YEAR / hours), ((0, hours),), (tuple(range(12)),))


def _limits(rng: np.random.Generator) -> dict[str, Any]:
    kind = int(rng.integers(0, 4))
    if kind == 1:
        return {"carbon": float(rng.uniform(5_000, 40_000))}
    if kind == 2:
        grid = str(rng.choice(["included", "excluded"]))
        return {"carbon_free": {"share": float(rng.uniform(0, 0.9)), "grid": grid}}
    return {"budget": float(rng.uniform(105_000, 140_000))} if kind == 3 else {}
