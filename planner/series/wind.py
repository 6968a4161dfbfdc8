"""Wind power as a capacity factor by hour, from a year's weather and a turbine's power curve.

    v_hub(t) = v(t) (hub height / height of measurement)^alpha
    v_eq(t)  = v_hub(t) (rho(t)/1.225)^(1/3),  rho = p/(R T)      (IEC 61400-12-1, pitch-controlled turbines)
    cf(t)    = (1 - losses) curve(v_eq(t))

| symbol | name | unit | meaning |
| alpha  | shear_exponent | - | growth of wind with height |
| losses | losses_fraction | - | wakes, availability, electrical, weather |
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from planner.series.weather_types import Series, Weather, refuse
from planner.series.wind_curves import PowerCurve, for_mean_wind

DEFAULTS: dict[str, float] = {
    "shear_exponent": 1 / 7,  # the one-seventh power law over open land (0.14 in the wind set below)
    "losses_fraction": 0.15,  # PNNL U.S. wind generation set, Zenodo 8240163, Sci. Data 2024: turb_generic_loss 15 %
    "air_density_correction": 1.0,  # 1 on, 0 off
    "turbulence_intensity": 0.0,  # standard deviation over mean within the hour; 0: the hour's mean alone
}
DRY_AIR_J_PER_KG_K = 287.05
STANDARD_DENSITY = 1.225
"""kg/m3 at sea level and 15 C (ISO 2533)."""
KELVIN = 273.15
GAUSS_POINTS = 9
"""Points of the Gauss-Hermite rule that smooths the curve over the wind within an hour."""


def capacity_factor(
    weather: Weather,
    hub_height_m: float = 100.0,
    params: Mapping[str, float] | None = None,
    curve: PowerCurve | None = None,
) -> Series:
    """Output per kW of turbine in every hour of the year, shape (8760,), 0..1.

    Without a `curve`, the IEC class that the year's mean wind at the hub asks for. `params` overrides the defaults
    above by name; other names are passed over, so a catalog row's figures can be handed in whole. Airport wind at
    10 m carried up by a power law is the weakest link: it knows nothing of the ridge or the night jet, and reads low.
    With a turbulence intensity the hour's wind is spread as a normal distribution, which lifts output below rated.
    Raises WeatherError for weather without wind.
    """
    if weather.wind_m_s is None:
        message = f"the weather of {weather.place} has no wind speed, so it cannot give wind power"
        raise refuse(weather.source, message, "Give a file with wind_speed_m_s, or leave the technology out.")
    p = DEFAULTS | {k: float(v) for k, v in (params or {}).items() if k in DEFAULTS}
    speed = hub_speed(weather.wind_m_s, weather.wind_height_m, hub_height_m, p["shear_exponent"])
    chosen = curve or for_mean_wind(float(speed.mean()))
    if p["air_density_correction"]:
        speed = speed * np.cbrt(air_density(weather) / STANDARD_DENSITY)
    return (1.0 - p["losses_fraction"]) * _output(chosen, speed, p["turbulence_intensity"])


def hub_speed(speed_m_s: Series, from_m: float, to_m: float, shear_exponent: float) -> Series:
    """Wind speed carried from one height to another by the power law."""
    return np.asarray(speed_m_s * (to_m / from_m) ** shear_exponent, dtype=np.float64)


def air_density(weather: Weather) -> Series:
    """kg/m3 by hour, dry air at the pressure and temperature of the weather."""
    kelvin = weather.temperature_c + KELVIN
    return np.asarray(weather.pressure_pa / (DRY_AIR_J_PER_KG_K * kelvin), dtype=np.float64)


def _output(curve: PowerCurve, speed: Series, turbulence: float) -> Series:
    if turbulence <= 0.0:
        return curve.at(speed)
    nodes, weights = np.polynomial.hermite_e.hermegauss(GAUSS_POINTS)
    spread = speed[:, None] * (1.0 + turbulence * nodes[None, :])
    return np.asarray(curve.at(spread) @ (weights / weights.sum()), dtype=np.float64)
