"""Batteries and fuel for longer than a train's price holds: by hand, bought once, none unasked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import golden
import pytest
import toys
from block_rows import rows
from test_power_paths import asks, chosen

from planner.audit import audit
from planner.blocks import assemble, prepared
from planner.plan.schema import Plan

HERE = Path(__file__).parent
LITRES = 48 / (40.7 * 0.322) * 3.785411784
"""Of fuel for each kW over two days."""
TWO_DAYS, FOUR_HOURS = 172_800.0, 14_400.0


def total(made: Plan, family: str) -> float:
    return sum(c.value for c in made.columns if c.family == family)


def paid(made: Plan, item: str, account: str) -> float:
    return sum(x.amount_usd for x in made.ledger if x.item == item and x.account == account)


def test_four_hours_of_batteries_and_two_days_of_fuel_by_hand() -> None:
    made = chosen({"trains": ("n",), "ups": FOUR_HOURS, "generators": TWO_DAYS})
    kw = 10 / 0.955
    assert total(made, "standby.ups_kwh") == pytest.approx(kw * (4 - 1 / 12))
    assert total(made, "standby.fuel_l") == pytest.approx(kw * LITRES)
    (row,) = made.power_paths
    assert row.ups_kwh == pytest.approx(kw * 4)
    assert row.fuel_l == pytest.approx(total(made, "standby.fuel_l"))
    whole, kept = (paid(made, "standby batteries", a) for a in ("purchase", "maintenance"))
    assert whole == pytest.approx(kw * (4 - 1 / 12) * 250 * 1.08)  # one year at 8 %: paid at its start
    assert kept == pytest.approx(kw * (4 - 1 / 12) * 250 * 0.02, rel=0.05)
    assert paid(made, "standby fuel", "purchase") == pytest.approx(kw * LITRES * 2.0 / 3.785411784 * 1.08)


@pytest.mark.parametrize("power", [{"trains": ("n",)}, {"trains": ("n",), "ups": 300.0}])
def test_what_comes_with_the_train_is_not_bought_again(power: dict[str, Any]) -> None:
    made = chosen(power)
    assert not [c for c in made.columns if c.family.startswith("standby.")]
    assert made.solver.objective_usd == pytest.approx(chosen({"trains": ("n",)}).solver.objective_usd)


def test_of_several_trains_the_one_taken_is_fed() -> None:
    made = chosen({"trains": ("n", "two_n"), "survives": "none", "ups": FOUR_HOURS}, kw=0.5)
    (row,) = made.power_paths
    assert total(made, "standby.ups_kwh") == pytest.approx(10 / row.efficiency * (4 - 1 / 12))


@pytest.mark.parametrize("change", [{"building": "colocation"}, {"halls": (toys.hall(built=True),)}])
def test_a_building_that_stands_or_is_rented_buys_none(change: dict[str, Any]) -> None:
    problem, options = prepared(*asks({"trains": ("n",), "ups": FOUR_HOURS}))
    places = tuple(toys.replace(s, **change) for s in problem.sites)
    m = assemble(toys.replace(problem, sites=places), options)
    assert not list(m.family("standby.ups_kwh"))


@pytest.mark.parametrize(
    ("family", "law"),
    [("standby.ups_kwh", "standby"), ("standby.fuel_l", "standby"), ("standby.ups_kwh_bought", "owned")],
)
def test_the_audit_sees_too_little(family: str, law: str) -> None:
    made = json.loads(chosen({"trains": ("n",), "ups": FOUR_HOURS, "generators": TWO_DAYS}).model_dump_json())
    (column,) = [c for c in made["columns"] if c["family"] == family]
    column["value"] /= 2
    assert law in {f.law for f in audit(made).findings}


def test_rows_are_those_of_the_golden() -> None:
    m = assemble(*prepared(*asks({"trains": ("n",), "ups": FOUR_HOURS, "generators": TWO_DAYS})))
    golden.check(HERE / "golden" / "standby.txt", rows(m, "standby"))
