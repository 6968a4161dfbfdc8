from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import weather_writing as write

from planner.series.weather import Weather, WeatherError, by_station, from_file, standard_offset_hours
from planner.series.weather_columns import recognise

HERE = {"latitude": 42.0, "longitude": -87.9, "elevation_m": 200.0, "utc_offset_hours": -6.0}


def read(path: Path, **over: float) -> Weather:
    return from_file(path, **{**HERE, **over})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "quantity", "unit", "height"),
    [
        ("temperature_c", "temperature_c", "c", 0),
        ("temp_air", "temperature_c", "c", 0),
        ("Dry-bulb (C)", "temperature_c", "c", 0),
        ("temperature_2m (°F)", "temperature_c", "f", 2),
        ("temp_air_2m_k", "temperature_c", "k", 2),
        ("T2m", "temperature_c", "c", 0),
        ("Dew Point", "dew_point_c", "c", 0),
        ("relative_humidity_2m (%)", "relative_humidity", "pct", 2),
        ("rel_humidity_pct", "relative_humidity", "pct", 0),
        ("G(h)", "ghi_w_m2", "w_m2", 0),
        ("GHI (W/m^2)", "ghi_w_m2", "w_m2", 0),
        ("shortwave_radiation (W/m²)", "ghi_w_m2", "w_m2", 0),
        ("Gb(n)", "dni_w_m2", "w_m2", 0),
        ("dhi_kw_m2", "dhi_w_m2", "kw_m2", 0),
        ("WS10m", "wind_m_s", "m_s", 10),
        ("wind_speed_80m_m_s", "wind_m_s", "m_s", 80),
        ("wind_speed_100m (km/h)", "wind_m_s", "km_h", 100),
        ("pressure_hpa", "pressure_pa", "hpa", 0),
        ("Pressure (mbar)", "pressure_pa", "hpa", 0),
    ],
)
def test_columns_are_known_by_name(name: str, quantity: str, unit: str, height: float) -> None:
    found = recognise([name])
    assert list(found) == [quantity]
    assert (found[quantity].unit, found[quantity].height_m) == (unit, height)


@pytest.mark.parametrize(
    "name", ["wind_direction", "GHI source", "Pressure uncert (code)", "direct_radiation", "IR(h)"]
)
def test_other_columns_are_left_alone(name: str) -> None:
    assert recognise([name]) == {}


def test_the_highest_wind_is_taken() -> None:
    found = recognise(["wind_speed_100m_m_s", "wind_speed_10m_m_s"])
    assert (found["wind_m_s"].index, found["wind_m_s"].height_m) == (0, 100)


def test_units_are_converted(tmp_path: Path) -> None:
    header = "timestamp,temperature_f,rh_fraction,wind_speed_80m_km_h,pressure_hpa"
    got = read(write.plain(tmp_path / "a.csv", write.stamps(), header, "50,0.4,36,990"))
    assert got.temperature_c[0] == pytest.approx(10.0)
    assert got.relative_humidity[0] == pytest.approx(40.0)
    assert got.wind_m_s is not None
    assert got.wind_m_s[0] == pytest.approx(10.0)
    assert got.wind_height_m == 80.0
    assert got.pressure_pa[0] == pytest.approx(99_000.0)


def test_pressure_without_a_unit_is_known_by_its_size(tmp_path: Path) -> None:
    got = read(write.plain(tmp_path / "a.csv", write.stamps(), "timestamp,temp_air,rh,pressure", "5,50,990"))
    assert got.pressure_pa[0] == pytest.approx(99_000.0)
    assert any("names no unit" in note for note in got.notes)


def test_utc_is_rolled_to_local_standard_time(tmp_path: Path) -> None:
    rows = (f"{t:%Y-%m-%dT%H:%MZ},{i % 40},50" for i, t in enumerate(write.stamps()))
    got = read(write.csv_file(tmp_path / "a.csv", "time,temp_air_c,rh", rows))
    assert got.temperature_c[0] == 6 % 40
    assert got.utc_offset_hours == -6.0
    assert "Times moved by -6 h" in got.notes[0]


