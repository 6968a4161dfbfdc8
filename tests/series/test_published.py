"""Hours from tables as they are published: known by their header, on the right clock, faults at their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from planner.series.hourly_file import Ask, HourlyFile, SeriesProblem, read_series

MAPS = (
    "Datetime (UTC),Country,Zone name,Zone id,Carbon intensity gCO₂eq/kWh (direct),"
    "Carbon intensity gCO₂eq/kWh (Life cycle),Carbon-free energy percentage (CFE%),"
    "Renewable energy percentage (RE%),Data source,Data estimated,Data estimation method"
)
MAPS_BEFORE = (
    "Datetime (UTC),Country,Zone Name,Zone Id,Carbon Intensity gCO₂eq/kWh (direct),"
    "Carbon Intensity gCO₂eq/kWh (LCA),Low Carbon Percentage,Renewable Percentage,Data Source,Data Estimated,"
    "Data Estimation Method"
)
ENTSO_E = '"MTU (CET/CEST)","Area","Sequence","Day-ahead Price (EUR/MWh)","Intraday Price (EUR/MWh)"'
ENTSO_E_BEFORE = '"MTU (CET/CEST)","Day-ahead Price [EUR/MWh]","Currency","BZN|DE-LU"'
EIA = (
    "Balancing Authority,Data Date,Hour Number,Local Time at End of Hour,UTC Time at End of Hour,Demand (MW),"
    "Net Generation (MW) from Coal,Net Generation (MW) from Nuclear,Net Generation (MW) from Hydropower and Pumped "
    "Storage,Net Generation (MW) from Solar,Net Generation (MW) from Coal (Imputed)"
)
BERLIN = ZoneInfo("Europe/Berlin")


def instants(year: int = 2023, step: int = 60) -> Iterator[datetime]:
    at, after = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    while at < after:
        yield at
        at += timedelta(minutes=step)


def read(folder: Path, lines: list[str], what: str, scale: float | None = None, **ask: object) -> HourlyFile:
    path = folder / "given.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    column = str(ask.pop("column")) if "column" in ask else None
    return read_series(path, column, scale, what, ask=Ask(what, **ask))  # type: ignore[arg-type]


def maps(number: Callable[[datetime], float], year: int = 2023, header: str = MAPS, zone: str = "DE") -> list[str]:
    """A year in UTC; the intensity is `number` of the instant, the share a tenth of it."""
    return [
        header,
        *(
            f"{at:%Y-%m-%d %H:%M:%S},Germany,Germany,{zone},1,{number(at)},{number(at) / 10},2,x,{at.hour == 5},y"
            for at in instants(year)
        ),
    ]


@pytest.mark.parametrize("header", [MAPS, MAPS_BEFORE])
def test_electricity_maps_in_its_own_clock(tmp_path: Path, header: str) -> None:
    lines = maps(lambda at: at.hour + 100.0, header=header)
    intensity = read(tmp_path, lines, "intensity")
    assert intensity.values[:3] == pytest.approx([0.1, 0.101, 0.102])
    assert "Electricity Maps" in intensity.notes[0]
    assert "4.2% of its hours are marked as estimated" in intensity.notes[0]
    assert read(tmp_path, lines, "carbon_free").values[1] == pytest.approx(0.101)


@pytest.mark.parametrize(("offset", "first"), [(1.0, 23), (-5.0, 5), (9.0, 15), (5.5, 18)])
def test_utc_is_put_on_the_sites_clock(tmp_path: Path, offset: float, first: int) -> None:
    """The site's midnight is `first` o'clock UTC; hours beyond the year's end come from its other end, as is said."""
    found = read(tmp_path, maps(lambda at: at.hour), "intensity", utc_offset_hours=offset)
    assert found.values[0] * 1000 == pytest.approx(first)
    assert found.values.shape == (8760,)
    assert sum(found.values[:24]) * 1000 == pytest.approx(sum(range(24)))
    assert f"{round(offset) if offset > 0 else -offset:g} hours at one end" in found.notes[0]


def test_a_leap_day_is_left_out_and_said(tmp_path: Path) -> None:
    found = read(tmp_path, maps(lambda at: at.timetuple().tm_yday, 2024), "intensity")
    assert found.values.shape == (8760,)
    assert found.values[59 * 24] * 1000 == 61
    assert "29 February is left out" in found.notes[0]


