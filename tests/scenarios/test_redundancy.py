"""Fraud detection survives either site, and the plan names what its redundancy is and what another nine costs."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from planner import driver
from planner.audit import audit
from planner.errors import Infeasible
from planner.plan.schema import Plan
from planner.plan.schema_redundancy import Redundancy

SCENARIO = Path(__file__).parent.parent.parent / "scenarios" / "fraud-detection.yaml"


@cache
def solved(availability: str, series: str = "none") -> Plan:
    import tempfile

    text = SCENARIO.read_text(encoding="utf-8")
    old = "    availability: 99.9%\n"
    assert old in text
    made = text.replace(old, f"    availability: {availability}\n    series: {series}\n")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "s.yaml").write_text(made, encoding="utf-8")
        return driver.solve(Path(folder) / "s.yaml", hours=48, check_year=False, gap=1e-6)


def level(plan: Plan) -> Redundancy:
    return next(r for r in plan.redundancy if r.workload == "transactions")


def test_either_site_carries_all_when_the_other_is_lost() -> None:
    plan = solved("99.9%")
    demand = {w["id"]: w["demand"][0] for w in plan.problem["workloads"]}
    for lost in ("virginia", "ohio"):
        for workload, asked in demand.items():
            left = sum(w.served for w in plan.work if w.workload == workload and w.site != lost)
            assert left >= asked * (1 - 1e-9)


def test_another_nine_changes_the_level_and_the_plan_shows_its_price() -> None:
    three, four = level(solved("99.9%")), level(solved("99.99%"))
    assert (three.level, four.level) == ("2(N+1)", "2(N+2)")
    assert (three.up.level, four.down.level if four.down else "") == (four.level, three.level)
    shown = three.up.cost_usd - three.cost_usd
    paid = solved("99.99%").solver.objective_usd - solved("99.9%").solver.objective_usd
    assert shown > 0
    assert shown == pytest.approx(paid, rel=0.25)  # the average price of power and plant stands for the marginal one
    assert three.achieved >= 0.999
    assert four.achieved >= 0.9999


def test_what_is_short_of_a_level_does_not_hold() -> None:
    row = level(solved("99.9%"))
    assert row.down is not None
    assert (row.down.level, row.down.holds, row.up.holds) == ("2N", False, True)
    assert row.down.achieved < 0.999 <= row.achieved < row.up.achieved


def test_in_series_the_same_target_may_need_fewer_spares_and_never_more() -> None:
    plain, series = solved("99.99%"), solved("99.99%", "pools")
    assert series.solver.objective_usd <= plain.solver.objective_usd * (1 + 1e-5)
    assert level(series).level == "2(N+1)"
    assert level(series).achieved >= 0.9999


@pytest.mark.parametrize(
    "edit",
    [{"level": "2N"}, {"achieved": 0.99999}, {"machines": 1}, {"spares": 0}, {"cost_usd": 1.0}, {"down": None}],
    ids=lambda e: next(iter(e)),
)
def test_the_audit_sees_a_level_misnamed(edit: dict[str, Any]) -> None:
    plan = json.loads(solved("99.9%").model_dump_json())
    assert audit(plan).accepted
    plan["redundancy"][0].update(edit)
    assert {f.law for f in audit(plan).findings} == {"redundancy"}


def test_a_power_train_that_is_up_too_little_is_named(tmp_path: Path) -> None:
    text = SCENARIO.read_text(encoding="utf-8")
    old = "    availability: 99.9%\n"
    (tmp_path / "s.yaml").write_text(text.replace(old, f"{old}    series: site\n"), encoding="utf-8")
    with pytest.raises(Infeasible) as caught:
        driver.solve(tmp_path / "s.yaml", hours=24, check_year=False)
    assert "transactions" in str(caught.value)
    assert "n_plus_1 99.7410%" in str(caught.value)


def test_with_two_paths_of_power_the_same_target_is_met_in_series(tmp_path: Path) -> None:
    text = SCENARIO.read_text(encoding="utf-8").replace(
        "    region: us_pjm", "    power_train: two_n\n    region: us_pjm"
    )
    old = "    availability: 99.9%\n"
    (tmp_path / "s.yaml").write_text(text.replace(old, f"{old}    series: site\n"), encoding="utf-8")
    plan = driver.solve(tmp_path / "s.yaml", hours=24, check_year=False)
    row = next(a for a in plan.availability if a.workload == "transactions")
    assert 0.999 <= row.achieved < 0.99995
    assert all(p.maintainable for p in plan.power_paths)
