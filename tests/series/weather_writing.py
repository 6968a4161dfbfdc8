"""Writes a year of weather in the formats that users bring, for the tests that read it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from planner.series.weather import Weather


def stamps(year: int = 2023, hours: int = 8760, minutes: int = 60, start: datetime | None = None) -> list[datetime]:
    first = start or datetime(year, 1, 1)
    return [first + timedelta(minutes=minutes * i) for i in range(hours)]


def csv_file(path: Path, header: str, rows: Iterable[str]) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def plain(
    path: Path, times: Sequence[datetime], header: str = "timestamp,temp_air_c,rh_pct", tail: str = "5,50"
) -> Path:
    return csv_file(path, header, (f"{t:%Y-%m-%dT%H:%M},{tail}" for t in times))


def epw(path: Path, w: Weather) -> Path:
    assert w.ghi_w_m2 is not None
    assert w.dni_w_m2 is not None
    assert w.dhi_w_m2 is not None
    assert w.wind_m_s is not None
    head = [f"LOCATION,Testing,-,USA,TMY,1,{w.latitude},{w.longitude},{w.utc_offset_hours},{w.elevation_m}"]
    head += ["DESIGN CONDITIONS,0", "TYPICAL/EXTREME PERIODS,0", "GROUND TEMPERATURES,0", "HOLIDAYS,No,0,0,0"]
    head += ["COMMENTS 1,", "COMMENTS 2,", "DATA PERIODS,1,1,Data,Sunday,1/1,12/31"]
    rows = []
    for i, t in enumerate(stamps()):
        light = f"{w.ghi_w_m2[i]:.0f},{w.dni_w_m2[i]:.0f},{w.dhi_w_m2[i]:.0f}"
        air = f"{w.temperature_c[i]:.1f},99.9,{w.relative_humidity[i]:.0f},{w.pressure_pa[i]:.0f}"
        rest = "9999,9999,9999,9999,180"
        day = f"{t.year},{t.month},{t.day},{t.hour + 1},60,?9"
        rows.append(f"{day},{air},0,0,300,{light},{rest},{w.wind_m_s[i]:.1f},0,0,16,77777,9,9,9,0,0,0,0,0,0")
    path.write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8")
    return path


def nsrdb(path: Path, w: Weather, minute: int = 30, utc: bool = False) -> Path:
    assert w.ghi_w_m2 is not None
    assert w.dni_w_m2 is not None
    assert w.dhi_w_m2 is not None
    assert w.wind_m_s is not None
    zone = 0 if utc else int(w.utc_offset_hours)
    shift = -int(w.utc_offset_hours) if utc else 0
    lines = [
        "Source,Location ID,City,State,Country,Latitude,Longitude,Time Zone,Elevation,Local Time Zone",
        f"NSRDB,1,-,-,-,{w.latitude},{w.longitude},{zone},{w.elevation_m:.0f},{int(w.utc_offset_hours)}",
        "Year,Month,Day,Hour,Minute,GHI,DNI,DHI,Temperature,Relative Humidity,Pressure,Wind Speed",
    ]
    for i, t in enumerate(stamps()):
        j = (i - shift) % 8760
        light = f"{w.ghi_w_m2[j]:.0f},{w.dni_w_m2[j]:.0f},{w.dhi_w_m2[j]:.0f}"
        air = f"{w.temperature_c[j]:.1f},{w.relative_humidity[j]:.0f},{w.pressure_pa[j] / 100:.0f},{w.wind_m_s[j]:.1f}"
        lines.append(f"{t.year},{t.month},{t.day},{t.hour},{minute},{light},{air}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def pvgis(path: Path, w: Weather, lag_hours: float = 0.5) -> Path:
    assert w.ghi_w_m2 is not None
    assert w.dni_w_m2 is not None
    assert w.dhi_w_m2 is not None
    assert w.wind_m_s is not None
    lines = [f"Latitude (decimal degrees): {w.latitude}", f"Longitude (decimal degrees): {w.longitude}"]
    lines += [f"Elevation (m): {w.elevation_m}", f"Irradiance Time Offset (h): {lag_hours}", "month,year"]
    lines += [f"{m},2010" for m in range(1, 13)] + ["time(UTC),T2m,RH,G(h),Gb(n),Gd(h),IR(h),WS10m,WD10m,SP"]
    for i, t in enumerate(stamps(2010)):
        j = (i + int(w.utc_offset_hours)) % 8760
        light = f"{w.ghi_w_m2[j]:.1f},{w.dni_w_m2[j]:.1f},{w.dhi_w_m2[j]:.1f}"
        air = f"{w.temperature_c[j]:.2f},{w.relative_humidity[j]:.2f}"
        lines.append(f"{t:%Y%m%d:%H%M},{air},{light},300.0,{w.wind_m_s[j]:.2f},180.0,{w.pressure_pa[j]:.1f}")
    lines += ["", "T2m: 2-m air temperature (degree Celsius)", "PVGIS (c) European Union"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def same(a: np.ndarray | None, b: np.ndarray | None, within: float) -> None:
    assert a is not None
    assert b is not None
    np.testing.assert_allclose(a, b, atol=within, rtol=0)