def test_two_zones_ask_which(tmp_path: Path) -> None:
    lines = maps(lambda at: 1.0) + maps(lambda at: 2.0, zone="FR")[1:]
    with pytest.raises(SeriesProblem, match="2 places: DE, FR"):
        read(tmp_path, lines, "intensity")
    assert read(tmp_path, lines, "intensity", zone="FR").values[7] * 1000 == 2.0
    with pytest.raises(SeriesProblem, match="no place 'IT'"):
        read(tmp_path, lines, "intensity", zone="IT")


def test_two_years_ask_which(tmp_path: Path) -> None:
    lines = maps(lambda at: at.year, 2022) + maps(lambda at: at.year, 2023)
    with pytest.raises(SeriesProblem, match="the years 2022, 2023"):
        read(tmp_path, lines, "intensity")
    found = read(tmp_path, lines, "intensity", year=2023, utc_offset_hours=1.0)
    assert found.values[0] * 1000 == pytest.approx(2022)  # the true hour before, not the one at the other end
    assert "one end" not in found.notes[0]
    with pytest.raises(SeriesProblem, match="no year 2021"):
        read(tmp_path, lines, "intensity", year=2021)


def entso(number: Callable[[datetime], object], step: int = 60, mark: bool = False) -> list[str]:
    """A year of local time with its 23 and 25 hour days, as the platform writes it."""
    lines = [ENTSO_E]
    at, after = datetime(2023, 1, 1, tzinfo=BERLIN).astimezone(UTC), datetime(2024, 1, 1, tzinfo=BERLIN).astimezone(UTC)
    while at < after:
        texts = []
        for end in (at, at + timedelta(minutes=step)):
            local = end.astimezone(BERLIN)
            texts.append(f"{local:%d/%m/%Y %H:%M:%S}" + (f" ({local.tzname()})" if mark else ""))
        lines.append(f'"{texts[0]} - {texts[1]}","BZN|DE-LU","Sequence 1","{number(at)}",""')
        at += timedelta(minutes=step)
    return lines


@pytest.mark.parametrize("mark", [False, True])
@pytest.mark.parametrize("step", [60, 15])
def test_summer_time_is_undone(tmp_path: Path, mark: bool, step: int) -> None:
    """The price of each hour is its own in UTC, whatever the local clock did."""
    lines = entso(lambda at: at.hour, step, mark)
    found = read(tmp_path, lines, "price", exchange=1.1, utc_offset_hours=1.0)
    assert found.values.shape == (8760,)
    expected = np.array([(h - 1) % 24 for h in range(8760)]) * 1.1e-3
    assert found.values == pytest.approx(expected)
    assert "1.1 USD per EUR" in found.notes[0]
    assert ("averaged" in found.notes[0]) == (step == 15)


def test_the_older_layout_and_its_blank_hour_of_spring(tmp_path: Path) -> None:
    lines = entso(lambda at: 50)[1:]
    plain = [ENTSO_E_BEFORE]
    for line in lines:
        time = line.split('","')[0].strip('"').replace("/", ".").replace(":00 - ", " - ").removesuffix(":00")
        if time.startswith("26.03.2023 03:00"):
            plain.append('"26.03.2023 02:00 - 26.03.2023 03:00","-","",""')
        plain.append(f'"{time}","50.00","EUR",""')
    assert read(tmp_path, plain, "price", exchange=1.0).values == pytest.approx(np.full(8760, 0.05))
    plain[next(i for i, x in enumerate(plain) if "26.03.2023 02:00" in x)] = '"26.03.2023 02:00 - x","9","EUR",""'
    with pytest.raises(SeriesProblem, match="summer time skips"):
        read(tmp_path, plain, "price", exchange=1.0)


def test_another_currency_needs_its_worth(tmp_path: Path) -> None:
    with pytest.raises(SeriesProblem, match="in EUR, and plans are in USD"):
        read(tmp_path, entso(lambda at: 1), "price")


def test_the_first_auction_of_two(tmp_path: Path) -> None:
    lines = entso(lambda at: 40)
    both = lines + [line.replace("Sequence 1", "Sequence 2").replace('"40"', '"70"') for line in lines[1:]]
    assert read(tmp_path, both, "price", exchange=1.0).values.max() == pytest.approx(0.04)


