"""Faults of weather in CSV: each named with its line, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest
import weather_writing as write

from planner.series.weather import Weather, WeatherError, WeatherProblem, from_file

HERE = {"latitude": 42.0, "longitude": -87.9, "elevation_m": 200.0, "utc_offset_hours": -6.0}


def read(path: Path, **over: float) -> Weather:
    return from_file(path, **{**HERE, **over})  # type: ignore[arg-type]


def problems(path: Path) -> tuple[WeatherProblem, ...]:
    with pytest.raises(WeatherError) as caught:
        read(path)
    return caught.value.problems


def edited(tmp_path: Path, line: int, text: str) -> Path:
    path = write.plain(tmp_path / "a.csv", write.stamps())
    lines = path.read_text().splitlines()
    lines[line - 1] = text
    path.write_text("\n".join(lines))
    return path


def test_a_bad_cell_is_named_with_its_line(tmp_path: Path) -> None:
    (only,) = problems(edited(tmp_path, 77, "2023-01-04T03:00,warm,50"))
    assert (only.file, only.line, only.message) == ("a.csv", 77, "temp_air_c is 'warm', not a number")


def test_a_gap_is_named_with_its_line(tmp_path: Path) -> None:
    (only,) = problems(edited(tmp_path, 77, "2023-01-04T03:00,,50"))
    assert (only.line, only.message) == (77, "temp_air_c is missing")


def test_a_short_row_is_a_gap(tmp_path: Path) -> None:
    (only,) = problems(edited(tmp_path, 77, "2023-01-04T03:00,5"))
    assert (only.line, only.message) == (77, "rh_pct is missing")


def test_an_unbelievable_number_asks_for_its_unit(tmp_path: Path) -> None:
    (only,) = problems(edited(tmp_path, 77, "2023-01-04T03:00,77,50"))
    assert only.line == 77
    assert "outside -90 to 60" in only.message
    assert "temperature_f" in only.fix


def test_a_time_that_cannot_be_read(tmp_path: Path) -> None:
    (only,) = problems(edited(tmp_path, 77, "04/01/2023 03:00,5,50"))
    assert only.line == 77
    assert "no time can be read" in only.message


@pytest.mark.parametrize("time", ["2023-02-30T00:00", "2023-13-01T00:00", "2023-01-01T25:00", "", "soon"])
def test_times_that_do_not_exist(tmp_path: Path, time: str) -> None:
    assert problems(edited(tmp_path, 77, f"{time},5,50"))[0].line == 77


def test_a_missing_hour_is_named(tmp_path: Path) -> None:
    times = write.stamps()
    (only,) = problems(write.plain(tmp_path / "a.csv", times[:797] + times[798:]))
    assert only.message == "3 February 05:00 has no row"


def test_an_hour_given_twice_names_both_lines(tmp_path: Path) -> None:
    times = write.stamps()
    (only,) = problems(write.plain(tmp_path / "a.csv", [*times, times[797]]))
    assert (only.line, only.message) == (8762, "3 February 05:00 is given again (first in line 799)")


def test_two_years_are_refused(tmp_path: Path) -> None:
    (only,) = problems(write.plain(tmp_path / "a.csv", write.stamps(2022, 17520)))
    assert "more than one year" in only.message


def test_a_wrong_number_of_rows_without_times(tmp_path: Path) -> None:
    (only,) = problems(write.csv_file(tmp_path / "a.csv", "temp_air,rh", ("5,50" for _ in range(100))))
    assert "has 100 rows and no time column" in only.message


def test_problems_come_all_at_once_but_not_without_end(tmp_path: Path) -> None:
    found = problems(write.plain(tmp_path / "a.csv", write.stamps(), tail="hot,wet"))
    assert len(found) == 21
    assert found[-1].message == "and 17500 more problems like these"


def test_no_temperature_and_no_humidity(tmp_path: Path) -> None:
    (cold,) = problems(write.plain(tmp_path / "a.csv", write.stamps(), "time,rh", "50"))
    assert "no temperature among the columns" in cold.message
    (dry,) = problems(write.plain(tmp_path / "b.csv", write.stamps(), "time,temp_air", "5"))
    assert "no humidity" in dry.message


def test_no_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeatherError, match="does not say where it is from"):
        from_file(write.plain(tmp_path / "a.csv", write.stamps()))
