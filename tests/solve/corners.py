"""What random draws meet too rarely: everything ties, everything is paid for, a store that is nothing or perfect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import random_years
import toys

from planner.problem import Battery, Problem, Site

LOSSES = ("standing_loss_per_hour", "wear_usd_per_kwh")
PERFECT = {"charge_efficiency": 1.0, "discharge_efficiency": 1.0} | dict.fromkeys(LOSSES, 0.0)
Rng = np.random.Generator


def one_price(site: Site, rng: Rng) -> Site:
    """Every hour costs the same, and a perfect store: any path of it is as good."""
    return _with(site, _cell(**PERFECT), price_usd_per_kwh=toys.year(0.1), demand_charge_usd_per_kw_month=0.0)


def peaks_alone(site: Site, rng: Rng) -> Site:
    """Every hour costs the same and months' peaks are billed: the store is for peaks alone."""
    return _with(site, _cell(**PERFECT), price_usd_per_kwh=toys.year(0.05), demand_charge_usd_per_kw_month=15.0)


def sold_as_bought(site: Site, rng: Rng) -> Site:
    """What is sold brings what is bought costs, hour by hour: trading through costs nothing and brings nothing."""
    price = rng.choice([0.02, 0.08, 0.3], toys.year(0.0).shape)
    return _with(site, _cell(**PERFECT), price_usd_per_kwh=price, export_usd_per_kwh=price, export_kw=6.0)


def paid_to_take(site: Site, rng: Rng) -> Site:
    """Every hour's price is below zero, and a store with losses could burn energy."""
    price = rng.uniform(-0.06, -0.01, toys.year(0.0).shape)
    return _with(site, _cell(wear_usd_per_kwh=0.0), price_usd_per_kwh=price, export_usd_per_kwh=None, export_kw=0.0)


def some_hours_paid(site: Site, rng: Rng) -> Site:
    """A tenth of all hours pay for consumption, and a perfect store stands by."""
    price = np.where(rng.random(8760) < 0.1, -0.05, rng.uniform(0.02, 0.3, 8760))
    return _with(site, _cell(**PERFECT), price_usd_per_kwh=price)


def power_without_energy(site: Site, rng: Rng) -> Site:
    return _with(site, _cell(max_kwh=0.0))


def energy_without_power(site: Site, rng: Rng) -> Site:
    return _with(site, _cell(max_kw=0.0))


def free_store(site: Site, rng: Rng) -> Site:
    """A store that costs nothing: sizes tie as well as hours."""
    return _with(site, _cell(**PERFECT, power_usd_per_kw=0.0, energy_usd_per_kwh=0.0))


def thin_connection(site: Site, rng: Rng) -> Site:
    """The connection gives little beyond what the machines draw at most; charging is cheap at one price of three."""
    price = rng.choice([0.01, 0.1, 0.4], 8760)
    return _with(site, _cell(), connection_kw=float(rng.uniform(20.0, 26.0)), price_usd_per_kwh=price)


CORNERS: tuple[Callable[[Site, Rng], Site], ...] = (
    one_price, peaks_alone, sold_as_bought, paid_to_take, some_hours_paid, power_without_energy, energy_without_power,
    free_store, thin_connection,
)


def problem(corner: Callable[[Site, Rng], Site], seed: int) -> Problem:
    """The problem of a seed as `random_years` has it, its site in a corner; cost alone is minimised."""
    base, rng = random_years.problem(seed), np.random.default_rng(20_000 + seed)
    return replace(base, sites=(corner(base.sites[0], rng),), objective=("cost",))


def _cell(**changes: Any) -> Battery:
    return toys.battery(**changes)


def _with(site: Site, cell: Battery, **grid: Any) -> Site:
    return replace(site, batteries=(cell,), grid=replace(site.grid, **grid))
