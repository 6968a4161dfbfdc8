from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.series import wind
from planner.series.weather import Weather, WeatherError, by_station
from planner.series.wind_curves import CURVES, PowerCurve, for_mean_wind

BARE = {"losses_fraction": 0.0, "air_density_correction": 0.0, "shear_exponent": 0.0}


def windy(speed: float) -> Weather:
    return replace(by_station("greensboro"), wind_m_s=np.full(8760, speed))


@pytest.mark.parametrize("name", sorted(CURVES))
def test_curves_rise_to_rated_and_stop_outside(name: str) -> None:
    curve = CURVES[name]
    speed, output = np.array(curve.speed_m_s), np.array(curve.output)
    assert len(speed) == len(output)
    assert (np.diff(speed) > 0).all()
    rated = int(output.argmax())
    assert (np.diff(output[: rated + 1]) >= 0).all()
    assert output[rated] == pytest.approx(1.0, abs=2e-4)
    assert 9.5 < speed[rated] < 14
    assert output.max() <= 1.0
    assert output.min() >= 0.0
    assert curve.at(np.array([0.0, 2.99, 25.01, 40.0])).tolist() == [0.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize("name", sorted(CURVES))
def test_no_curve_takes_more_than_betz(name: str) -> None:
    """At the rotor's area per kW that its best point implies, output never exceeds 16/27 of the wind's power."""
    curve = CURVES[name]
    per_cube = np.array(curve.output) / np.array(curve.speed_m_s) ** 3
    watts_per_m2 = 0.5 * 1.225 * 16 / 27 / per_cube.max()
    assert 200 < watts_per_m2 < 450  # specific power of machines on land


def test_composites_at_points_of_the_published_tables() -> None:
    assert CURVES["iec_class_1"].at(np.array([8.0, 10.0])) == pytest.approx([0.420616, 0.780314], abs=1e-4)
    assert CURVES["iec_class_2"].at(np.array([8.0, 10.0, 25.0])) == pytest.approx(
        [0.554984, 0.898788, 0.564222], abs=1e-4
    )
    assert CURVES["iec_class_3"].at(np.array([8.0, 10.0, 20.0])) == pytest.approx(
        [0.641382, 0.948947, 0.840748], abs=1e-4
    )
    assert CURVES["atb_2020_5_5mw"].at(np.array([8.0, 20.0])) == pytest.approx([2990 / 5500, 1.0])


def test_lighter_classes_give_more_at_the_same_wind() -> None:
    eight = np.array([8.0])
    outputs = [CURVES[f"iec_class_{i}"].at(eight)[0] for i in (1, 2, 3)]
    assert outputs == sorted(outputs)


@pytest.mark.parametrize(
    ("mean", "name"), [(4.0, "iec_class_3"), (7.5, "iec_class_3"), (8.0, "iec_class_2"), (9.9, "iec_class_1")]
)
def test_class_by_mean_wind(mean: float, name: str) -> None:
    assert for_mean_wind(mean).name == name


@given(st.floats(0, 13), st.floats(0, 3))
def test_more_wind_gives_more_below_rated(speed: float, more: float) -> None:
    curve = CURVES["iec_class_1"]
    assert curve.at(np.array([min(13.0, speed + more)]))[0] >= curve.at(np.array([speed]))[0]


@pytest.mark.parametrize(("speed", "expected"), [(0.0, 0.0), (2.9, 0.0), (13.0, 1.0), (18.0, 1.0), (25.1, 0.0)])
def test_cut_in_rated_and_cut_out(speed: float, expected: float) -> None:
    cf = wind.capacity_factor(windy(speed), params=BARE, curve=CURVES["iec_class_1"])
    np.testing.assert_allclose(cf, expected)


def test_losses_and_height() -> None:
    weather = windy(6.0)
    bare = wind.capacity_factor(weather, params=BARE, curve=CURVES["iec_class_2"])
    lossy = wind.capacity_factor(weather, params={**BARE, "losses_fraction": 0.15}, curve=CURVES["iec_class_2"])
    np.testing.assert_allclose(lossy, 0.85 * bare)
    high = wind.capacity_factor(weather, 100.0, {**BARE, "shear_exponent": 1 / 7}, CURVES["iec_class_2"])
    expected = CURVES["iec_class_2"].at(np.array([6.0 * 10 ** (1 / 7)]))[0]
    np.testing.assert_allclose(high, expected)
    assert high[0] > bare[0]


def test_wind_measured_at_the_hub_is_taken_as_it_is() -> None:
    weather = replace(windy(6.0), wind_height_m=100.0)
    on = wind.capacity_factor(
        weather, 100.0, {"losses_fraction": 0.0, "air_density_correction": 0.0}, CURVES["iec_class_2"]
    )
    np.testing.assert_allclose(on, CURVES["iec_class_2"].at(np.array([6.0]))[0])


def test_thin_air_gives_less() -> None:
    weather = windy(6.0)
    thin = replace(weather, pressure_pa=weather.pressure_pa * 0.8)
    assert wind.capacity_factor(thin).mean() < wind.capacity_factor(weather).mean()


def test_density_of_the_standard_atmosphere() -> None:
    weather = replace(windy(6.0), pressure_pa=np.full(8760, 101_325.0), temperature_c=np.full(8760, 15.0))
    np.testing.assert_allclose(wind.air_density(weather), 1.225, rtol=1e-3)


def test_turbulence_lifts_the_foot_and_lowers_the_knee_of_the_curve() -> None:
    def at(speed: float, turbulence: float) -> float:
        params = {**BARE, "turbulence_intensity": turbulence}
        return float(wind.capacity_factor(windy(speed), params=params, curve=CURVES["iec_class_1"])[0])

    assert at(6.0, 0.15) > at(6.0, 0.0)
    assert at(12.5, 0.15) < at(12.5, 0.0)


def test_a_linear_curve_is_not_changed_by_turbulence() -> None:
    line = PowerCurve("line", (0.0, 25.0), (0.0, 1.0), "made for this test")
    cf = wind.capacity_factor(windy(10.0), params={**BARE, "turbulence_intensity": 0.1}, curve=line)
    np.testing.assert_allclose(cf, 0.4)


@pytest.mark.parametrize(
    ("station", "low", "high"), [("greensboro", 0.08, 0.2), ("miami", 0.2, 0.4), ("sand_point", 0.3, 0.45)]
)
def test_yearly_output_is_plausible(station: str, low: float, high: float) -> None:
    cf = wind.capacity_factor(by_station(station))
    assert cf.shape == (8760,)
    assert low < cf.mean() < high
    assert cf.min() >= 0.0
    assert cf.max() <= 1.0


def test_no_wind_is_refused() -> None:
    with pytest.raises(WeatherError, match="has no wind speed"):
        wind.capacity_factor(replace(windy(1.0), wind_m_s=None))
