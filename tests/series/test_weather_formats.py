from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pvlib
import pytest
import weather_writing as write

from planner.series.weather import Weather, WeatherError, WeatherProblem, by_station, from_file


@pytest.fixture(scope="module")
def station() -> Weather:
    return by_station("greensboro")


def test_epw(tmp_path: Path, station: Weather) -> None:
    path = write.epw(tmp_path / "a.epw", station)
    got = from_file(path)
    write.same(got.temperature_c, station.temperature_c, 0.06)
    write.same(got.dni_w_m2, station.dni_w_m2, 0.6)
    write.same(got.wind_m_s, station.wind_m_s, 0.06)
    write.same(got.pressure_pa, station.pressure_pa, 0.6)
    assert (got.place, got.utc_offset_hours, got.elevation_m) == ("Testing", -5.0, 273.0)
    theirs, _ = pvlib.iotools.read_epw(path)
    write.same(got.ghi_w_m2, theirs["ghi"].to_numpy(), 1e-9)
    write.same(got.relative_humidity, theirs["relative_humidity"].to_numpy(), 1e-9)


def test_nsrdb_local_and_utc_give_the_same_year(tmp_path: Path, station: Weather) -> None:
    local = from_file(write.nsrdb(tmp_path / "l.csv", station))
    utc = from_file(write.nsrdb(tmp_path / "u.csv", station, utc=True), utc_offset_hours=-5.0)
    for got in (local, utc):
        assert got.source.endswith("(nsrdb)")
        assert got.utc_offset_hours == -5.0
        write.same(got.ghi_w_m2, station.ghi_w_m2, 0.6)
        write.same(got.pressure_pa, station.pressure_pa, 60.0)
    theirs, _ = pvlib.iotools.read_nsrdb_psm4(tmp_path / "l.csv")
    write.same(local.ghi_w_m2, theirs["ghi"].to_numpy(), 1e-9)


def test_nsrdb_on_the_full_hour_is_moved_to_the_middle(tmp_path: Path, station: Weather) -> None:
    got = from_file(write.nsrdb(tmp_path / "a.csv", station, minute=0))
    assert got.ghi_w_m2 is not None
    assert station.ghi_w_m2 is not None
    given = np.round(station.ghi_w_m2)
    write.same(got.ghi_w_m2, (given + np.roll(given, -1)) / 2, 1e-9)
    assert any("Irradiance moved by -30 min" in note for note in got.notes)


def test_pvgis_is_rolled_from_utc(tmp_path: Path, station: Weather) -> None:
    path = write.pvgis(tmp_path / "a.csv", station)
    got = from_file(path, utc_offset_hours=-5.0)
    assert got.source == "a.csv (pvgis)"
    write.same(got.temperature_c, station.temperature_c, 0.006)
    write.same(got.ghi_w_m2, station.ghi_w_m2, 0.06)
    theirs, meta = pvlib.iotools.read_pvgis_tmy(path, pvgis_format="csv")
    write.same(np.roll(got.pressure_pa, 5), theirs["pressure"].to_numpy(), 1e-9)
    assert meta["inputs"]["latitude"] == got.latitude


def test_without_a_sites_clock_the_longitude_gives_it(tmp_path: Path, station: Weather) -> None:
    assert from_file(write.pvgis(tmp_path / "a.csv", station)).utc_offset_hours == -5.0


def test_pvgis_instants_are_moved_by_their_own_offset(tmp_path: Path, station: Weather) -> None:
    got = from_file(write.pvgis(tmp_path / "a.csv", station, lag_hours=0.1), utc_offset_hours=-5.0)
    assert got.ghi_w_m2 is not None
    assert station.ghi_w_m2 is not None
    write.same(got.ghi_w_m2, 0.6 * station.ghi_w_m2 + 0.4 * np.roll(station.ghi_w_m2, -1), 0.06)
    assert got.ghi_w_m2.sum() == pytest.approx(station.ghi_w_m2.sum(), rel=1e-4)


def test_a_file_from_another_continent_keeps_its_own_noon(tmp_path: Path, station: Weather) -> None:
    got = from_file(write.epw(tmp_path / "a.epw", station), latitude=35.7, longitude=139.7, utc_offset_hours=9.0)
    assert got.utc_offset_hours == -5.0
    assert "stands in" in got.stood_in


