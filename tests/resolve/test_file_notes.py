"""What was made of files stands among the plan's notes; a carbon-free limit on a typical year says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from planner import driver
from planner.errors import BadInput

SCENARIO = """
aiplan: 1
name: notes
sites:
  - id: berlin
    location: {{latitude: 52.5, longitude: 13.4}}
    region: de
    grid:
      price: {price}
      intensity: {{file: maps.csv}}
      carbon_free: {{file: maps.csv}}
    renewables: [{{technology: solar_pv_utility, max: 1 MW}}]
workloads:
  - {{id: web, kind: service, work: web, rate: 1000 req/s}}
{limits}
"""
MAPS = "Datetime (UTC),Zone id,Carbon intensity gCO₂eq/kWh (Life cycle),Carbon-free energy percentage (CFE%)\n"


def write(folder: Path, price: str = "0.1 USD/kWh", limits: str = "") -> Path:
    path = folder / "notes.yaml"
    path.write_text(SCENARIO.format(price=price, limits=limits), encoding="utf-8")
    start = datetime(2023, 1, 1, tzinfo=UTC)
    times = [start + timedelta(hours=h) for h in range(8760)]
    rows = "".join(f"{t:%Y-%m-%d %H:%M:%S},DE,{100 + t.hour},{t.hour}\n" for t in times)
    (folder / "maps.csv").write_text(MAPS + rows, encoding="utf-8")
    prices = "".join(f"{t.isoformat()},{t.hour}\n" for t in times)
    (folder / "own.csv").write_text("time,eur\n" + prices, encoding="utf-8")
    return path


def test_a_published_file_needs_only_its_name(tmp_path: Path) -> None:
    problem = driver.prepare(write(tmp_path), hours=24).problem
    grid = problem.sites[0].grid
    assert grid.intensity_kg_per_kwh[:3] == pytest.approx([0.123, 0.1, 0.101])  # Berlin is an hour east of UTC
    assert grid.carbon_free_fraction[1:4] == pytest.approx([0.0, 0.01, 0.02])
    said = [n for n in problem.notes if "Electricity Maps" in n]
    assert [n.split(":")[0] for n in said] == ["berlin intensity", "berlin carbon free"]
    assert all("UTC+1" in n and "of DE" in n for n in said)


def test_an_exchange_rate_on_a_users_own_column(tmp_path: Path) -> None:
    path = write(tmp_path, "{file: own.csv, column: eur, unit: USD/MWh, exchange_rate: 1.25}")
    problem = driver.prepare(path, hours=24).problem
    assert problem.sites[0].grid.price_usd_per_kwh[1:3] == pytest.approx(np.array([0.0, 1.25e-3]))


def test_a_typical_year_smooths_and_says_so(tmp_path: Path) -> None:
    notes = driver.prepare(write(tmp_path, limits="limits: {carbon_free: 80%}"), hours=24).problem.notes
    assert [n for n in notes if "one typical year" in n and "berlin" in n]
    assert not [n for n in driver.prepare(write(tmp_path), hours=24).problem.notes if "one typical year" in n]


def test_a_fault_of_the_file_stands_at_its_line(tmp_path: Path) -> None:
    path = write(tmp_path)
    lines = (tmp_path / "maps.csv").read_text(encoding="utf-8").splitlines()
    lines[9] = lines[9].replace(",DE,", ",DE,oops")
    del lines[20]
    (tmp_path / "maps.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        driver.prepare(path, hours=24)
    assert "maps.csv:10:" in caught.value.text
    assert "maps.csv:20:" in caught.value.text
    assert "1 January 19:00 has no row" in caught.value.text
