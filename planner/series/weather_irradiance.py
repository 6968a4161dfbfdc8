"""Beam and diffuse irradiance where a file lacks them, and whether the sun in a file keeps the file's clock."""

from __future__ import annotations

import numpy as np

from planner.series import sun
from planner.series.weather_types import Series

MIN_COSINE = 0.065
MAX_ZENITH_DEG = 87.0
"""pvlib's own limits for dividing by the sun's height (erbs, dni): nearer the horizon the quotient is noise."""
CLOCK_SLACK_HOURS = 1.0
"""Morning fog or afternoon storms move the centre of the light by less than this; a wrong time zone by more."""

Three = tuple[Series | None, Series | None, Series | None]


def complete(given: Three, where: tuple[float, float, float], offset: float) -> tuple[Three, tuple[str, ...]]:
    """(ghi, dni, dhi) of a year in W/m2, the missing ones derived, and notes on how; `where` is (lat, lon, m).

    Two of three: ghi = dni cos(zenith) + dhi. From ghi alone: Erbs et al. (1982), through pvlib. Else none.
    """
    ghi, dni, dhi = given
    if ghi is not None and dni is not None and dhi is not None:
        return _clean(ghi, dni, dhi), ()
    if ghi is None and (dni is None or dhi is None):
        return (None, None, None), ("The file has no global irradiance: it cannot give solar power.",)
    at = sun.position(*where, offset)
    cosine = np.cos(np.radians(at.zenith))
    lit = np.maximum(cosine, 0.0)
    if ghi is None and dni is not None and dhi is not None:
        return _clean(dni * lit + dhi, dni, dhi), ("GHI is derived from DNI, DHI and the sun's height.",)
    assert ghi is not None
    if dni is not None:
        return _clean(ghi, dni, ghi - dni * lit), ("DHI is derived from GHI, DNI and the sun's height.",)
    if dhi is not None:
        beam = np.where(at.zenith < MAX_ZENITH_DEG, (ghi - dhi) / np.maximum(cosine, MIN_COSINE), 0.0)
        return _clean(ghi, beam, dhi), ("DNI is derived from GHI, DHI and the sun's height.",)
    return _erbs(ghi, at), ("DNI and DHI are derived from GHI by the Erbs model (pvlib.irradiance.erbs).",)


def _erbs(ghi: Series, at: sun.Sun) -> Three:
    from pvlib import irradiance

    split = irradiance.erbs(np.maximum(ghi, 0.0), at.zenith, at.day)
    return _clean(ghi, np.nan_to_num(np.asarray(split["dni"])), np.nan_to_num(np.asarray(split["dhi"])))


def _clean(*series: Series | None) -> Three:
    ghi, dni, dhi = (None if s is None else np.maximum(s, 0.0) for s in series)
    return ghi, dni, dhi


def clock_note(ghi: Series | None, longitude: float, utc_offset_hours: float) -> tuple[str, ...]:
    """A warning when the year's light is centred more than an hour from solar noon on the file's clock."""
    if ghi is None or not ghi.sum() > 0:
        return ()
    middle = float((ghi * (np.arange(len(ghi)) % 24 + 0.5)).sum() / ghi.sum())
    late = middle - (12.0 + utc_offset_hours - longitude / 15.0)
    if abs(late) <= CLOCK_SLACK_HOURS:
        return ()
    return (f"The light of the year is centred {late:+.1f} h from solar noon: check the file's time zone and place.",)