def test_a_file_from_the_next_zone_is_put_on_the_sites_clock(tmp_path: Path, station: Weather) -> None:
    got = from_file(write.epw(tmp_path / "a.epw", station), latitude=36.1, longitude=-86.7, utc_offset_hours=-6.0)
    assert got.utc_offset_hours == -6.0
    assert got.temperature_c[0] == pytest.approx(station.temperature_c[1], abs=0.06)


def test_what_epw_marks_as_missing_is_not_a_number(tmp_path: Path, station: Weather) -> None:
    path = write.epw(tmp_path / "a.epw", station)
    lines = path.read_text().splitlines()
    cells = lines[108].split(",")
    cells[13] = "9999"
    lines[108] = ",".join(cells)
    path.write_text("\n".join(lines))
    with pytest.raises(WeatherError) as caught:
        from_file(path)
    assert [(p.line, p.message) for p in caught.value.problems] == [(109, "ghi is missing")]


@pytest.mark.parametrize("format", ["tmy3", "tmy2", "epw", "pvgis", "nsrdb"])
def test_a_file_that_is_not_in_the_format_is_refused(tmp_path: Path, format: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("hello\nworld\n")
    with pytest.raises(WeatherError, match=r"a\.csv:1: not an? "):
        from_file(path, format, latitude=0.0, longitude=0.0)


def test_unknown_format_and_unreadable_file(tmp_path: Path) -> None:
    with pytest.raises(WeatherError, match="Did you mean 'tmy3'"):
        from_file(tmp_path / "a", "tmy33")
    with pytest.raises(WeatherError, match="cannot be read: No such file"):
        from_file(tmp_path / "none.csv")
    with pytest.raises(WeatherError, match="cannot be read"):
        from_file(tmp_path)


@pytest.mark.parametrize("content", ["", "\n\n", "\x00\x01", "a,b\n1,2\n", '"\n"\n', "time\n", "LOCATION,\n"])
def test_no_junk_gives_a_traceback(tmp_path: Path, content: str) -> None:
    for name in ("a.csv", "a.epw", "a.tm2"):
        path = tmp_path / name
        path.write_text(content)
        with pytest.raises(WeatherError):
            from_file(path, latitude=0.0, longitude=0.0)


@pytest.mark.parametrize("meta", ["99.0,-80.0,-5.0,10", "36.0,-280.0,-5.0,10", "36.0,-80.0,50.0,10"])
def test_a_place_off_the_earth_is_refused(tmp_path: Path, station: Weather, meta: str) -> None:
    path = write.epw(tmp_path / "a.epw", station)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([f"LOCATION,Nowhere,-,-,TMY,1,{meta}", *lines[1:]]))
    with pytest.raises(WeatherError, match=r"a\.epw:1: .* is not on Earth"):
        from_file(path)


def spoiled(lines: list[str], rng: random.Random) -> list[str]:
    """The lines with one of them cut short, sprinkled, emptied, doubled, or given a strange cell."""
    at = rng.choice([rng.randrange(20), rng.randrange(len(lines))])
    line = lines[at]
    cells = line.split(",")
    cells[rng.randrange(len(cells))] = rng.choice(["", "nan", "inf", "1e400", "-1", "99999", "abc", '"', "25"])
    inside = rng.randrange(len(line) + 1)
    sprinkled = line[:inside] + rng.choice('",;:x\x00é \t') + line[inside + 1 :]
    new = rng.choice([[line[:inside]], [sprinkled], [""], [line, line], [",".join(cells)]])
    return [*lines[:at], *new, *lines[at + 1 :]]


@pytest.mark.parametrize("writer", [write.epw, write.nsrdb, write.pvgis])
def test_spoiled_files_are_read_or_refused_but_never_crash(
    tmp_path: Path, station: Weather, writer: Callable[[Path, Weather], Path]
) -> None:
    path = writer(tmp_path / ("a.epw" if writer is write.epw else "a.csv"), station)
    lines = path.read_text().splitlines()
    outcomes: set[object] = set()
    named: list[WeatherProblem] = []
    for seed in range(12):
        path.write_text("\n".join(spoiled(lines, random.Random(seed))), encoding="utf-8")
        try:
            outcomes.add(from_file(path, latitude=36.1, longitude=-79.95, utc_offset_hours=-5.0).temperature_c.shape)
        except WeatherError as refused:
            outcomes.add("refused")
            named += refused.problems
    assert outcomes == {(8760,), "refused"}
    assert all(p.message and p.fix and p.file == path.name for p in named)
