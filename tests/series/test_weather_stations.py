from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import pvlib
import pytest
from test_weather_try import write

from planner.series import weather_stations
from planner.series.weather import WeatherError, by_station, distance_km, embedded, from_file, stations
from planner.series.weather_regions import region_of
from planner.series.weather_stations import nearest, unlike

DATA = Path(pvlib.__file__).parent / "data"


BERLIN = 52.52, 13.405


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No demandlib, whether it is installed or not."""
    there = weather_stations._folder
    monkeypatch.setattr(weather_stations, "_folder", lambda p: there(p) if p == "pvlib" else None)


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A demandlib whose only file is Potsdam's, and whose map has a region 4 around Berlin and a hole in it."""
    write(tmp_path, old=True).rename(tmp_path / "TRY2010_04_Jahr.dat")
    outer, hole = [[12, 52], [14, 52], [14, 54], [12, 54], [12, 52]], [[12.1, 53], [12.2, 53], [12.2, 53.1], [12.1, 53]]
    shape = {"properties": {"TRY_code": 4}, "geometry": {"type": "MultiPolygon", "coordinates": [[outer, hole]]}}
    (tmp_path / "TRY_polygons.geojson").write_text(json.dumps({"features": [shape]}), encoding="utf-8")
    there = weather_stations._folder
    monkeypatch.setattr(weather_stations, "_folder", lambda p: there(p) if p == "pvlib" else tmp_path)
    return tmp_path


def test_the_installed_pvlib_has_all_three(alone: None) -> None:
    assert [s.id for s in stations()] == ["greensboro", "miami", "sand_point"]


def test_a_region_of_the_weather_service_is_taken_where_its_file_is_there(beside: Path) -> None:
    assert [s.id for s in stations()][3:] == ["potsdam"]
    weather = embedded(*BERLIN)
    assert (weather.place, weather.temperature_c[0]) == ("Potsdam", pytest.approx(1.1))
    assert " 28 km away, stands in" in weather.stood_in
    assert "Deutscher Wetterdienst, test reference year 2010 of region 4 (mean year of 1988-2007), in demandlib/" in (
        weather.stood_in
    )
    assert "relied on" not in weather.stood_in


def test_a_region_holds_what_is_inside_its_ring_and_not_in_its_hole(beside: Path) -> None:
    where = beside / "TRY_polygons.geojson"
    assert [region_of(*at, where) for at in (BERLIN, (53.02, 12.18), (51.0, 13.0))] == [4, 0, 0]


