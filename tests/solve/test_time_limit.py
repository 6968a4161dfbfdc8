"""When the time is up: the best plan so far, said to be no more than that, and nothing that takes long after it."""

from __future__ import annotations

import time
from math import inf
from pathlib import Path
from typing import Any

import pytest

from planner import driver
from planner.solve import monolithic
from planner.solve.clock import LEAST_S, Clock
from planner.solve.pulp_highs import Answer

TEXT = """\
aiplan: 1
name: timed
objective: {aim}
sites:
  - id: a
    location: {{latitude: 39.0, longitude: -77.5}}
    region: us_pjm_virginia
    grid: {{price: 0.05 USD/kWh}}
    renewables: [{{technology: solar_pv_utility, max: 1 MW}}]
workloads:
  - {{kind: service, id: web, work: web, rate: 20000 req/s}}
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "s.yaml"
    path.write_text(TEXT.format(aim="cost"), encoding="utf-8")
    return path


def test_a_clock_counts_down_and_gives_the_least() -> None:
    assert Clock.of(None).left() is None
    assert not Clock.of(None).out
    left = Clock.of(100.0).left()
    assert left is not None
    assert 99.0 < left <= 100.0
    gone = Clock(time.monotonic() - 1.0)
    assert gone.out
    assert gone.left() == LEAST_S
    assert gone.left(2.0) == 2.0


def test_without_time_for_exact_values_there_are_no_shadow_prices(
    scenario: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monolithic, "solve_lp", lambda *args, **how: Answer("limit", None, inf, -inf))
    plan = driver.solve(scenario, hours=24)
    assert plan.solver.status == "optimal"
    assert {row.shadow_price_usd for row in plan.limits} == {None}
    assert not [m for m in plan.measures if m.measure.startswith("one_more")]


def test_the_second_aim_stopped_is_no_plan_that_is_proven(scenario: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario.write_text(TEXT.format(aim="[carbon, cost]"), encoding="utf-8")
    search, calls = monolithic.solve_mip, []

    def once(*args: Any, **how: Any) -> Answer:
        calls.append(how["time_limit"])
        return search(*args, **how) if len(calls) == 1 else Answer("limit", None, inf, -inf)

    monkeypatch.setattr(monolithic, "solve_mip", once)
    plan = driver.solve(scenario, hours=24, time_limit=500.0)
    assert plan.solver.status == "limit"
    assert calls[1] < calls[0] <= 500.0


def test_the_year_is_not_checked_when_the_time_is_up(scenario: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clock, "out", property(lambda clock: True))
    plan = driver.solve(scenario, engine="monolithic", weeks=1)
    assert plan.accuracy.year_usd is None
    assert "the time limit left none" in plan.accuracy.note
