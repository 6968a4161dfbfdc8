"""What moving work is worth: a second solve with all of it where and when it falls."""

from __future__ import annotations

from pathlib import Path

from planner import driver

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
