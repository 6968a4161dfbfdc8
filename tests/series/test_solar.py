from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.series import solar, sun
from planner.series.weather import Weather, WeatherError, by_station

HOURS = np.arange(8760) % 24


@pytest.fixture(scope="module")
def greensboro() -> Weather:
    return by_station("greensboro")


@pytest.mark.parametrize(("technology", "low", "high"), [("tracker", 0.19, 0.25), ("roof", 0.16, 0.21)])
def test_yearly_output_is_plausible(greensboro: Weather, technology: str, low: float, high: float) -> None:
    cf = solar.capacity_factor(greensboro, technology)
    assert cf.shape == (8760,)
    assert low < cf.mean() < high
    assert 0.85 < cf.max() <= 1.0
    assert cf.min() == 0.0


@pytest.mark.parametrize("technology", solar.MOUNTINGS)
@pytest.mark.parametrize("station", ["greensboro", "miami", "sand_point"])
def test_nothing_at_night_and_noon_at_solar_noon(station: str, technology: str) -> None:
    weather = by_station(station)
    cf = solar.capacity_factor(weather, technology)
    at = sun.position(weather.latitude, weather.longitude, weather.elevation_m, weather.utc_offset_hours)
    assert cf[at.zenith > 97.5].max() == 0.0  # the whole hour lies in the night
    centre = (cf * (HOURS + 0.5)).sum() / cf.sum()
    assert centre == pytest.approx(12 + weather.utc_offset_hours - weather.longitude / 15, abs=0.25)


def test_tracking_beats_a_roof_in_summer_mornings(greensboro: Weather) -> None:
    june = slice(24 * 151, 24 * 181)
    tracked, roof = (solar.capacity_factor(greensboro, t)[june].reshape(30, 24) for t in solar.MOUNTINGS)
    assert tracked[:, 7].mean() > 1.5 * roof[:, 7].mean()


def test_the_sun_is_highest_at_noon_of_the_solstice() -> None:
    at = sun.position(36.1, -75.0, 0.0, -5.0)
    day = at.zenith.reshape(365, 24)[171]
    assert 36.1 - 23.44 < day.min() < 36.1 - 23.44 + 2.0
    assert day.argmin() in (11, 12)
    assert at.azimuth.reshape(365, 24)[171][6] < 90
    assert at.azimuth.reshape(365, 24)[171][17] > 270


def test_a_bigger_array_gives_more_but_never_more_than_its_inverter(greensboro: Weather) -> None:
    means = []
    for ratio in (0.8, 1.2, 1.6, 3.0):
        cf = solar.capacity_factor(greensboro, "tracker", {"dc_ac_ratio": ratio})
        assert cf.max() <= 1.0
        means.append(cf.mean())
    assert means == sorted(means)
    assert means[3] < means[0] * 3.0 / 0.8


def test_losses_lower_output_in_proportion_where_nothing_clips(greensboro: Weather) -> None:
    full = solar.capacity_factor(greensboro, "tracker", {"dc_ac_ratio": 0.5, "system_losses_fraction": 0.0})
    half = solar.capacity_factor(greensboro, "tracker", {"dc_ac_ratio": 0.5, "system_losses_fraction": 0.5})
    assert half.mean() == pytest.approx(full.mean() / 2, rel=0.05)


def test_figures_of_other_kinds_are_passed_over(greensboro: Weather) -> None:
    plain = solar.capacity_factor(greensboro, "roof")
    assert np.array_equal(plain, solar.capacity_factor(greensboro, "roof", {"capex_usd_per_kw": 1.0}))


def test_heat_costs_output(greensboro: Weather) -> None:
    hot = replace(greensboro, temperature_c=greensboro.temperature_c + 20)
    ratio = solar.capacity_factor(hot, "tracker").sum() / solar.capacity_factor(greensboro, "tracker").sum()
    assert ratio == pytest.approx(1 - 20 * 0.0037, abs=0.02)


def test_still_air_stands_in_for_unknown_wind(greensboro: Weather) -> None:
    still = solar.capacity_factor(replace(greensboro, wind_m_s=None), "tracker")
    assert 0.95 < still.mean() / solar.capacity_factor(greensboro, "tracker").mean() < 1.0


def test_roofs_face_the_equator_in_the_south(greensboro: Weather) -> None:
    south = replace(greensboro, latitude=-36.1)
    shifted = {
        name: np.roll(getattr(greensboro, name), 182 * 24)
        for name in ("ghi_w_m2", "dni_w_m2", "dhi_w_m2", "temperature_c", "wind_m_s")
    }
    mirrored = solar.capacity_factor(replace(south, **shifted), "roof").mean()
    assert mirrored == pytest.approx(solar.capacity_factor(greensboro, "roof").mean(), rel=0.03)


def test_refusals(greensboro: Weather) -> None:
    with pytest.raises(WeatherError, match="Did you mean 'tracker'"):
        solar.capacity_factor(greensboro, "trackr")
    with pytest.raises(WeatherError, match="has no irradiance"):
        solar.capacity_factor(replace(greensboro, ghi_w_m2=None), "tracker")
