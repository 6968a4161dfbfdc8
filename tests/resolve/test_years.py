"""Several years in one plan: files by year, hours end to end, a cost that is the mean, peaks that are the worst."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import toys

from planner import driver
from planner.audit import audit
from planner.errors import BadInput
from planner.hours import hour_months, is_whole
from planner.resolve.years import repeated, together
from planner.scenario.years import of_year
from planner.series.weeks import whole_year

HOURS = 48
SCENARIO = """\
aiplan: 1
name: years
years: {years}
sites:
  - id: here
    location: {{latitude: 39.04, longitude: -77.49}}
    region: us_pjm_virginia
    grid:
      price: {{file: 'p{{year}}.csv', column: price, unit: USD/MWh}}
      demand_charge: {charge} USD/kW-month
      connection: 10 MW
    renewables: {renewables}
workloads:
  - {{kind: load, id: hall, file: 'kw{{year}}.csv', column: kw, unit: kW}}
"""


def write(folder: Path, years: list[int], charge: float = 0.0, renewables: str = "[]") -> Path:
    path = folder / f"s{'-'.join(map(str, years))}.yaml"
    path.write_text(SCENARIO.format(years=years, charge=charge, renewables=renewables), encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """2018: 50 USD/MWh, 100 kW; 2019: 90 USD/MWh, 100 kW and 300 in one hour; 2020: the same as 2018."""
    for year, price, top in ((2018, 50.0, 100.0), (2019, 90.0, 300.0), (2020, 50.0, 100.0)):
        kw = np.full(8760, 100.0)
        kw[7] = top
        text = "price\n" + "\n".join(f"{price}" for _ in range(8760)) + "\n"
        (tmp_path / f"p{year}.csv").write_text(text, encoding="utf-8")
        (tmp_path / f"kw{year}.csv").write_text("kw\n" + "\n".join(map(str, kw)) + "\n", encoding="utf-8")
    return tmp_path


def ledger(path: Path, account: str, **how: Any) -> float:
    plan = driver.solve(path, hours=HOURS, **how)
    assert audit(json.loads(plan.model_dump_json())).accepted
    return sum(x.amount_usd for x in plan.ledger if x.account == account)


def test_a_cost_is_the_mean_of_the_years(folder: Path) -> None:
    alone = [ledger(write(folder, [year]), "energy") for year in (2018, 2019)]
    assert ledger(write(folder, [2018, 2019]), "energy") == pytest.approx(sum(alone) / 2)
    assert ledger(write(folder, [2018, 2019, 2020]), "energy") == pytest.approx((2 * alone[0] + alone[1]) / 3)


def test_like_years_are_one(folder: Path) -> None:
    one, two = (driver.solve(write(folder, years, 12.0), hours=HOURS) for years in ([2018], [2018, 2020]))
    assert two.solver.objective_usd == pytest.approx(one.solver.objective_usd)
    assert two.solver.hours == 2 * HOURS


def test_peaks_are_the_worst_of_the_years(folder: Path) -> None:
    worst = ledger(write(folder, [2019], 12.0), "demand_charge")
    assert ledger(write(folder, [2018, 2019], 12.0), "demand_charge") == pytest.approx(worst)


def test_engines_agree(folder: Path) -> None:
    """Sun on offer, and a battery's worth of hours: the same sizes for all years in both."""
    path = write(folder, [2018, 2019], 12.0, "[{technology: solar_pv_utility, max: 1 MW}]")
    answers = [driver.solve(path, hours=72, engine=engine) for engine in ("monolithic", "decomposed")]
    first, second = (a.solver.objective_usd for a in answers)
    assert second == pytest.approx(first, rel=1e-4)
    for plan in answers:
        assert audit(json.loads(plan.model_dump_json())).accepted
        shares = {m.who for m in plan.measures if m.measure == "carbon_free_hourly_with_grid"}
        assert shares == {"", "2018", "2019"}


def test_the_law_sees_a_year_that_is_told_better(folder: Path) -> None:
    plan = json.loads(driver.solve(write(folder, [2018, 2019]), hours=HOURS).model_dump_json())
    mine = [m for m in plan["measures"] if m["who"] == "2019"]
    assert len(mine) == 2
    mine[1]["value"] += 0.01
    assert "measures" in {f.law for f in audit(plan).findings}


def test_a_plan_says_that_it_is_of_several_years(folder: Path) -> None:
    plan = driver.solve(write(folder, [2018, 2019]), hours=HOURS)
    assert any("for the years 2018, 2019" in note for note in plan.notes)
    assert plan.problem["years"] == [2018, 2019]


def test_typical_weeks_are_refused(folder: Path) -> None:
    with pytest.raises(BadInput, match="every hour"):
        driver.solve(write(folder, [2018, 2019]), weeks=2)


def test_a_whole_calendar_stays_whole() -> None:
    twice = repeated(whole_year(), 2)
    assert is_whole(twice)
    assert twice.weight.sum() == 8760
    assert (hour_months(twice)[0][:8760] == hour_months(twice)[0][8760:]).all()
    assert (twice.take(np.arange(2 * 8760)) == np.arange(2 * 8760)).all()
    assert repeated(whole_year(), 1).at is None


def test_years_of_a_site_lie_end_to_end() -> None:
    cool = toys.site(grid=toys.grid(market_intensity_kg_per_kwh=0.2), weather="a")
    warm = toys.site(grid=toys.grid(market_intensity_kg_per_kwh=0.4), weather="b")
    both = together([cool, warm])
    assert both.grid.price_usd_per_kwh.shape == (2 * 8760,)
    assert both.grid.market_intensity_kg_per_kwh == pytest.approx(0.3)
    assert both.weather == "a; b"
    with pytest.raises(ValueError, match="latitude"):
        together([cool, toys.site(latitude=1.0)])


def test_only_names_of_files_have_years() -> None:
    given = {"id": "{year}", "grid": {"price": {"file": "p{year}.csv", "column": "{year}"}}}
    assert of_year(given, 2019) == {"id": "{year}", "grid": {"price": {"file": "p2019.csv", "column": "{year}"}}}
