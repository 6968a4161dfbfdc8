"""Power curves of generic wind turbines: output over rated output by wind speed at the hub.

Source: NREL turbine-models (github.com/NREL/turbine-models, commit 556c128f), data/Onshore/IEC_Class{1,2,3}_Normalized_
Industry_Composite.csv and 2020ATB_NREL_Reference_5.5MW_175.csv, read 2026-11; the composites are of several makers'
machines of the class, which is why they fall off between 18 and 25 m/s, where one after the other shuts down. Rounded
here to four digits. Between the points output is interpolated; below the first and above the last it is nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.series.weather_types import Series

SOURCE = "NREL turbine-models, commit 556c128f"


@dataclass(frozen=True, slots=True)
class PowerCurve:
    """Output over rated output (0..1) at ascending wind speeds in m/s, at air of 1.225 kg/m3."""

    name: str
    speed_m_s: tuple[float, ...]
    output: tuple[float, ...]
    source: str

    def at(self, speed_m_s: Series) -> Series:
        """Output at wind speeds, same shape."""
        return np.interp(speed_m_s, self.speed_m_s, self.output, left=0.0, right=0.0)


_HALF_STEPS = tuple(3.0 + 0.5 * i for i in range(45))
"""3.0 to 25.0 m/s."""
_ONE = (
    0.0095, 0.0257, 0.0438, 0.0682, 0.0952, 0.1312, 0.1710, 0.2222, 0.2780, 0.3470, 0.4206, 0.5056, 0.5948, 0.6877,
    0.7803, 0.8596, 0.9241, 0.9609, 0.9880, 0.9945,
) + (1.0,) * 25  # fmt: skip
_TWO = (
    0.0100, 0.0322, 0.0576, 0.0924, 0.1302, 0.1786, 0.2329, 0.3019, 0.3762, 0.4648, 0.5550, 0.6543, 0.7507, 0.8287,
    0.8988, 0.9394, 0.9739, 0.9857, 0.9942, 0.9980, 0.9998, 0.9999, 0.9994, 0.9981, 0.9959, 0.9932, 0.9906, 0.9888,
    0.9877, 0.9871, 0.9870, 0.9568, 0.9266, 0.8964, 0.8662, 0.8360, 0.8058, 0.7756, 0.7454, 0.7152, 0.6850, 0.6548,
    0.6246, 0.5944, 0.5642,
)  # fmt: skip
_THREE = (
    0.0118, 0.0360, 0.0669, 0.1063, 0.1511, 0.2055, 0.2686, 0.3458, 0.4337, 0.5346, 0.6414, 0.7430, 0.8347, 0.9000,
    0.9489, 0.9772, 0.9928, 0.9987, 0.9999, 0.9999, 1.0000, 1.0000, 0.9995, 0.9984, 0.9967, 0.9945, 0.9926, 0.9911,
    0.9904, 0.9900, 0.9900, 0.9527, 0.9154, 0.8781, 0.8407, 0.8034, 0.7661, 0.7288, 0.6915, 0.6542, 0.6169, 0.5796,
    0.5422, 0.5049, 0.4676,
)  # fmt: skip
_ATB_KW = (
    0.0, 127.0, 178.0, 237.0, 305.0, 381.0, 468.0, 564.0, 671.0, 789.0, 919.0, 1061.0, 1216.0, 1385.0, 1567.0, 1765.0,
    1977.0, 2205.0, 2450.0, 2711.0, 2990.0, 3287.0, 3602.0, 3937.0, 4291.0, 4665.0, 5060.0, 5477.0, 5500.0, 5500.0,
)  # fmt: skip
_ATB_SPEED = (*(3.0 + 0.25 * i for i in range(29)), 24.75)
_ATB_RATED_KW = 5500.0

CURVES: dict[str, PowerCurve] = {
    curve.name: curve
    for curve in (
        PowerCurve("iec_class_1", _HALF_STEPS, _ONE, SOURCE),
        PowerCurve("iec_class_2", _HALF_STEPS, _TWO, SOURCE),
        PowerCurve("iec_class_3", _HALF_STEPS, _THREE, SOURCE),
        PowerCurve("atb_2020_5_5mw", _ATB_SPEED, tuple(kw / _ATB_RATED_KW for kw in _ATB_KW), SOURCE),
    )
}

CLASS_MEAN_M_S = (("iec_class_3", 7.5), ("iec_class_2", 8.5))
"""Highest yearly mean wind at the hub that each class is built for (IEC 61400-1, reference speed x 0.2)."""


def for_mean_wind(mean_m_s: float) -> PowerCurve:
    """The composite of the lightest class that stands a yearly mean wind at the hub."""
    return CURVES[next((name for name, most in CLASS_MEAN_M_S if mean_m_s <= most), "iec_class_1")]
