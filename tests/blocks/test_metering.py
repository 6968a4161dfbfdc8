"""Metering by hand, the same in both engines: net, separate, self-consumption, caps on volume."""

from __future__ import annotations

from typing import Any

import metered
import numpy as np
import pytest
import toys

from planner.audit import audit
from planner.problem import Problem

FOUR = metered.some_hours([0, 1, 2, 3], tuple(range(12)))
HOURS = 8760 / 4
SUN = 300.0


def problem(**grid: Any) -> Problem:
    """100 kW drawn; the sun gives nothing, 300, 150 and nothing: 200 and 50 kW are left over, 200 kW are bought."""
    given = {"demand_charge_usd_per_kw_month": 0.0, "export_usd_per_kwh": toys.year(0.05), "export_kw": 1000.0}
    sun = toys.solar(
        capacity_factor=np.tile([0.0, 1.0, 0.5, 0.0], 2190), max_kw=SUN, installed_kw=SUN, capex_usd_per_kw=0.0,
        fixed_om_usd_per_kw_year=0.0, embodied_kg_per_kw=0.0,
    )  # fmt: skip
    load = np.full(8760, 100.0)
    return metered.problem(load, FOUR, toys.grid(**(given | grid)), producers=(sun,))


def sold(made: Problem) -> tuple[float, float, Any, Any]:
    """kW sold in the four hours, USD earned by the modelled hour."""
    m, answer = metered.agreed(made)
    kw = float(answer.dispatch["power", "s", "y1"].exported[0].sum())
    return kw, -metered.paid(made, m, answer, "export") / HOURS, m, answer


def test_separate_meters() -> None:
    kw, earned, _, _ = sold(problem())
    assert (kw, earned) == (pytest.approx(250), pytest.approx(250 * 0.05))


def test_net_metering_sells_no_more_than_is_bought() -> None:
    """200 kWh are bought in the dark: as many of the 250 left over are worth what those cost."""
    kw, earned, m, answer = sold(problem(net_metering=True, export_usd_per_kwh=toys.year(0.1)))
    assert (kw, earned) == (pytest.approx(200), pytest.approx(200 * 0.1))
    assert metered.paid(problem(net_metering=True), m, answer, "energy") == pytest.approx(200 * 0.1 * HOURS)


def test_a_cap_on_volume() -> None:
    kw, _, _, _ = sold(problem(export_kwh_per_year=120 * HOURS))
    assert kw == pytest.approx(120)


def test_a_share_of_the_load() -> None:
    kw, _, _, _ = sold(problem(export_share=0.2, export_share_of="load"))
    assert kw == pytest.approx(0.2 * 400)


def test_a_share_of_what_is_generated() -> None:
    """Of G generated a quarter is sold and 200 kW used: 0.75 G = 200."""
    kw, _, _, _ = sold(problem(export_share=0.25))
    assert kw == pytest.approx(200 / 0.75 * 0.25)


@pytest.mark.parametrize("seed", range(4))
def test_engines_agree_with_a_store(seed: int) -> None:
    """In the last, net metering and a volume bind at once, and losing energy in the store lets more be sold."""
    rng = np.random.default_rng(seed)
    price = rng.uniform(0.05, 0.3, 8760)
    net = bool(seed % 2)
    grid = toys.grid(
        price_usd_per_kwh=price,
        export_usd_per_kwh=price if net else 0.6 * price,
        export_kw=80.0,
        net_metering=net,
        export_share=None if net else 0.3,
        export_kwh_per_year=200_000.0 if seed > 1 else None,
    )
    sun = toys.solar(capacity_factor=np.clip(rng.uniform(-0.7, 1, 8760), 0, 1), max_kw=400.0)
    hours = metered.some_hours(list(range(72)), tuple(range(12)))
    metered.agreed(
        metered.problem(
            rng.uniform(50, 100, 8760), hours, grid, producers=(sun,),
            batteries=(toys.battery(max_kw=60.0, max_kwh=240.0),),
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [{"net_metering": True}, {"export_kwh_per_year": 1000.0}, {"export_share": 0.1, "export_share_of": "load"}],
)
def test_the_law_sees_what_a_rule_does_not_let_through(changes: dict[str, Any]) -> None:
    made = problem(export_kwh_per_year=1e9)
    plan = metered.plan(made, *metered.agreed(made))
    plan["problem"]["sites"][0]["grid"].update(changes)
    assert "metering" in {f.law for f in audit(plan).findings}
