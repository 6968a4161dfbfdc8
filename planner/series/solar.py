"""Solar power as a capacity factor by hour, from a year's weather: PVWatts through pvlib.

    poa(t)  = beam(t) cos(aoi) iam(aoi) + sky diffuse (Hay and Davies 1980) + ground reflected
    dc(t)   = r (1 - losses) poa(t)/1000 (1 + gamma (T_cell(t) - 25))
    cf(t)   = min(1, inverter(dc(t)))

| symbol | name | unit | meaning |
| r      | dc_ac_ratio | - | module power over inverter power |
| losses | system_losses_fraction | - | soiling, wiring, mismatch, availability ... |
| gamma  | temperature_coefficient_per_k | 1/K | loss of module power with heat |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from planner.series import sun
from planner.series.weather_types import Series, Weather, did_you_mean, refuse

MOUNTINGS = ("tracker", "roof")
"""How the modules stand; a catalog row names one, so that a new technology is a row."""

COMMON = {
    "dc_ac_ratio": 1.2,  # REopt.jl src/core/pv.jl, PV defaults (NREL)
    "system_losses_fraction": 0.14,  # same; 14.08 % by the PVWatts version 5 list of losses (pvlib.pvsystem)
    "inverter_efficiency": 0.96,  # REopt.jl src/core/pv.jl, inv_eff
    "temperature_coefficient_per_k": -0.0037,  # PVWatts version 8 standard module, in SAM's help on PVWatts
    "albedo": 0.2,  # PVWatts version 5 (confidence: memory); pvlib's default is 0.25
}
DEFAULTS: dict[str, dict[str, float]] = {
    # A single axis from north to south, backtracking. Ground coverage: REopt.jl src/core/pv.jl; limit of rotation:
    # PVWatts version 5 (confidence: memory).
    "tracker": {**COMMON, "ground_coverage": 0.4, "tracker_limit_deg": 45.0},
    # A roof tilted 20 degrees towards the equator: REopt.jl src/core/pv.jl (tilt and azimuth of rooftop arrays).
    "roof": {**COMMON, "tilt_deg": 20.0},
}
CELLS = {"tracker": "open_rack_glass_polymer", "roof": "close_mount_glass_glass"}
"""pvlib.temperature.TEMPERATURE_MODEL_PARAMETERS['sapm'] (King et al. 2004, SAND2004-3535)."""


def capacity_factor(weather: Weather, mounting: str, params: Mapping[str, float] | None = None) -> Series:
    """Output per kW of inverter (AC) in every hour of the year, shape (8760,), 0..1.

    `params` overrides the defaults above by name; names that the mounting does not have are passed over, so a
    catalog row's figures can be handed in whole. The sun is that of the weather's own place. Raises WeatherError for
    an unknown mounting and for weather without irradiance.
    """
    if mounting not in DEFAULTS:
        raise refuse("solar", f"there is no mounting {mounting!r}", did_you_mean(mounting, MOUNTINGS))
    if weather.ghi_w_m2 is None or weather.dni_w_m2 is None or weather.dhi_w_m2 is None:
        message = f"the weather of {weather.place} has no irradiance, so it cannot give solar power"
        raise refuse(weather.source, message, "Give a file with ghi_w_m2, or leave the technology out.")
    p = DEFAULTS[mounting] | {k: float(v) for k, v in (params or {}).items() if k in DEFAULTS[mounting]}
    at = sun.position(weather.latitude, weather.longitude, weather.elevation_m, weather.utc_offset_hours)
    tilt, azimuth = _tracked(at, p) if mounting == "tracker" else _fixed(weather.latitude, p)
    poa, effective = _plane(weather, at, tilt, azimuth, p["albedo"])
    return _power(weather, CELLS[mounting], poa, effective, p)


def _tracked(at: sun.Sun, p: Mapping[str, float]) -> tuple[Series, Series]:
    """Tilt and azimuth of a horizontal north-south axis by hour; flat while the sun is down."""
    from pvlib import tracking

    got = tracking.singleaxis(
        at.apparent_zenith, at.azimuth, axis_tilt=0, axis_azimuth=180,
        max_angle=p["tracker_limit_deg"], backtrack=True, gcr=p["ground_coverage"],
    )  # fmt: skip
    return np.nan_to_num(np.asarray(got["surface_tilt"])), np.nan_to_num(np.asarray(got["surface_azimuth"]), nan=180.0)


def _fixed(latitude: float, p: Mapping[str, float]) -> tuple[float, float]:
    return p["tilt_deg"], 180.0 if latitude >= 0 else 0.0


def _plane(weather: Weather, at: sun.Sun, tilt: Any, azimuth: Any, albedo: float) -> tuple[Series, Series]:
    """Irradiance on the modules and what of it gets through the glass, W/m2."""
    from pvlib import iam, irradiance

    aoi = irradiance.aoi(tilt, azimuth, at.apparent_zenith, at.azimuth)
    extra = np.asarray(irradiance.get_extra_radiation(at.day))
    parts = irradiance.get_total_irradiance(
        tilt, azimuth, at.apparent_zenith, at.azimuth, weather.dni_w_m2, weather.ghi_w_m2, weather.dhi_w_m2,
        dni_extra=extra, albedo=albedo, model="haydavies",
    )  # fmt: skip
    beam = np.nan_to_num(np.asarray(parts["poa_direct"]))
    rest = np.nan_to_num(np.asarray(parts["poa_diffuse"]))
    through = np.nan_to_num(np.asarray(iam.physical(aoi)))
    return beam + rest, beam * through + rest


def _power(weather: Weather, mounting: str, poa: Series, effective: Series, p: Mapping[str, float]) -> Series:
    """PVWatts: cells, modules, losses, inverter; per kW AC."""
    from pvlib import inverter, pvsystem, temperature

    # Without a wind speed, still air, as pvlib's ModelChain does: the hottest cells, so the lowest output.
    wind = weather.wind_m_s if weather.wind_m_s is not None else np.zeros_like(poa)
    mount = temperature.TEMPERATURE_MODEL_PARAMETERS["sapm"][mounting]
    cell = temperature.sapm_cell(poa, weather.temperature_c, wind, mount["a"], mount["b"], mount["deltaT"])
    dc = pvsystem.pvwatts_dc(effective, cell, p["dc_ac_ratio"], p["temperature_coefficient_per_k"])
    dc = np.maximum(dc, 0.0) * (1.0 - p["system_losses_fraction"])
    ac = inverter.pvwatts(dc, 1.0 / p["inverter_efficiency"], eta_inv_nom=p["inverter_efficiency"])
    return np.clip(np.nan_to_num(np.asarray(ac, dtype=np.float64)), 0.0, 1.0)
