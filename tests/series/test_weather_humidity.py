from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.series.humidity import relative_humidity, standard_pressure_pa, wet_bulb


def one(value: float) -> np.ndarray:
    return np.array([value])


def test_stulls_own_example() -> None:
    assert wet_bulb(one(20.0), one(50.0))[0] == pytest.approx(13.7, abs=0.05)


def imbalance(dry: float, percent: float, wet: float, pascal: float = 101_325.0) -> float:
    """Water the air holds less what adiabatic saturation at `wet` would give it (ASHRAE Fundamentals, chapter 1)."""

    def vapour_pa(t: float) -> float:
        return 611.2 * float(np.exp(17.62 * t / (243.12 + t)))

    def ratio(p: float) -> float:
        return 0.62198 * p / (pascal - p)

    full = ratio(vapour_pa(wet))
    from_wet = ((2501 - 2.326 * wet) * full - 1.006 * (dry - wet)) / (2501 + 1.86 * dry - 4.186 * wet)
    return ratio(percent / 100 * vapour_pa(dry)) - from_wet


@pytest.mark.parametrize("dry", [0.0, 10.0, 20.0, 30.0, 40.0])
@pytest.mark.parametrize("percent", [20.0, 40.0, 60.0, 80.0, 95.0])
def test_within_a_kelvin_of_the_psychrometric_balance(dry: float, percent: float) -> None:
    wet = float(wet_bulb(one(dry), one(percent))[0])
    assert imbalance(dry, percent, wet - 1.0) > 0 > imbalance(dry, percent, wet + 1.0)


@given(st.floats(-60, 55), st.floats(0, 100))
def test_never_above_the_dry_bulb(dry: float, percent: float) -> None:
    assert wet_bulb(one(dry), one(percent))[0] <= dry


@given(st.floats(0, 50), st.floats(10, 95))
def test_rises_with_humidity(dry: float, percent: float) -> None:
    assert wet_bulb(one(dry), one(percent + 5))[0] > wet_bulb(one(dry), one(percent))[0]


def test_saturated_air_is_at_its_wet_bulb() -> None:
    assert wet_bulb(one(17.0), one(100.0))[0] == 17.0


def test_dew_point() -> None:
    assert relative_humidity(one(20.0), one(20.0))[0] == pytest.approx(100.0)
    assert relative_humidity(one(20.0), one(9.3))[0] == pytest.approx(50.0, abs=0.5)


def test_standard_atmosphere() -> None:
    assert standard_pressure_pa(0.0) == pytest.approx(101_325.0)
    assert standard_pressure_pa(1500.0) == pytest.approx(84_556.0, rel=1e-4)
    assert standard_pressure_pa(3000.0) == pytest.approx(70_109.0, rel=1e-4)
