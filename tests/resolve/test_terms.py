"""A site's terms from the scenario's words: spans, moments, likely peaks, agreements, what has no best size."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from planner import driver
from planner.errors import BadInput
from planner.hours import month_of_hour
from planner.resolve.tariff import highest, hour_of, span

EVERY_MONTH = tuple(range(1, 13))
SCENARIO = """aiplan: 1
name: terms
sites:
  - id: texas
    location: {latitude: 32.45, longitude: -99.73}
    region: us_ercot_texas
    grid:
      connection: 12 MW
      price: 0.05 USD/kWh
      demand_charge: 12 USD/kW-month
      demand:
        interval_factor: 1.05
        windows: [{id: evening, charge: 8 USD/kW-month, months: [6, 7], weekdays: weekdays, hours: [16-18, 22-2]}]
        ratchet: {share: 80%, of: [6]}
        coincident:
          - {id: 4cp, charge: 60 USD/kW-year, hours: ['07-23 17:00', '06-01 00:00']}
          - {id: hot, charge: 24 USD/kW-year, estimate: {by: temperature, count: 3, months: [7], apart: day}}
      contract: {capacity: plan, charge: 2 USD/kW-month, energy: 8 GWh/year, energy_minimum: 90%, untaken: 30 USD/MWh}
      green: {adder: 4 USD/MWh, share: 25%}
      export_limit: 1 MW
      metering: net
      export_share: {most: 30%}
    contracts:
      - {id: wind, strike: 40 USD/MWh, node_price: NODE, size: plan, technology: wind_onshore}
      - {id: away, strike: 40 USD/MWh, node_price: 20 USD/MWh, size: 2 MW, technology: wind_onshore,
         region: us_pjm_ohio}
      - {id: firm, kind: baseload, strike: 60 USD/MWh, node_price: 20 USD/MWh, fee: 1 USD/MWh, size: 2 MW,
         curtail_below: 30 USD/MWh}
    certificates: [{id: rec, price: 3 USD/MWh, volume: plan, max: 5 GWh/year}]
workloads:
  - {kind: dataset, id: corpus, size: 500 TB}
"""


def prepared(tmp_path: Path, node: str = "20 USD/MWh") -> Any:
    file = tmp_path / "terms.yaml"
    file.write_text(SCENARIO.replace("NODE", node), encoding="utf-8")
    return driver.prepare(file, hours=24).problem.sites[0]


def test_spans_of_hours() -> None:
    assert span("14-20") == [14, 15, 16, 17, 18, 19]
    assert span("22-2") == [22, 23, 0, 1]
    assert span("0-24") == list(range(24))


def test_hours_of_the_year() -> None:
    assert hour_of("01-01 00:00") == 0
    assert hour_of("03-01 05:00") == 24 * 59 + 5
    assert hour_of("12-31 23") == 8759


def test_the_highest_hours_lie_apart() -> None:
    series = np.zeros(8760)
    series[[100, 101, 200, 5000]] = [9.0, 8.0, 7.0, 6.0]
    wish = SimpleNamespace(count=3, months=EVERY_MONTH, apart="day")
    assert highest(series, wish) == (100, 200, 5000)
    wish = SimpleNamespace(count=2, months=EVERY_MONTH, apart="month")
    assert highest(series, wish) == (100, 5000)
    wish = SimpleNamespace(count=2, months=(7,), apart="month")
    assert [int(m) for m in month_of_hour(np.array(highest(series, wish)))] == [6]


def test_a_scenario_s_tariff(tmp_path: Path) -> None:
    site = prepared(tmp_path)
    tariff = site.grid.tariff
    assert tariff.peak_factor == 1.05
    (window,) = tariff.windows
    assert (window.months, window.weekdays, window.hours) == ((5, 6), (0, 1, 2, 3, 4), (0, 1, 16, 17, 22, 23))
    assert (tariff.ratchet.share, tariff.ratchet.months, tariff.ratchet.of) == (0.8, 11, (5,))
    stated, hot = tariff.coincident
    assert stated.usd_per_kw_year == pytest.approx(60.0)
    assert stated.hours == (24 * 151, 24 * (181 + 22) + 17)
    assert len({h // 24 for h in hot.hours}) == 3
    july = np.flatnonzero(month_of_hour(np.arange(8760)) == 6)
    assert max(site.temperature_c[list(hot.hours)]) == site.temperature_c[july].max()
    assert (tariff.plan_capacity, tariff.capacity_kw) == (True, None)
    assert tariff.take_kwh_per_year == pytest.approx(7.2e6)


def test_a_scenario_s_contracts(tmp_path: Path) -> None:
    site = prepared(tmp_path)
    wind, away, firm = site.contracts
    assert wind.hourly
    assert not away.hourly
    assert firm.counts == "annual"
    assert firm.fee_usd_per_kwh == pytest.approx(0.001)
    assert not firm.delivered.any()  # its node pays 20, and below 30 nothing is delivered
    assert 0.1 < wind.delivered.mean() < 0.7
    assert (wind.size_kw, away.size_kw) == (None, 2000.0)
    assert site.certificates[0].max_kwh_per_year == pytest.approx(5e6)
    assert (site.grid.green.usd_per_kwh, site.grid.green.hourly) == (pytest.approx(0.004), False)
    assert site.grid.net_metering
    assert (site.grid.export_usd_per_kwh == site.grid.price_usd_per_kwh).all()


def test_what_earns_without_a_cap_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"contracts\[0\]: each kilowatt-hour earns 0\.0200 USD on average") as caught:
        prepared(tmp_path, "60 USD/MWh")
    assert "most_of_load" in str(caught.value)


def test_it_solves_and_is_audited(tmp_path: Path) -> None:
    """Two days, both engines: the same plan to the gap, and every law holds."""
    file = tmp_path / "terms.yaml"
    load = "  - {kind: load, id: hvac, file: load.csv, column: mw, unit: MW}\n"
    file.write_text(SCENARIO.replace("NODE", "20 USD/MWh") + load, encoding="utf-8")
    hours = "\n".join(f"{1 + 0.2 * (h % 24 == 18)}" for h in range(8760))
    (tmp_path / "load.csv").write_text(f"mw\n{hours}\n", encoding="utf-8")
    plans = [driver.solve(file, engine=engine, hours=48, gap=1e-6) for engine in ("monolithic", "decomposed")]
    first, second = (p.solver.objective_usd for p in plans)
    assert first == pytest.approx(second, rel=1e-5)
    accounts = {line.account for line in plans[0].ledger}
    assert {"demand_charge", "capacity_charge", "ppa", "ppa_sale", "green_tariff"} <= accounts
