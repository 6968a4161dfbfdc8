from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pvlib
import pytest

from planner.series.weather import WeatherError, by_station, distance_km, embedded, from_file, stations

DATA = Path(pvlib.__file__).parent / "data"


def test_the_installed_pvlib_has_all_three() -> None:
    assert [s.id for s in stations()] == ["greensboro", "miami", "sand_point"]


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
def test_the_nearest_climate_stands_in_and_says_so(latitude: float, longitude: float, station: str) -> None:
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
