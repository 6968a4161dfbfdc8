"""A scenario, its overlays and the files it names: every fault of all of them in one pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.driver import fragments
from planner.intake import read
from planner.scenario import Problem, ScenarioProblems

SCENARIO = """\
aiplan: 1
name: t
catalogs: [mine]
sites:
  - id: a
    location: {latitude: 39.0, longitude: -77.5, timezone: America/New_York}
    region: us_pjm_virginia
    weather: {file: weather.csv}
    grid: {connection: 3 MW, price: {file: hours.csv, column: price, unit: USD/MWh}}
    renewables: [{technology: solar_pv_utility, max: 2 MW}]
workloads:
  - {kind: load, id: metered, file: hours.csv, column: mw, unit: MW}
"""


def weather(columns: str = "temperature_c,relative_humidity_pct", row: str = "10,50") -> str:
    return "\n".join([columns, *[row] * 8760]) + "\n"


def hours(mw: str = "1.5", price: str = "-20") -> str:
    return "\n".join(["hour,mw,price", *(f"{i},{mw},{price}" for i in range(8760))]) + "\n"


def folder(home: Path, scenario: str = SCENARIO, **files: str) -> Path:
    given = {"weather.csv": weather(), "hours.csv": hours(), "mine/own.yaml": "kind: node\nrows: []\n"}
    for name, text in {**given, **files, "s.yaml": scenario}.items():
        path = home / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return home / "s.yaml"


def faults(path: Path) -> list[Problem]:
    with pytest.raises(ScenarioProblems) as caught:
        read(path, fragments())
    return caught.value.problems


def without_solar(text: str = SCENARIO) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if "renewables" not in line)


def test_weather_without_a_place_of_its_own_is_the_sites(tmp_path: Path) -> None:
    scenario, _ = read(folder(tmp_path, without_solar()), fragments())
    assert scenario.name == "t"


def test_negative_prices_are_real_and_negative_loads_are_not(tmp_path: Path) -> None:
    found = faults(folder(tmp_path, without_solar(), **{"hours.csv": hours(mw="-1")}))
    assert {p.message for p in found if "not shown" not in p.message} == {"'-1' is out of range"}
    assert {(p.code, Path(p.file).name) for p in found} == {("hours", "hours.csv")}
    assert found[0].line_text[found[0].column - 1 :] == "-1,-20"


def test_solar_needs_weather_with_sun(tmp_path: Path) -> None:
    (found,) = faults(folder(tmp_path))
    assert "`weather.csv` has no irradiance" in found.message
    assert found.line_text[found.column - 1 : found.end_column - 1] == "solar_pv_utility"


def test_faults_of_four_files_come_together(tmp_path: Path) -> None:
    text = SCENARIO.replace("3 MW", "3 mw").replace("us_pjm_virginia", "us_pjm_virgina")
    own = "kind: node\nsources: {me: {ref: a quote, as_of: 2026-01-01}}\nrows:\n  - {id: dgx_h100, max_w: 9}\n"
    path = folder(
        tmp_path,
        text,
        **{
            "weather.csv": weather(row="abc,50"),
            "hours.csv": hours(price="1e300"),
            "mine/own.yaml": own,
        },
    )
    found = faults(path)
    assert {Path(p.file).name for p in found} == {"s.yaml", "weather.csv", "hours.csv", "own.yaml"}
    assert {p.code for p in found} == {"quantity", "unknown-id", "weather", "hours", "catalog"}
    assert all(p.expected and p.fix for p in found)
    assert [p.message for p in found if not p.line_text] == ["and 8740 more problems like these"]


def test_an_id_of_an_overlay_is_known_though_another_row_is_at_fault(tmp_path: Path) -> None:
    own = "kind: model\nrows:\n  - {id: mine, params_b: 7}\n  - {id: other}\n"
    text = without_solar() + (
        "  - {kind: serving, id: s, model: mine, requests: 1 req/s, input_tokens: 9, output_tokens: 9,\n"
        "     ttft: 1 s, tpot: 1 s}\n"
    )
    assert {p.code for p in faults(folder(tmp_path, text, **{"mine/own.yaml": own}))} == {"catalog"}


def test_a_link_out_of_the_catalog_is_not_followed(tmp_path: Path) -> None:
    path = folder(tmp_path, without_solar())
    (tmp_path / "secret.yaml").write_text("password: 1\n", encoding="utf-8")
    (tmp_path / "mine" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (found,) = faults(path)
    assert "leads out" in found.message
    assert "password" not in found.line_text


def test_a_catalog_without_rows_is_a_slip(tmp_path: Path) -> None:
    path = folder(tmp_path, without_solar())
    (tmp_path / "mine" / "own.yaml").rename(tmp_path / "mine" / "own.yaml.orig")
    (found,) = faults(path)
    assert "this folder holds no *.yaml file" in found.message


def test_a_station_whose_package_is_not_installed_says_so_at_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from planner.series import weather_stations

    there = weather_stations._folder
    monkeypatch.setattr(weather_stations, "_folder", lambda p: there(p) if p == "pvlib" else None)
    text = SCENARIO.replace("{file: weather.csv}", "{station: potsdam}")
    [fault] = faults(folder(tmp_path, text))
    assert (fault.line, fault.column) == (8, 24)
    assert "in the package demandlib, which is not installed" in fault.message
