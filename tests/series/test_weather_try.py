"""Test reference years of the DWD, in both of their layouts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planner.series.weather import WeatherError, from_file
from planner.series.weather_formats import read_table

MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
OLD = """TRY04   Nordostdeutsches Tiefland                                          (Klimaregion  4)
Station: Potsdam                         WMO-Nummer: 10379
Lage: 52°23'N <- B.  13°04'O <- L.    81 Meter über NN

Art des TRY    : mittleres Jahr

RG    IS  MM  DD  HH  N   WR      WG       t       p        x   RF   W     B     D IK    A      E IL
***
"""
NEW = """Koordinatensystem : Lambert konform konisch
Rechtswert        : 3951500 Meter
Hochwert          : 2459500 Meter
Hoehenlage        : 245 Meter ueber NN
Art des TRY       : mittleres Jahr

     RW      HW MM DD HH     t    p  WR   WG N    x  RF    B    D   A    E IL
***
"""


def rows(old: bool) -> list[str]:
    found = []
    for month, days in enumerate(MONTHS, 1):
        for day in range(1, days + 1):
            for hour in range(1, 25):
                t, sun = month + hour / 10, f"{300 * (11 <= hour <= 13)} {100 * (8 <= hour <= 16)}"
                when = f"{month} {day} {hour}"
                before = f" 4 1 {when} 7 230 5.7 {t:.1f} 1005.3 2.2 93 70 {sun} 1 251 -285 9"
                after = f"3951500 2459500 {when} {t:.1f} 987 208 1.6 7 6.4 95 {sun} 345 -354 1"
                found.append(before if old else after)
    return found


def write(folder: Path, old: bool, **changes: str) -> Path:
    path, lines = folder / "TRY.dat", rows(old)
    for at, text in changes.items():
        lines[int(at[1:])] = text
    path.write_bytes(((OLD if old else NEW) + "\n".join(lines) + "\n").encode("latin-1"))
    return path


def test_the_layout_of_2010(tmp_path: Path) -> None:
    weather = from_file(write(tmp_path, old=True), latitude=52.4, longitude=13.1)
    assert (weather.latitude, weather.longitude, weather.elevation_m) == (pytest.approx(52 + 23 / 60), 13 + 4 / 60, 81)
    assert weather.place == "Potsdam (mittleres Jahr)"
    assert weather.utc_offset_hours == 1.0
    assert weather.temperature_c[:2] == pytest.approx([1.1, 1.2])  # hour 1 ends at its label
    assert weather.ghi_w_m2 is not None
    assert weather.dhi_w_m2 is not None
    assert list(weather.ghi_w_m2[7:16]) == [100, 100, 100, 400, 400, 400, 100, 100, 100]
    assert weather.dhi_w_m2[11] == 100
    assert weather.dni_w_m2 is not None
    assert weather.dni_w_m2[4000:4024].max() > 300  # on the horizontal, direct light is less than square to the sun
    assert weather.pressure_pa[0] == pytest.approx(100_530)
    assert weather.wind_m_s is not None
    assert np.all(weather.wind_m_s == 5.7)
    assert weather.typical


def test_the_layout_of_2015_is_taken_at_the_site(tmp_path: Path) -> None:
    path = write(tmp_path, old=False)
    assert read_table(path).format == "try"
    weather = from_file(path, latitude=49.0, longitude=9.3, place="Heilbronn")
    assert (weather.latitude, weather.elevation_m, weather.place) == (49.0, 245, "Heilbronn")
    assert weather.relative_humidity[0] == 95
    assert weather.stood_in == ""


def test_a_bad_cell_is_named_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, old=True, _5=" 4 1 1 1 6 7 230 5.7 x 1005.3 2.2 93 70 0 0 1 251 -285 9")
    with pytest.raises(WeatherError, match=r"TRY\.dat:14: temperature is 'x', not a number"):
        from_file(path, latitude=52.4, longitude=13.1)


def test_a_column_that_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "TRY.dat"
    path.write_text("MM DD HH t p WG RF B\n***\n", encoding="utf-8")
    with pytest.raises(WeatherError, match="no column D"):
        from_file(path, "try", latitude=52.4, longitude=13.1)
    path.write_text("hello\n", encoding="utf-8")
    with pytest.raises(WeatherError, match="not a TRY file"):
        from_file(path, "try", latitude=52.4, longitude=13.1)