def test_a_region_goes_before_what_is_otherwise_most_alike(beside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    high = tuple(replace(s, elevation_m=9000.0) if s.id == "potsdam" else s for s in weather_stations.KNOWN)
    monkeypatch.setattr(weather_stations, "KNOWN", high)
    assert nearest(*BERLIN).id == "potsdam"
    assert nearest(51.9, 13.405).id == "sand_point"


def test_without_the_package_the_plan_says_what_would_stand_in_and_that_the_climate_is_another(alone: None) -> None:
    text = embedded(*BERLIN).stood_in
    assert text.startswith("The weather of Sand Point AK (cool and maritime), 8,011 km away, stands in")
    assert "Potsdam, 28 km away, stands in once `pip install 'aiplan[weather]'` has been run." in text
    assert "That climate is not the site's: cooling, sun and wind need a weather file" in text


def test_a_station_without_its_package_says_how_to_get_it(alone: None) -> None:
    with pytest.raises(WeatherError, match=r"the file of Potsdam is not there.*aiplan\[weather\]"):
        by_station("potsdam")


def test_a_high_place_is_unlike_a_low_one() -> None:
    assert nearest(36.1, -79.95, 2.0).id == nearest(36.1, -79.95, 273.0).id == "greensboro"
    station = next(s for s in weather_stations.KNOWN if s.id == "greensboro")
    assert unlike(36.1, -79.95, 1273.0, station) == pytest.approx(1000.0)
    assert unlike(37.1, -79.95, 273.0, station) == pytest.approx(111.2 * 1.1, rel=1e-3)


def test_the_real_files_where_they_are_installed() -> None:
    """Means of temperature (C) and sun (kWh/m2) that a central European year has; places as the files say."""
    real = [s for s in stations() if s.package == "demandlib"]
    if not real:
        pytest.skip("demandlib is not installed")
    assert len(real) == 15
    for station in real:
        weather = by_station(station.id)
        assert (weather.latitude, weather.longitude) == pytest.approx((station.latitude, station.longitude), abs=1e-3)
        assert weather.elevation_m == station.elevation_m
        assert 2 < weather.temperature_c.mean() < 12
        assert 900 < weather.ghi_w_m2.sum() / 1000 < 1300
    assert [nearest(*at).id for at in (BERLIN, (48.137, 11.575), (50.11, 8.68))] == ["potsdam", "muehldorf", "mannheim"]


@pytest.mark.parametrize(("id", "file"), [("greensboro", "723170TYA.CSV"), ("sand_point", "703165TY.csv")])
def test_tmy3_is_read_as_pvlib_reads_it(id: str, file: str) -> None:
    ours = by_station(id)
    theirs, meta = pvlib.iotools.read_tmy3(DATA / file, map_variables=True)
    for mine, name, factor in (
        (ours.temperature_c, "temp_air", 1),
        (ours.relative_humidity, "relative_humidity", 1),
        (ours.ghi_w_m2, "ghi", 1),
        (ours.dni_w_m2, "dni", 1),
        (ours.dhi_w_m2, "dhi", 1),
        (ours.wind_m_s, "wind_speed", 1),
        (ours.pressure_pa, "pressure", 100),
    ):
        np.testing.assert_allclose(mine, theirs[name].to_numpy() * factor)
    assert (ours.latitude, ours.longitude) == (meta["latitude"], meta["longitude"])
    assert (ours.utc_offset_hours, ours.elevation_m) == (meta["TZ"], meta["altitude"])


def test_tmy2_is_read_as_pvlib_reads_it() -> None:
    ours = by_station("miami")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs, meta = pvlib.iotools.read_tmy2(DATA / "12839.tm2")
    np.testing.assert_allclose(ours.temperature_c, theirs["DryBulb"].to_numpy() / 10)
    np.testing.assert_allclose(ours.wind_m_s, theirs["Wspd"].to_numpy() / 10)
    np.testing.assert_allclose(ours.pressure_pa, theirs["Pressure"].to_numpy() * 100.0)
    for mine, name in ((ours.ghi_w_m2, "GHI"), (ours.dni_w_m2, "DNI"), (ours.dhi_w_m2, "DHI")):
        np.testing.assert_allclose(mine, theirs[name].to_numpy())
    assert ours.latitude == pytest.approx(meta["latitude"])
    assert ours.longitude == pytest.approx(meta["longitude"])
    assert ours.utc_offset_hours == meta["TZ"]


@pytest.mark.parametrize(
    ("latitude", "longitude", "station"),
    [
        (39.0, -77.5, "Greensboro NC"),  # Northern Virginia
        (1.3, 103.8, "Miami FL"),  # Singapore
        (59.9, 10.7, "Sand Point AK"),  # Oslo
        (-33.9, 151.2, "Greensboro NC"),  # Sydney
    ],
)
def test_the_nearest_climate_stands_in_and_says_so(
    latitude: float, longitude: float, station: str, alone: None
) -> None:
    weather = embedded(latitude, longitude)
    assert weather.place == station
    assert weather.stood_in.startswith(f"The weather of {station}")
    assert "irradiance are that place's, not the site's" in weather.stood_in
    away = distance_km(latitude, longitude, weather.latitude, weather.longitude)
    assert f" {away:,.0f} km away, stands in" in weather.stood_in
    assert ("summer is June" in weather.stood_in) == (latitude < 0)


def test_distance_from_london_to_new_york() -> None:
    assert distance_km(51.5074, -0.1278, 40.7128, -74.0060) == pytest.approx(5570, abs=5)


def test_the_stand_in_is_not_shifted() -> None:
    assert np.array_equal(embedded(-33.9, 151.2).temperature_c, by_station("greensboro").temperature_c)


def test_at_the_station_nothing_stands_in() -> None:
    assert embedded(36.1, -79.95).stood_in == ""


def test_an_unknown_station_is_refused_with_a_hint() -> None:
    with pytest.raises(WeatherError, match="Did you mean 'greensboro'"):
        by_station("greensborro")


def test_names_are_forgiving() -> None:
    assert by_station("Sand Point").place == "Sand Point AK"


def test_a_packaged_file_is_also_a_users_file() -> None:
    site = from_file(DATA / "723170TYA.CSV", latitude=39.0, longitude=-77.5)
    assert site.source == "723170TYA.CSV (tmy3)"
    assert site.stood_in == "The weather of Greensboro Piedmont Triad Int NC, 388 km away, stands in."


def test_series_are_a_year_and_cannot_be_changed() -> None:
    weather = by_station("greensboro")
    assert weather.temperature_c.shape == (8760,)
    with pytest.raises(ValueError, match="read-only"):
        weather.temperature_c[0] = 1.0


def test_years_look_like_their_climates() -> None:
    cold, mild, hot = (by_station(s) for s in ("sand_point", "greensboro", "miami"))
    assert cold.temperature_c.mean() < mild.temperature_c.mean() < hot.temperature_c.mean()
    for w in (cold, mild, hot):
        assert (w.wetbulb_c <= w.temperature_c).all()
        assert w.ghi_w_m2 is not None
        night = w.ghi_w_m2.reshape(365, 24)[:, [0, 1, 2]]
        assert night.max() == 0.0
