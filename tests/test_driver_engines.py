"""Which engine answers: the year's engine, the reference where it must, and the reason said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import toys

from planner import driver
from planner.blocks import assemble
from planner.errors import BadInput
from planner.model import Model
from planner.solve import decomposed, monolithic

MOVED = """\
aiplan: 1
name: moved
sites:
  - id: va
    location: {latitude: 39, longitude: -77.5}
    region: us_pjm_virginia
    cooling: [air_chilled_water]
    grid: {price: {file: price.csv, column: price, unit: USD/kWh}}
  - {id: tx, location: {latitude: 32.5, longitude: -99.7}, region: us_ercot_texas, cooling: [air_chilled_water]}
workloads:
  - kind: service
    id: api
    rate: 400000 /s
    throughput: {amd_epyc_9654_2s: 50000 /s}
    survive: site
    routing: {}
  - kind: service
    id: batch
    rate: 400000 /s
    throughput: {amd_epyc_9654_2s: 50000 /s}
    sites: [va]
    flexible: {share: 60%, within: 6 h}
"""


def model(hours: int, batteries: int = 1) -> Model:
    cells = tuple(toys.battery(id=f"cell{k}") for k in range(batteries))
    place = toys.site(batteries=cells)
    year = replace(toys.period(), calendar=toys.calendar(hours))
    return assemble(toys.problem(sites=(place,), periods=(year,)), toys.options())


def test_few_hours_are_written_out() -> None:
    assert driver._engine("auto", model(driver.FEW_HOURS), ("cost",)) == (monolithic.solve, "")


def test_many_hours_are_cut() -> None:
    assert driver._engine("auto", model(driver.FEW_HOURS + 1), ("cost",)) == (decomposed.solve, "")
    assert driver._engine("decomposed", model(24), ("cost",)) == (decomposed.solve, "")


def test_several_stores_are_no_reason_for_typical_weeks() -> None:
    assert driver._engine("auto", model(driver.FEW_HOURS + 1, batteries=2), ("cost",)) == (decomposed.solve, "")


def test_what_the_oracle_cannot_hold_is_said() -> None:
    run, reason = driver._engine("auto", model(driver.FEW_HOURS + 1, batteries=9), ("cost",))
    assert run is monolithic.solve
    assert "9 stores" in reason
    with pytest.raises(BadInput, match="9 stores"):
        driver._engine("decomposed", model(24, batteries=9), ("cost",))


def test_what_moving_work_saves_is_beside_the_plan(tmp_path: Path) -> None:
    """A solve with all work where and when it falls costs so much more; and no less, but for both gaps."""
    path = tmp_path / "moved.yaml"
    path.write_text(MOVED, encoding="utf-8")
    less = tmp_path / "less.yaml"
    less.write_text(MOVED.replace("routing: {}", "routing: {share: 50%}"), encoding="utf-8")
    dear_days = "".join(f"{0.4 if 6 <= hour % 24 < 18 else 0.01}\n" for hour in range(8760))
    (tmp_path / "price.csv").write_text("price\n" + dear_days, encoding="utf-8")
    saved = []
    for scenario in (path, less):
        plan = driver.solve(scenario, hours=48)
        (row,) = (m for m in plan.measures if m.measure == "moving_saves")
        assert row.who == "api, batch"
        assert any(note.startswith("Moving api, batch saves") for note in plan.notes)
        saved.append(row.value)
    assert saved[0] > saved[1] > 0.0
