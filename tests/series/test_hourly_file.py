"""Hours from a user's file: what is read, what is refused, and where the refusal points."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from planner.errors import BadInput
from planner.series.grid import SeriesProblem, read_series


def write(folder: Path, lines: Sequence[str], name: str = "s.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def hours(count: int = 8760) -> list[str]:
    return [f"{i},{i / 10}" for i in range(count)]


def stamps(count: int, year: int = 2023, zone: str = "") -> list[str]:
    first = datetime(year, 1, 1)
    return [f"{(first + timedelta(hours=i)).isoformat()}{zone},{i % 24}" for i in range(count)]


def refused(path: Path, column: str | None = None) -> SeriesProblem:
    with pytest.raises(SeriesProblem) as caught:
        read_series(path, column, 1.0, "price")
    return caught.value


def test_the_named_column_in_its_unit(tmp_path: Path) -> None:
    lines = ["hour,mw,other", *(f"{i},{i},7" for i in range(8760))]
    found = read_series(write(tmp_path, lines), "mw", 1e3, "load")
    assert found.values.shape == (8760,)
    assert found.values[17] == 17_000.0
    assert found.notes == ()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_only_column_beside_the_clock_needs_no_name(tmp_path: Path, delimiter: str) -> None:
    lines = ["# made by hand", "timestamp,price", "", *stamps(8760)]
    found = read_series(write(tmp_path, [x.replace(",", delimiter) for x in lines]), None, 1.0, "price")
    assert found.values[25] == 1.0


def test_a_leap_year_loses_its_day_and_says_so(tmp_path: Path) -> None:
    lines = ["time,price", *(f"{s.split(',')[0]},{i}" for i, s in enumerate(stamps(8784, 2024)))]
    found = read_series(write(tmp_path, lines), None, 1.0, "price")
    assert found.values[59 * 24 - 1] == 59 * 24 - 1
    assert found.values[59 * 24] == 60 * 24
    assert found.notes == ("price: s.csv has 8,784 hours; 29 February is left out.",)


def test_times_with_a_zone_are_noted(tmp_path: Path) -> None:
    found = read_series(write(tmp_path, ["time,price", *stamps(8760, zone="+00:00")]), None, 1.0, "price")
    assert "taken as the site's own" in found.notes[0]


@pytest.mark.parametrize("count", [0, 24, 8759, 8761, 8783])
def test_a_year_has_8760_hours(tmp_path: Path, count: int) -> None:
    problem = refused(write(tmp_path, ["hour,price", *hours(count)]))
    assert f"price has {count:,} hours, not 8,760" in str(problem)
    assert problem.line == count + 1


@pytest.mark.parametrize("cell", ["", "  ", "n/a", "nan", "inf", "-inf", "1_000", "1,5"])
def test_what_is_not_a_number_is_pointed_at(tmp_path: Path, cell: str) -> None:
    lines = ["hour;price", *(h.replace(",", ";") for h in hours())]
    lines[101] = f"100;{cell}"
    problem = refused(write(tmp_path, lines))
    assert (problem.file, problem.line, problem.column) == ("s.csv", 102, 2)
    assert str(problem).startswith("s.csv:102:2: ")


@pytest.mark.parametrize("cell", ["50,5", "-0,5", "1.234,5"])
def test_a_decimal_comma_is_named(tmp_path: Path, cell: str) -> None:
    lines = ["hour;price", *(h.replace(",", ";") for h in hours())]
    lines[3] = f"2;{cell}"
    fault = refused(write(tmp_path, lines))
    assert (fault.line, fault.column) == (4, 2)
    assert fault.fix == "Write a decimal point, and nothing between thousands: `1234.5`."


def test_a_short_row_is_pointed_at(tmp_path: Path) -> None:
    lines = ["hour,price", *hours()]
    lines[8] = "7"
    assert refused(write(tmp_path, lines)).line == 9


def test_all_faults_at_once_but_not_thousands(tmp_path: Path) -> None:
    problem = refused(write(tmp_path, ["hour,price", *(f"{i},x" for i in range(8760))]))
    assert [f.line for f in problem.faults[:3]] == [2, 3, 4]
    assert len(problem.faults) < 30
    assert "8,740 more faults" in str(problem.faults[-1])


def test_a_gap_in_the_clock_is_found(tmp_path: Path) -> None:
    lines = ["time,price", *stamps(8761)]
    del lines[1000]
    problem = refused(write(tmp_path, lines))
    assert problem.line == 1001
    assert "is not an hour" in problem.message


def test_summer_time_is_refused(tmp_path: Path) -> None:
    lines = ["time,price", *stamps(8760)]
    autumn = lines.index(next(line for line in lines if line.startswith("2023-10-29T02")))
    lines.insert(autumn, lines[autumn])
    assert "standard time" in refused(write(tmp_path, lines[:-1])).fix


def test_a_year_that_begins_elsewhere_is_refused(tmp_path: Path) -> None:
    problem = refused(write(tmp_path, ["time,price", *stamps(8770)[6:8766]]))
    assert "begins at 2023-01-01T06" in problem.message


def test_half_of_the_times_with_a_zone_are_refused(tmp_path: Path) -> None:
    lines = stamps(8760)
    lines[4000] = stamps(8760, zone="Z")[4000]
    assert refused(write(tmp_path, ["time,price", *lines])).line == 4002


def test_a_wrong_column_gets_a_suggestion(tmp_path: Path) -> None:
    problem = refused(write(tmp_path, ["hour,price", *hours()]), "prise")
    assert "Did you mean 'price'?" in str(problem)


def test_two_columns_need_a_name(tmp_path: Path) -> None:
    assert "Name one of" in refused(write(tmp_path, ["hour,a,b", *("1,2,3" for _ in range(8760))])).fix


def test_a_file_without_header_is_refused(tmp_path: Path) -> None:
    assert "no header" in refused(write(tmp_path, hours())).message


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe\x00broken\x80", b"# only a remark\n"])
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes(content)
    assert "s.csv" in str(refused(path))


def test_a_missing_file_and_a_folder_are_bad_input(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(BadInput, match="cannot be read"):
            read_series(path, None, 1.0, "price")


def test_the_numbers_are_all_there(tmp_path: Path) -> None:
    found = read_series(write(tmp_path, ["hour,price", *hours()]), "price", 2.0, "price")
    assert found.values == pytest.approx(np.arange(8760) / 5)


def test_an_empty_line_among_hours_is_told_with_what_else_is_wrong(tmp_path: Path) -> None:
    lines = ["price", *["1"] * 8758]
    lines[100], lines[200] = "", "n/a"
    found = [(f.line, f.message) for f in refused(write(tmp_path, lines)).faults]
    assert found == [
        (101, "an empty line is no hour"),
        (201, "'n/a' is not a finite number"),
        (8759, "price has 8,757 hours, not 8,760"),
    ]


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    found = refused(write(tmp_path, ["eur,eur", *["1,2"] * 8760]), "eur")
    assert "more than once" in found.message


def test_both_changes_of_summer_time_are_told_in_one_pass(tmp_path: Path) -> None:
    rows = stamps(8761)
    rows = ["time,price", *rows[:2089], *rows[2090:7250], rows[7249], *rows[7250:]]
    found = refused(write(tmp_path, rows), "price").faults
    assert [f.line for f in found if "not an hour" in f.message] == [2091, 7251]
    assert "offset from UTC" in found[0].fix