def test_watttime_is_marginal_and_no_inventory(tmp_path: Path) -> None:
    lines = ["point_time,value", *(f"{at.isoformat()},{at.minute / 5 + 1000}" for at in instants(step=5))]
    found = read(tmp_path, lines, "marginal_intensity")
    assert found.values == pytest.approx(np.full(8760, (1000 + 5.5) * 0.45359237e-3))
    with pytest.raises(SeriesProblem, match="an inventory's average"):
        read(tmp_path, lines, "intensity")


def eia(row: str = '"1,000",600,-5,400,9') -> list[str]:
    return [
        EIA,
        *(
            f'CISO,x,1,x,{at + timedelta(hours=1):%m/%d/%Y %I:%M:%S %p},"25,000",{row.replace("600", str(at.hour))}'
            for at in instants()
        ),
    ]


def test_eia_930_gives_the_clean_share_of_generation(tmp_path: Path) -> None:
    """Coal 1,000, nuclear the hour's number, hydro pumping (none), solar 400; labels close their hours."""
    found = read(tmp_path, eia(), "carbon_free")
    assert found.values[13] == pytest.approx((13 + 400) / (1000 + 13 + 400))
    assert "3 of 4 sources" in found.notes[0]


def test_joined_files_may_repeat_their_header(tmp_path: Path) -> None:
    lines = eia()
    assert read(tmp_path, [*lines[:4000], EIA, *lines[4000:]], "carbon_free").values.shape == (8760,)


def test_every_fault_at_its_row(tmp_path: Path) -> None:
    lines = maps(lambda at: 1.0)
    lines[10] = lines[10].replace(",1.0,", ",,")  # 1 January 09:00
    lines[30] = lines[29]
    lines[50] = lines[50].replace(",1.0,", ",high,")
    del lines[70]
    with pytest.raises(SeriesProblem) as caught:
        read(tmp_path, lines, "intensity")
    found = [(f.line, f.message) for f in caught.value.faults]
    assert found == [
        (11, "intensity: there is no number in this row"),
        (31, "intensity: 2 January 04:00 is given again (first in line 30)"),
        (31, "intensity: 2 January 05:00 has no row after this one"),
        (51, "intensity: 'high' is not a finite number"),
        (70, "intensity: 3 January 21:00 has no row after this one"),
    ]


def test_a_quarter_hour_that_is_missing(tmp_path: Path) -> None:
    lines = entso(lambda at: 1, 15)
    del lines[40]
    with pytest.raises(SeriesProblem, match="1 January 09:00 is not whole: 3 rows"):
        read(tmp_path, lines, "price", exchange=1.0)
    del lines[38:40]
    with pytest.raises(SeriesProblem, match="1 January 09:00 is not whole: 1 rows"):
        read(tmp_path, lines, "price", exchange=1.0)


def test_a_month_is_no_year(tmp_path: Path) -> None:
    with pytest.raises(SeriesProblem, match="720 hours, not those of a year"):
        read(tmp_path, maps(lambda at: 1.0)[:721], "intensity")


def test_what_a_layout_has_not(tmp_path: Path) -> None:
    with pytest.raises(SeriesProblem, match="Electricity Maps export, which has no price"):
        read(tmp_path, maps(lambda at: 1.0), "price")


def test_a_column_named_in_a_published_file(tmp_path: Path) -> None:
    column = "Carbon intensity gCO₂eq/kWh (direct)"
    found = read(tmp_path, maps(lambda at: 7.0), "intensity", 1e-3, column=column)
    assert found.values[0] == 0.001
    with pytest.raises(SeriesProblem, match="not both"):
        read(tmp_path, maps(lambda at: 7.0), "intensity", column=column)


def test_a_users_own_times_with_offsets_are_put_on_the_sites_clock(tmp_path: Path) -> None:
    lines = ["time,price", *(f"{at.isoformat()},{at.hour}" for at in instants())]
    found = read(tmp_path, lines, "price", 1.0, utc_offset_hours=-6.0)
    assert found.values[:3] == pytest.approx([6, 7, 8])
    local = ["time,price", *(f"{at.astimezone(BERLIN).isoformat()},{at.hour}" for at in instants())]
    assert read(tmp_path, local, "price", 1.0, utc_offset_hours=1.0).values[5000] == (5000 - 1) % 24


def test_a_users_own_table_needs_a_unit(tmp_path: Path) -> None:
    with pytest.raises(SeriesProblem, match="unit of price is not known"):
        read(tmp_path, ["hour,price", *(f"{i},1" for i in range(8760))], "price")