def test_a_utc_year_that_begins_on_local_new_year(tmp_path: Path) -> None:
    times = write.stamps(start=datetime(2022, 12, 31, 23))
    rows = (f"{t:%Y-%m-%dT%H:%MZ},{i % 40},50" for i, t in enumerate(times))
    path = write.csv_file(tmp_path / "a.csv", "timestamp_utc,temp_air_c,rh", rows)
    got = from_file(path, latitude=50.1, longitude=8.7, utc_offset_hours=1.0)
    np.testing.assert_array_equal(got.temperature_c, np.arange(8760) % 40)


def test_a_zone_of_half_an_hour_is_rolled_by_whole_hours_and_says_so(tmp_path: Path) -> None:
    path = write.plain(tmp_path / "a.csv", write.stamps(), "timestamp_utc,temp_air_c,rh")
    got = from_file(path, latitude=19.0, longitude=72.9, utc_offset_hours=5.5)
    assert got.utc_offset_hours == 6.0
    assert any("whole hours only" in note for note in got.notes)


def test_hour_ending_labels(tmp_path: Path) -> None:
    rows = (f"{t.month},{t.day},{t.hour + 1},{t.hour},50" for t in write.stamps())
    got = read(write.csv_file(tmp_path / "a.csv", "month,day,hour_ending,temp_air_c,rh", rows))
    np.testing.assert_array_equal(got.temperature_c, np.arange(8760) % 24)


def test_hours_1_to_24_are_hour_ending_without_saying_so(tmp_path: Path) -> None:
    rows = (f"{t.month},{t.day},{t.hour + 1},{t.hour},50" for t in write.stamps())
    got = read(write.csv_file(tmp_path / "a.csv", "month,day,hour,temp_air_c,rh", rows))
    np.testing.assert_array_equal(got.temperature_c, np.arange(8760) % 24)


@pytest.mark.parametrize("zone", ["", "Z"])
def test_the_leap_day_is_left_out(tmp_path: Path, zone: str) -> None:
    rows = (f"{t:%Y-%m-%dT%H:%M}{zone},{t.month},50" for t in write.stamps(2024, 8784))
    got = read(write.csv_file(tmp_path / "a.csv", "time,temp_air_c,rh", rows))
    assert "29 February is left out." in got.notes
    assert np.bincount(got.temperature_c.astype(int)).tolist()[2] in (28 * 24, 28 * 24 - 6, 28 * 24 + 6)
    assert len(got.temperature_c) == 8760


def test_rows_without_times_begin_at_new_year(tmp_path: Path) -> None:
    got = read(write.csv_file(tmp_path / "a.csv", "temp_air;rh", (f"{i % 30};50" for i in range(8760))))
    assert got.temperature_c[31] == 1.0
    assert "no time column" in got.notes[0]


def test_half_hours_are_averaged(tmp_path: Path) -> None:
    times = write.stamps(hours=17520, minutes=30)
    rows = (f"{t:%Y-%m-%d %H:%M},{t.minute / 10},50" for t in times)
    got = read(write.csv_file(tmp_path / "a.csv", "time,temp_air_c,rh", rows))
    np.testing.assert_allclose(got.temperature_c, 1.5)


def test_open_meteo_says_where_it_is_and_labels_the_hour_before(tmp_path: Path) -> None:
    light = [max(0.0, np.sin((t.hour - 6) / 12 * np.pi)) * 800 for t in write.stamps()]
    rows = [f"{t:%Y-%m-%dT%H:%M},5,50,{s:.2f}" for t, s in zip(write.stamps(), light, strict=True)]
    path = tmp_path / "a.csv"
    head = ["latitude,longitude,elevation,utc_offset_seconds,timezone,timezone_abbreviation"]
    head += ["42.0,-87.9,200.0,-21600,America/Chicago,CST", ""]
    head += ["time,temperature_2m (°C),relative_humidity_2m (%),shortwave_radiation (W/m²)"]
    path.write_text("\n".join([*head, *rows]), encoding="utf-8")
    got = from_file(path)
    assert (got.latitude, got.elevation_m, got.utc_offset_hours) == (42.0, 200.0, -6.0)
    write.same(got.ghi_w_m2, np.roll(np.round(light, 2), -1), 1e-9)


