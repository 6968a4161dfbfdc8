"""Heat that is sold, by hand, the same in both engines: how much, what lifts it, what it earns; what the law sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import golden
import metered
import numpy as np
import pytest
import toys
from block_rows import rows

from planner.audit import audit
from planner.blocks import assemble
from planner.blocks.heat_reuse import HeatReuse
from planner.model import Model
from planner.options.types import OptionSet
from planner.plan.extract import extract
from planner.plan.schema import Accuracy
from planner.problem import Problem
from planner.solve import decomposed, monolithic
from planner.solve.monolithic import NoPlan

HERE = Path(__file__).parent
FIGURES = {"heat_reuse": {"values": {"heat_pump_cop_to_70c_from_air": 3.0, "heat_pump_cop_to_70c_from_liquid": 5.0}}}


def asked(**terms: Any) -> HeatReuse:
    return HeatReuse.model_validate({"most": "100 kW", "price": "200 USD/MWh"} | terms)


def problem(
    sale: HeatReuse | None, limits: dict[str, Any] | None = None, liquid: bool = False
) -> tuple[Problem, OptionSet]:
    """Ten boxes: 2 kW idle, 6 kW more at work, by day half of that; a day of every month, power at 10 cents."""
    shape = np.tile(np.repeat([1.0, 0.5], 12), 7)
    place = toys.site(
        grid=toys.grid(demand_charge_usd_per_kw_month=0.0), keys={"heat_reuse": sale} if sale else {},
        shell_usd_per_kw=10.0, staff_usd_per_kw_year=0.0, power_train=toys.train(usd_per_kw=10.0),
        cooling=(toys.cooling(liquid=liquid),),
    )  # fmt: skip
    made = toys.problem(
        sites=(place,), periods=(metered.period(metered.a_day_each_month()),), tiers=(),
        fabrics=toys.problem().fabrics[:1], workloads=(toys.workload(shape=shape),),
        machines=(toys.machine(failures_per_day=0.0, liquid=liquid),),
        keys={"limits": limits or {}, "origins": {}, "figures": FIGURES},
    )  # fmt: skip
    return made, toys.options(toys.option(fabric="none"))


def solved(made: Problem, options: OptionSet) -> tuple[Model, dict[str, Any]]:
    m = assemble(made, options)
    answer, other = monolithic.solve(m, gap=1e-9), decomposed.solve(assemble(made, options), gap=1e-6)
    assert other.objective == pytest.approx(answer.objective, rel=3e-6)
    accuracy = Accuracy(hours=288, weeks_usd=answer.cost_usd, year_usd=None, difference=None, note="")
    plan = extract(m, answer, made, options, accuracy=accuracy).model_dump(mode="json")
    verdict = audit(plan)
    assert verdict.accepted, verdict.findings
    assert not [n for n in verdict.notes if "read by no law" in n or "not recomputed" in n]
    return m, plan


def sold(plan: dict[str, Any]) -> dict[str, float]:
    return {c["keys"]["medium"]: c["value"] for c in plan["columns"] if c["family"] == "heat_reuse.kw"}


def paid(plan: dict[str, Any], account: str) -> float:
    return sum(x["amount_usd"] for x in plan["ledger"] if x["account"] == account)


def test_the_least_hour_and_the_pump_make_what_is_sold() -> None:
    """5 kW of heat at night; a pump of COP 3 adds half as much again, for 20 cents on 10 / 3."""
    _, plan = solved(*problem(asked()))
    assert sold(plan) == {"air": pytest.approx(5.0 / (1 - 1 / 3))}
    assert paid(plan, "reused_heat") == pytest.approx(-7.5 * 0.2 * 8760)


def test_liquid_is_warmer() -> None:
    _, plan = solved(*problem(asked(), liquid=True))
    assert sold(plan) == {"liquid": pytest.approx(5.0 / (1 - 1 / 5))}


def test_no_more_than_is_taken() -> None:
    _, plan = solved(*problem(asked(most="3 kW")))
    assert sold(plan) == {"air": pytest.approx(3.0)}
    (row,) = (x for x in plan["limits"] if x["name"].startswith("heat_reuse.most"))
    assert row["slack"] == pytest.approx(0.0)


def test_a_price_below_the_power_that_lifts_it_sells_nothing() -> None:
    """10 cents over COP 3 is 33 USD/MWh."""
    assert not sold(solved(*problem(asked(price="33 USD/MWh")))[1])
    assert sold(solved(*problem(asked(price="35 USD/MWh")))[1])


def test_what_connects_it_is_paid_by_the_month() -> None:
    _, plan = solved(*problem(asked(cost="5 USD/kW-month")))
    assert paid(plan, "heat_plant") == pytest.approx(7.5 * 5 * 12)
    assert not sold(solved(*problem(asked(cost="500 USD/kW-month")))[1])


def test_months_that_take_heat() -> None:
    _, plan = solved(*problem(asked(months=[1, 12])))
    assert paid(plan, "reused_heat") == pytest.approx(-7.5 * 0.2 * 8760 / 6)
    pumped = np.array(plan["hours"][0]["dispatch"]["draw.load heat pump air"])
    assert pumped[:24] == pytest.approx(2.5)
    assert not pumped[24:-24].any()


def test_as_warm_as_it_is() -> None:
    _, plan = solved(*problem(asked(lift=False)))
    assert sold(plan) == {"air": pytest.approx(5.0)}
    assert "draw.load heat pump air" not in plan["hours"][0]["dispatch"]


def test_a_least_share_is_met_even_at_a_loss() -> None:
    made = problem(asked(price="0 USD/MWh"), {"energy_reuse": 0.3})
    _, plan = solved(*made)
    names = ("heat_sold_kwh", "power_load_kwh")
    heat, drawn = (sum(t["quantity"] for t in plan["tallies"] if t["tally"] == name) for name in names)
    assert heat == pytest.approx(0.3 * drawn)
    with pytest.raises(NoPlan):
        monolithic.solve(assemble(*problem(asked(), {"energy_reuse": 0.95})))


def test_rows() -> None:
    made, options = problem(asked(), {"energy_reuse": 0.2})
    golden.check(HERE / "golden" / "heat_reuse.txt", rows(assemble(made, options), "heat_reuse"))


Edit = Callable[[dict[str, Any]], None]


def terms(**changes: Any) -> Edit:
    return lambda plan: plan["problem"]["sites"][0]["keys"]["heat_reuse"].update(changes)


EDITS: dict[str, Edit] = {
    "heat that is not there": terms(cop=9.0),
    "more than is taken": terms(most=2.0),
    "another price": terms(price=0.3),
    "pumps for nothing": terms(cost=1.0),
    "sold in every month": terms(months=[1, 2, 3]),
    "a share that is missed": lambda plan: plan["problem"]["keys"]["limits"].update(energy_reuse=0.9),
}


@pytest.mark.parametrize("name", EDITS)
def test_the_law_sees(name: str) -> None:
    _, plan = solved(*problem(asked()))
    EDITS[name](plan)
    assert "heat_reuse" in {f.law for f in audit(plan).findings}


def test_work_that_may_move_is_taken_off() -> None:
    made, options = problem(asked(price="600 USD/MWh"))
    spec = {"flexible": {"share": 0.5, "within": 4 * 3600.0, "catch_up": 1.0}}
    dear = np.tile(np.repeat([0.01, 3.0], 12), 365)
    place = replace(made.sites[0], grid=replace(made.sites[0].grid, price_usd_per_kwh=dear))
    cheap = replace(made.machines[0], price_usd=100.0, idle_kw=0.0)
    made = replace(made, workloads=(replace(made.workloads[0], spec=spec),), sites=(place,), machines=(cheap,))
    _, plan = solved(made, options)
    moves = sum(c["value"] for c in plan["columns"] if c["family"] == "flexible.kw")
    assert moves == pytest.approx(1.5)
    assert sold(plan)["air"] * (1 - 1 / 3) == pytest.approx(3.0 - moves)