def test_what_a_file_lacks_is_none_and_said(tmp_path: Path) -> None:
    got = read(write.plain(tmp_path / "a.csv", write.stamps()))
    assert got.ghi_w_m2 is None
    assert got.dni_w_m2 is None
    assert got.wind_m_s is None
    said = " ".join(got.notes)
    assert "cannot give solar power" in said
    assert "cannot give wind power" in said
    assert "standard atmosphere" in said
    assert got.pressure_pa[0] == pytest.approx(98_945, abs=1)


def test_a_wet_bulb_of_the_file_is_taken(tmp_path: Path) -> None:
    got = read(write.plain(tmp_path / "a.csv", write.stamps(), "time,temp_air_c,rh,wetbulb_c", "5,50,1.25"))
    assert got.wetbulb_c[0] == 1.25


def test_light_derived_from_ghi_alone(tmp_path: Path) -> None:
    station = by_station("greensboro")
    assert station.ghi_w_m2 is not None
    assert station.dni_w_m2 is not None
    rows = (f"{t},{g},50" for t, g in zip(station.temperature_c, station.ghi_w_m2, strict=True))
    path = write.csv_file(tmp_path / "a.csv", "temp_air_c,ghi_w_m2,rh", rows)
    got = from_file(path, latitude=station.latitude, longitude=station.longitude, utc_offset_hours=-5.0)
    assert got.dni_w_m2 is not None
    assert any("Erbs" in note for note in got.notes)
    assert got.dni_w_m2.mean() == pytest.approx(station.dni_w_m2.mean(), rel=0.10)
    assert np.corrcoef(got.dni_w_m2, station.dni_w_m2)[0, 1] > 0.9


@pytest.mark.parametrize("missing", ["ghi", "dni", "dhi"])
def test_the_third_of_the_light_is_derived(tmp_path: Path, missing: str) -> None:
    station = by_station("greensboro")
    light = {"ghi": station.ghi_w_m2, "dni": station.dni_w_m2, "dhi": station.dhi_w_m2}
    true = light.pop(missing)
    pairs = np.column_stack([station.temperature_c, *(s for s in light.values() if s is not None)])
    rows = (",".join(f"{v:g}" for v in row) + ",50" for row in pairs)
    path = write.csv_file(tmp_path / "a.csv", f"temp_air_c,{','.join(light)},rh", rows)
    got = getattr(from_file(path, latitude=36.1, longitude=-79.95, utc_offset_hours=-5.0), f"{missing}_w_m2")
    assert true is not None
    assert np.corrcoef(got, true)[0, 1] > 0.97
    assert got.min() >= 0.0


def test_a_wrong_time_zone_is_noticed_by_the_light(tmp_path: Path) -> None:
    station = by_station("greensboro")
    assert station.ghi_w_m2 is not None
    for late, noticed in ((0, False), (5, True)):
        rows = (f"5,{g},50" for g in np.roll(station.ghi_w_m2, late))
        path = write.csv_file(tmp_path / f"{late}.csv", "temp_air_c,ghi,rh", rows)
        got = from_file(path, latitude=36.1, longitude=-79.95, utc_offset_hours=-5.0)
        assert any("check the file's time zone" in note for note in got.notes) == noticed


@pytest.mark.parametrize(
    ("zone", "hours"),
    [("America/New_York", -5.0), ("Australia/Sydney", 10.0), ("Asia/Kolkata", 5.5), ("Europe/London", 0.0)],
)
def test_standard_time_is_winter_time(zone: str, hours: float) -> None:
    assert standard_offset_hours(zone) == hours


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd"])
def test_unknown_zones_are_refused(zone: str) -> None:
    with pytest.raises(WeatherError, match="no time zone"):
        standard_offset_hours(zone)
